import type { PlanBlock, PlanLane } from '../../../../preload/contract/plan.ts';
import { Icon } from '../../../components/icon.tsx';
import { roleHue, roleIcon } from '../../../components/roles.ts';
import { blockSpoken, blockTimes, notSteered } from '../plan-words.ts';
import type { Band } from './geometry.ts';
import type { PlacedBlock } from './place-blocks.ts';

const ARROWS: Partial<Record<PlanBlock['does'], 'arrow-up' | 'arrow-down'>> = {
  charge: 'arrow-up',
  discharge: 'arrow-down',
};

const PINS = { keep: 'kept by a person', move: 'moved by a person', skip: 'left out by a person' } as const;

export interface LaneProps {
  readonly lane: PlanLane;
  readonly band: Band;
  readonly placed: readonly PlacedBlock[];
  /** The name stands above the blocks instead of beside them. */
  readonly above: boolean;
  readonly now: number;
  readonly zone: string;
  readonly chosenId: string | null;
  /** The one block that Tab stops at; arrow keys walk the others. */
  readonly stopId: string | null;
  readonly onChoose: (block: PlanBlock) => void;
}

const BlockButton = ({
  placed: { block, state, left, width, label, indent, arrow },
  lane,
  now,
  zone,
  chosenId,
  stopId,
  onChoose,
}: Omit<LaneProps, 'placed' | 'band' | 'above'> & { readonly placed: PlacedBlock }) => {
  const arrowName = ARROWS[block.does];
  const looks = [
    'plan-block',
    state,
    ...(block.does === 'hold' ? ['hold'] : []),
    ...(block.pinned === 'skip' ? ['skipped'] : []),
  ];
  return (
    <button
      type="button"
      data-block={block.id}
      className={looks.join(' ')}
      aria-pressed={block.id === chosenId}
      aria-label={`${blockSpoken(block, lane, now, zone)}${block.pinned ? `, ${PINS[block.pinned]}` : ''}`}
      title={`${block.label === '' ? '' : `${block.label}, `}${blockTimes(block, now, zone)}`}
      tabIndex={block.id === stopId ? 0 : -1}
      style={{ left, width, paddingLeft: label === null && !arrow ? 0 : indent }}
      onClick={() => onChoose(block)}
    >
      {arrow && arrowName && <Icon name={arrowName} size={12} />}
      {label !== null && <span>{label}</span>}
      {block.pinned && <i className="pinned" aria-hidden="true" />}
    </button>
  );
};

/** One thing and what it is to do: its name, and a button for each block. */
export const Lane = ({ placed, band, above, ...rest }: LaneProps) => {
  const { lane } = rest;
  const other = notSteered(lane);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div
      className={above ? 'lane above' : 'lane'}
      role="group"
      aria-label={[lane.name, lane.note, other?.text].filter(Boolean).join(', ')}
      data-hue={roleHue(lane.role)}
      style={{ top: band.top, height: band.height }}
    >
      <div className="lane-name">
        <Icon name={roleIcon(lane.role)} size={16} />
        <span>
          <b title={lane.name}>{lane.name}</b>
          <em title={lane.note}>
            {other && <Icon name={other.icon} size={11} />}
            {lane.note === '' ? other?.text : lane.note}
          </em>
        </span>
      </div>
      {placed.map((one) => (
        <BlockButton key={one.block.id} placed={one} {...rest} />
      ))}
    </div>
  );
};
