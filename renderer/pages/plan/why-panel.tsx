import type { PlanBlock, PlanLane } from '../../../preload/contract/plan.ts';
import { Icon } from '../../components/icon.tsx';
import { Chip } from '../../components/parts.tsx';
import { roleHue, roleIcon } from '../../components/roles.ts';
import { span } from '../../format/time.ts';
import { Alternatives } from './alternatives.tsx';
import { blockTimes, blockTitle, energyWords, notSteered } from './plan-words.ts';

const PINNED = { keep: 'Kept by a person', move: 'Moved by a person', skip: 'Left out by a person' } as const;

/** One step of the plan: why, what binds it, and what doing otherwise would cost. */
export const WhyPanel = ({
  block,
  lane,
  now,
  zone,
  currency,
}: {
  block: PlanBlock;
  lane: PlanLane;
  now: number;
  zone: string;
  currency: string;
}) => {
  const other = notSteered(lane);
  const facts = [
    { name: 'Bound by', text: block.boundBy },
    { name: 'Energy', text: energyWords(block, currency) },
    { name: 'Room left', text: block.roomMs === null ? null : span(block.roomMs) },
    { name: 'Leans on', text: block.leansOn },
  ];
  return (
    <>
      <section aria-label={`Why: ${blockTitle(block, lane)}`} data-hue={roleHue(lane.role)}>
        <div className="head why-head">
          <span className="hue-icon">
            <Icon name={roleIcon(lane.role)} />
          </span>
          <h2>{blockTitle(block, lane)}</h2>
          <span className="grow" />
          <span className="second num">{blockTimes(block, now, zone)}</span>
        </div>
        <p className="why-words">{block.sentence}</p>
        <p className="why-chips">
          <Chip look="outline">{block.code}</Chip>
          {block.pinned && <Chip icon="hand">{PINNED[block.pinned]}</Chip>}
          {other && <Chip icon={other.icon}>{other.text.replace(/^./, (letter) => letter.toUpperCase())}</Chip>}
        </p>
        <dl className="why-facts">
          {facts.map(
            ({ name, text }) =>
              text !== null && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="num">{text}</dd>
                </div>
              ),
          )}
        </dl>
      </section>
      {block.alternatives.length > 0 && (
        <section>
          <Alternatives block={block} currency={currency} />
        </section>
      )}
    </>
  );
};
