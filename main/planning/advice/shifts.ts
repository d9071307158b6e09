import { localMinute, localTime } from '../../zone.ts';
import type { Found } from './found.ts';
import { atOf, confidencePct, courseOf, middleOf, type Outlook, type Scenario, scenariosOf } from './outlook.ts';
import type { Movable, TypicalRun } from './runs.ts';
import { amount, carbon } from './words.ts';

const DAY_MS = 24 * 3_600_000;
/** A machine may be started so much later than advised. */
const GRACE_MS = 30 * 60_000;

/** Start times of the next day at which a run still ends within what is known. */
const startsOf = (outlook: Outlook, steps: number): number => {
  const within = Math.floor(DAY_MS / outlook.stepMs);
  return Math.max(0, Math.min(within, outlook.importPrice.length - steps + 1));
};

/** The step at which it would run without advice: its usual time, or now. */
const usualStep = (outlook: Outlook, { usualMinute }: TypicalRun, starts: number): number => {
  if (usualMinute === null) return 0;
  for (let step = 0; step < starts; step += 1) {
    const minute = localMinute(atOf(outlook, step), outlook.zone);
    if (minute <= usualMinute && usualMinute < minute + outlook.stepMs / 60_000) return step;
  }
  return 0;
};

interface Choice {
  readonly best: number;
  readonly usual: number;
  readonly saving: number;
  readonly carbonSavedG: number | null;
}

/**
 * The start in the next day that is worth most, in money and in what CO2 is worth to the person, against the usual one; the
 * usual one where none is worth more, and the earliest of equal ones. Null where the run does not fit into what is known.
 */
export const bestStart = (outlook: Outlook, run: TypicalRun): Choice | null => {
  const steps = Math.max(1, Math.round(run.durationMs / outlook.stepMs));
  const starts = startsOf(outlook, steps);
  if (starts === 0) return null;
  const kw = run.energyKwh / ((steps * outlook.stepMs) / 3_600_000);
  const middle = middleOf(outlook);
  const at = (start: number) => runAt(outlook, middle, start, steps, kw);
  const usual = usualStep(outlook, run, starts);
  const reference = at(usual);
  const worth = ({ cost, carbonG }: { readonly cost: number; readonly carbonG: number | null }): number =>
    cost + ((carbonG ?? 0) / 1000) * outlook.perKgCo2;
  let [best, chosen] = [usual, reference];
  for (let start = 0; start < starts; start += 1) {
    const each = at(start);
    if (worth(chosen) - worth(each) > 1e-9) [best, chosen] = [start, each];
  }
  return {
    ...{ best, usual },
    saving: reference.cost - chosen.cost,
    carbonSavedG: reference.carbonG === null || chosen.carbonG === null ? null : reference.carbonG - chosen.carbonG,
  };
};

const runAt = (outlook: Outlook, scenario: Scenario, start: number, steps: number, kw: number) =>
  courseOf(outlook, scenario, { extraKw: (step) => (step >= start && step < start + steps ? kw : 0) });

/** "0.41 cheaper, 190 g less": both in words with what they are. */
const gainInWords = (saving: number, carbonSavedG: number | null, currency: string): string => {
  const cheaper = `${amount(saving, currency)} ${saving >= 0 ? 'cheaper' : 'dearer'}`;
  if (carbonSavedG === null || Math.abs(carbonSavedG) < 5) return cheaper;
  return `${cheaper} and ${carbon(carbonSavedG)} ${carbonSavedG > 0 ? 'less' : 'more'} CO2`;
};

/** Advice to run something at another time; null where its usual time is as good. */
export const shiftOf = (outlook: Outlook, { load, laneId, name, run }: Movable): Found | null => {
  const choice = bestStart(outlook, run);
  if (choice === null || choice.best === choice.usual) return null;
  const { best, usual, saving, carbonSavedG } = choice;
  const steps = Math.max(1, Math.round(run.durationMs / outlook.stepMs));
  const kw = run.energyKwh / ((steps * outlook.stepMs) / 3_600_000);
  const [startAt, elseAt] = [atOf(outlook, best), atOf(outlook, usual)];
  const at = localTime(startAt, outlook.zone);
  const instead =
    run.usualMinute === null || usual === 0
      ? 'than now'
      : `than at ${localTime(elseAt, outlook.zone)}, when it usually runs`;
  return {
    ...{ kind: 'shift', laneId, startAt, saving, carbonSavedG },
    title: `Run ${name} at ${at}`,
    sentence: `${gainInWords(saving, carbonSavedG, outlook.currency)} ${instead}. It uses about ${run.energyKwh.toFixed(1)} kWh.`,
    endAt: startAt + steps * outlook.stepMs,
    expiresAt: startAt + GRACE_MS,
    confidencePct: confidencePct(
      scenariosOf(outlook),
      (scenario) => runAt(outlook, scenario, usual, steps, kw).cost - runAt(outlook, scenario, best, steps, kw).cost,
    ),
    basis: { is: 'run', load, energyKwh: run.energyKwh, elseAt },
  };
};
