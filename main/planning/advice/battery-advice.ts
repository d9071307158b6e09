import { localTime } from '../../zone.ts';
import { STORM_MS } from '../site/reserve.ts';
import type { Found } from './found.ts';
import { atOf, confidencePct, courseOf, middleOf, type Outlook, type Scenario, scenariosOf } from './outlook.ts';
import { amount, carbon } from './words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long it may be charged at once. */
const LENGTHS_H = [1, 2, 3, 4] as const;
const LANE = 'battery';

/** Charging from the grid in a block of steps. */
interface Block {
  readonly from: number;
  readonly steps: number;
}

const charging = (outlook: Outlook, scenario: Scenario, { from, steps }: Block) =>
  courseOf(outlook, scenario, {
    gridChargeKw: (step) => (step >= from && step < from + steps ? (outlook.battery?.maxChargeKw ?? 0) : 0),
  });

/** Advice to charge the battery from the grid while it is cheap, for a dear time; null where that brings nothing. */
export const chargeAdvice = (outlook: Outlook): Found | null => {
  const { battery, importPrice } = outlook;
  if (battery === null || !battery.fromGrid) return null;
  const middle = middleOf(outlook);
  const bare = courseOf(outlook, middle);
  const perHour = HOUR_MS / outlook.stepMs;
  let best: { readonly block: Block; readonly saving: number } | null = null;
  for (const length of LENGTHS_H)
    for (let from = 0; from < Math.min(DAY_MS / outlook.stepMs, importPrice.length - length * perHour); from += 1) {
      const block = { from, steps: length * perHour };
      const saving = bare.cost - charging(outlook, middle, block).cost;
      if (saving > (best?.saving ?? 0) + 1e-9) best = { block, saving };
    }
  if (best === null) return null;
  const { block, saving } = best;
  const course = charging(outlook, middle, block);
  const energyKwh = course.chargedKwh - bare.chargedKwh;
  const [startAt, endAt] = [atOf(outlook, block.from), atOf(outlook, block.from + block.steps)];
  const span = `${localTime(startAt, outlook.zone)} to ${localTime(endAt, outlook.zone)}`;
  const savedG = bare.carbonG === null || course.carbonG === null ? null : bare.carbonG - course.carbonG;
  const more = savedG === null || savedG > -5 ? '' : ` It brings ${carbon(savedG)} more CO2.`;
  return {
    ...{ kind: 'battery', laneId: LANE, startAt, endAt, expiresAt: endAt, saving, carbonSavedG: savedG },
    title: `Charge the battery from ${span}`,
    sentence: `About ${energyKwh.toFixed(1)} kWh bought then save ${amount(saving, outlook.currency)} in the dearer hours after it, losses and wear included.${more}`,
    confidencePct: confidencePct(
      scenariosOf(outlook),
      (scenario) => courseOf(outlook, scenario).cost - charging(outlook, scenario, block).cost,
    ),
    basis: { is: 'charge', energyKwh },
  };
};

/**
 * Advice to keep a charge before a gale that is expected in the next day; `windMs` is the mean wind of each step. It costs
 * rather than saves: what is kept is not used. Null where the charge would be there anyway, or nobody wants it.
 */
export const stormAdvice = (
  outlook: Outlook,
  windMs: readonly (number | null)[],
  beforeStormPct: number | null,
): Found | null => {
  const { battery } = outlook;
  if (battery === null || beforeStormPct === null) return null;
  const storm = windMs.findIndex((wind, step) => wind !== null && wind >= STORM_MS && step * outlook.stepMs < DAY_MS);
  if (storm < 0) return null;
  const socAt = (scenario: Scenario): number =>
    storm === 0 ? battery.initialSocPct : (courseOf(outlook, scenario).socPct[storm - 1] ?? battery.initialSocPct);
  const middle = middleOf(outlook);
  const expectedPct = socAt(middle);
  if (expectedPct >= beforeStormPct) return null;
  const kept = courseOf(outlook, middle, { keepPct: (step) => (step <= storm ? beforeStormPct : 0) });
  let end = storm;
  while ((windMs[end] ?? 0) >= STORM_MS) end += 1;
  const [stormAt, endAt] = [atOf(outlook, storm), atOf(outlook, end)];
  const at = localTime(stormAt, outlook.zone);
  return {
    ...{ kind: 'battery', laneId: LANE, startAt: outlook.startAt, endAt, expiresAt: stormAt, carbonSavedG: null },
    saving: Math.min(0, courseOf(outlook, middle).cost - kept.cost),
    title: `Raise the reserve to ${beforeStormPct} % before ${at}`,
    sentence: `A gale of ${Math.round(windMs[storm] ?? STORM_MS)} m/s is expected at ${at}, and the battery would be at ${Math.round(expectedPct)} % then. Keep ${beforeStormPct} % for a power cut.`,
    confidencePct: confidencePct(scenariosOf(outlook), (scenario) => beforeStormPct - socAt(scenario)),
    basis: { is: 'storm', keepPct: beforeStormPct, stormAt },
  };
};
