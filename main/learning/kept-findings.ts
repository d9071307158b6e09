import { z } from 'zod';
import type { Notice } from '../../preload/contract/house.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import { newId, type SiteId } from '../ids.ts';
import type { Desk } from './desk.ts';
import { KIND_FACTS } from './kinds.ts';

const reportName = (kind: ModelKind): string => `findings:${kind}`;
const sentencesSchema = z.array(z.string());

/** What the last look at the measurements found odd, a sentence each. */
export const readFindings = ({ store }: Pick<Desk, 'store'>, id: SiteId, kind: ModelKind): readonly string[] => {
  const report = store.modelling.reports.latest(id, reportName(kind));
  return report === undefined ? [] : sentencesSchema.parse(JSON.parse(report.body));
};

/** Keeps what a look found, and tells a person when something is odd that was not before. */
export const keepFindings = (
  { store, clock, bus }: Pick<Desk, 'store' | 'clock' | 'bus'>,
  id: SiteId,
  found: readonly { readonly kind: ModelKind; readonly sentences: readonly string[] }[],
): void => {
  for (const { kind, sentences } of found) {
    const wasOdd = readFindings({ store }, id, kind).length > 0;
    store.modelling.reports.put(id, { name: reportName(kind), at: clock.now(), body: JSON.stringify(sentences) });
    const isOdd = sentences.length > 0;
    if (wasOdd === isOdd) continue;
    const { what } = KIND_FACTS[kind];
    const notice: Notice = {
      id: newId('notice'),
      at: clock.now(),
      level: isOdd ? 'attention' : 'info',
      title: isOdd
        ? `Something is odd about the ${what} that is measured`
        : `Nothing is odd about the ${what} any more`,
      text: sentences.join(' '),
      subject: `measurements/${kind}`,
      recovered: !isOdd,
    };
    store.events.add(id, { ...notice, kind: 'measurements' });
    bus.emit('notice', notice);
  }
};
