import type { HealthView } from '../../../preload/contract/house.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Head } from '../../components/parts.tsx';
import { span } from '../../format/time.ts';

type State = HealthView['components'][number]['state'];

const LOOKS: Readonly<Record<State, { readonly icon: IconName; readonly word: string }>> = {
  ok: { icon: 'circle-check', word: 'works' },
  degraded: { icon: 'triangle-alert', word: 'limps' },
  failed: { icon: 'octagon-x', word: 'failed' },
  off: { icon: 'minus', word: 'off' },
};
const ORDER: Readonly<Record<State, number>> = { failed: 0, degraded: 1, ok: 2, off: 3 };

/** The parts of the application, the ones that need a look first. */
export const ComponentsCard = ({ health, now }: { health: HealthView; now: number }) => (
  <section className="card half" aria-label="Parts">
    <Head title="Parts" />
    <ul className="state-list">
      {[...health.components]
        .sort((a, b) => ORDER[a.state] - ORDER[b.state])
        .map((part) => (
          <li key={part.name}>
            <Icon name={LOOKS[part.state].icon} size={17} />
            <b>
              {part.name} <span className="hidden">{LOOKS[part.state].word}</span>
            </b>
            <span className="second">{part.sentence}</span>
            <span className="small quiet num">
              {LOOKS[part.state].word} {span(now - part.since)}
            </span>
          </li>
        ))}
    </ul>
  </section>
);
