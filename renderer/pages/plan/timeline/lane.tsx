import type { PlanBlock, PlanLane } from '../../../../preload/contract/plan.ts';
import { Icon } from '../../../components/icon.tsx';
import { roleHue, roleIcon } from '../../../components/roles.ts';
import { blockSpoken, blockTimes } from '../plan-words.ts';
import type { Band } from './geometry.ts';
import type { PlacedBlock } from './place-blocks.ts';

const ARROWS: Partial<Record<PlanBlock['does'], 'arrow-up' | 'arrow-down'>> = {
  charge: 'arrow-up',
  discharge: 'arrow-down',
};

const PINS = { keep: 'Kept by a person', move: 'Moved by a person', skip: 'Left out by a person' } as const;

/** One thing and what it is to do: its name, and a button for each block. */
export const Lane = ({
  lane,
  band,
  placed,
  above,
  now,
  zone,
  chosenId,
  stopId,
  onChoose,
}: {
  lane: PlanLane;
  band: Band;
  placed: readonly PlacedBlock[];
  above: boolean;
  now: number;
  zone: string;
  chosenId: string | null;
  /** The one block that Tab stops at; arrow keys walk the others. */
  stopId: string | null;
  onChoose: (block: PlanBlock) => void;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
  <div
    className={above ? 'lane above' : 'lane'}
    role="group"
    aria-label={[lane.name, lane.note, lane.controllable ? '' : 'switched by hand'].filter(Boolean).join(', ')}
    data-hue={roleHue(lane.role)}
    style={{ top: band.top, height: band.height }}
  >
    <div className="lane-name">
      <Icon name={roleIcon(lane.role)} size={16} />
      <span>
        <b title={lane.name}>{lane.name}</b>
        <em title={lane.note}>
          {!lane.controllable && <Icon name="hand" size={11} />}
          {lane.controllable || lane.note !== '' ? lane.note : 'by hand'}
        </em>
      </span>
    </div>
    {placed.map(({ block, state, left, width, label, indent, arrow }) => {
      const arrowName = ARROWS[block.does];
      return (
        <button
          key={block.id}
          type="button"
          data-block={block.id}
          className={`block ${state}${block.does === 'hold' ? ' hold' : ''}${block.pinned === 'skip' ? ' skipped' : ''}`}
          aria-pressed={block.id === chosenId}
          aria-label={`${blockSpoken(block, lane, now, zone)}${block.pinned ? `, ${PINS[block.pinned].toLowerCase()}` : ''}`}
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
    })}
  </div>
);
