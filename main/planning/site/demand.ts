import type { PeakCharge, Tariff } from '../../../preload/contract/tariff.ts';
import { type MeteredInterval, peakChargeOf } from '../../feeds/tariff/peaks.ts';
import { createWallClock, holdsAt } from '../../feeds/tariff/wall-clock.ts';
import type { DemandCharge } from '../types.ts';
import { perStep, type Steps } from './grid-of-steps.ts';

const MONTHS_A_YEAR = 12;

/** How much a step's import counts for a charge: the highest weight of the windows that hold, 1 without windows. */
const weightsOf = (charge: PeakCharge, tariff: Tariff, zone: string, steps: Steps): readonly number[] => {
  const clock = createWallClock(charge.zone ?? zone, tariff.holidays);
  return perStep(steps, (at) => {
    if (charge.windows.length === 0) return 1;
    const time = clock(at);
    return Math.max(
      0,
      ...charge.windows.filter((window) => holdsAt(window, time)).map(({ weightPct }) => weightPct / 100),
    );
  });
};

const priceOf = ({ price }: PeakCharge, vat: number): DemandCharge['price'] => {
  if (price.kind === 'steps')
    return { kind: 'steps', steps: price.steps.map(({ fromKw, amount }) => ({ fromKw, amount: amount * vat })) };
  const share = price.per === 'year' ? 1 / MONTHS_A_YEAR : 1;
  return { kind: 'per-kw', tiers: price.tiers.map(({ fromKw, perKw }) => ({ fromKw, perKw: perKw * vat * share })) };
};

/**
 * The peak charges of a tariff as the optimiser takes them, with the peaks that the month has already. A ratchet over earlier
 * months is a floor. A mean over months costs as much for each peak as if it were billed at once, since it enters so many
 * bills. Steps are quarters: for a meter that counts hours they are on the safe side, and so is counting a second peak of
 * today or this week.
 */
export const demandChargesOf = (input: {
  readonly tariff: Tariff;
  /** What the grid took in the months that a charge looks at, one list for each charge. */
  readonly intervals: readonly (readonly MeteredInterval[])[];
  readonly steps: Steps;
  readonly zone: string;
  readonly now: number;
}): readonly DemandCharge[] => {
  const { tariff, intervals, steps, zone, now } = input;
  const vat = tariff.typedWithVat ? 1 : 1 + tariff.vatPct / 100;
  const local = createWallClock(zone)(now);
  const month = local.year * MONTHS_A_YEAR + local.month;
  return tariff.peakCharges.map((charge, place) => {
    const bill = peakChargeOf({
      ...{ charge, month, siteZone: zone, holidays: tariff.holidays, intervals: intervals[place] ?? [] },
      // Nobody asks here what is missing.
      until: Number.NEGATIVE_INFINITY,
    });
    const ratchetKw =
      charge.lookback?.kind === 'highest' && bill.basisKw !== null && bill.basisKw > (bill.peakKw ?? 0)
        ? bill.basisKw
        : 0;
    return {
      id: `${place} ${charge.name}`,
      weight: weightsOf(charge, tariff, zone, steps),
      peaks: charge.peaks,
      apart: charge.apart === 'none' ? 'none' : 'day',
      price: priceOf(charge, vat),
      floorKw: Math.max(charge.floorKw, ratchetKw),
      measuredKw: bill.picked.map(({ powerKw }) => powerKw),
    };
  });
};
