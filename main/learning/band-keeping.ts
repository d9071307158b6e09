import { z } from 'zod';
import { type BandFactors, learnFromDay, PLAIN_BAND } from '../../models/calibration/adaptive-band.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import type { SiteId } from '../ids.ts';
import { addLocalDays, startOfLocalDay } from '../zone.ts';
import type { Desk } from './desk.ts';
import { issuedDays } from './record-errors.ts';

/** Days that are learnt from where nothing was learnt before. */
const FIRST_DAYS = 28;

const keptSchema = z.strictObject({ low: z.number(), high: z.number(), learntTo: z.number() });
type Kept = z.infer<typeof keptSchema>;

/**
 * How far bands of a kind are to be stretched, by what its bands missed on the whole local days before now. Each day is learnt
 * from once, by what the model in production said first of it; what was kept is not read again before the next day.
 */
export const bandFactorsOf = (
  { store, clock, siteOf }: Pick<Desk, 'store' | 'clock' | 'siteOf'>,
  id: SiteId,
  kind: ModelKind,
): BandFactors => {
  const zone = siteOf(id)?.timeZone ?? 'UTC';
  const today = startOfLocalDay(clock.now(), zone);
  const name = `bands:${kind}`;
  const report = store.modelling.reports.latest(id, name);
  const parsed = report && keptSchema.safeParse(JSON.parse(report.body));
  const kept: Kept = parsed?.success
    ? parsed.data
    : { ...PLAIN_BAND, learntTo: addLocalDays(today, -FIRST_DAYS, zone) };
  if (kept.learntTo >= today) return kept;
  const learnt = new Set<number>();
  let factors: BandFactors = kept;
  for (const { dayAt, said, actual } of issuedDays(store, id, kind, kept.learntTo, today)) {
    if (said.production === undefined || learnt.has(dayAt)) continue;
    learnt.add(dayAt);
    const hours = said.production.hours.map(({ p10, p90 }, hour) => ({ p10, p90, actual: actual[hour] ?? Number.NaN }));
    factors = learnFromDay(factors, hours);
  }
  const { low, high } = factors;
  const body: Kept = { low, high, learntTo: today };
  store.modelling.reports.put(id, { name, at: clock.now(), body: JSON.stringify(body) });
  return factors;
};
