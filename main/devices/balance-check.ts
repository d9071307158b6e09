import type { PowerScale } from '../../preload/contract/devices.ts';
import { type BalanceRole, type Column, combinations, type Fit, fitOf, possibleReadings } from './balance-fit.ts';

export type { BalanceRole } from './balance-fit.ts';

/** A meter whose sign and unit are looked at. */
export interface BalanceChannel {
  /** What the caller calls it. */
  readonly key: string;
  /** For the sentences. */
  readonly name: string;
  readonly role: BalanceRole;
  /** The factor that is applied now. */
  readonly scaleNow: PowerScale;
}

/** The meters at one instant, in the order of the channels and before any factor; null where one has no fresh value. */
export interface BalanceSample {
  readonly at: number;
  readonly values: readonly (number | null)[];
}

export interface BalanceVerdict {
  /** `right`: nothing to change. `found`: change these. `refused`: nothing is certain enough to be changed. */
  readonly outcome: 'right' | 'found' | 'refused';
  readonly sentence: string;
  /** Of the meters of which it is certain. */
  readonly findings: readonly {
    readonly key: string;
    readonly scaleNow: PowerScale;
    readonly scaleFound: PowerScale;
  }[];
  /** Keys of those of which nothing can be said. */
  readonly unknown: readonly string[];
  readonly samples: number;
  /** What is usually left of pv + grid − battery − load, W, and as a share of what flows, %; null where it cannot be summed. */
  readonly residualNowW: number | null;
  readonly residualNowPct: number | null;
  readonly residualFoundW: number | null;
  readonly residualFoundPct: number | null;
}

const MOST_CHANNELS = 8;
const LEAST_SAMPLES = 20;
const LEAST_SPAN_MS = 60_000;
const MOST_SETS = 20_000;
/** With less than this in the house, a meter's error is as large as what it shows. */
const LEAST_THROUGH_W = 200;
const NOISE_W = 30;

/** Closed: meters differ by a few %, and an inverter takes something for itself. */
const mostLevelW = (throughW: number): number => Math.max(60, throughW * 0.05);
/** And they do not measure at the same instant: under quick clouds that is more. */
const mostSpreadW = (throughW: number): number => Math.max(100, throughW * 0.08);
/** By so much another set must be worse, so that it cannot be the right one. */
const marginW = (throughW: number): number => Math.max(60, throughW * 0.03);
const isClosed = ({ levelW, spreadW, throughW }: Fit): boolean =>
  levelW <= mostLevelW(throughW) && spreadW <= mostSpreadW(throughW);
const isClearlyWorse = (other: Fit, than: Fit): boolean => other.spreadW >= 2 * than.spreadW + marginW(than.throughW);

const watts = (powerW: number): string => `${Math.round(powerW)} W`;
/** Its meters move, and nothing moves with them: it is small, but no balance. */
const explainsNothing = ({ spreadW, moveW }: Fit): boolean => spreadW > NOISE_W && spreadW > 0.8 * moveW;
const explainsMuch = ({ spreadW, moveW }: Fit): boolean => moveW > 2 * NOISE_W && spreadW < 0.4 * moveW;

const leftOver = ({ residualW, throughW }: Fit): string => `${watts(residualW)} of ${watts(throughW)}`;
const shareOf = ({ residualW, throughW }: Fit): number | null =>
  throughW > 0 ? Math.round((residualW / throughW) * 1_000) / 10 : null;

const refused = (sentence: string, samples: number, now: Fit | null, unknown: readonly string[]): BalanceVerdict => ({
  outcome: 'refused',
  sentence,
  findings: [],
  unknown,
  samples,
  residualNowW: now === null ? null : now.residualW,
  residualNowPct: now === null ? null : shareOf(now),
  residualFoundW: null,
  residualFoundPct: null,
});

/** A load that is switched shows in every meter that takes part. */
const MOVE_SOMETHING = 'Switch a large load on and off while the meters are watched, or try again when more flows.';

/**
 * Finds out from what the meters of a house show together whether one of them is mounted the wrong way round or counts in
 * another unit: pv + grid = load + battery must close, at every instant. It answers only what is certain. Evidence is how
 * the meters *change* together, because something constant that nobody measures can make any set of signs close; beside
 * that only what a home can have: its powers, and that panels give and a house takes. A set of factors is ruled out when
 * what is left over changes clearly more than with the best set; a meter is certain when every set in which it means
 * something else is ruled out. Nothing is guessed: no load meter, too few samples, a balance that does not close, or another
 * set that fits better are refused. `right` with uncertain meters says only that the balance closes as it is.
 */
export const checkBalance = (
  channels: readonly BalanceChannel[],
  samples: readonly BalanceSample[],
): BalanceVerdict => {
  const keys = channels.map(({ key }) => key);
  const nameOf = (role: BalanceRole): boolean => channels.some((channel) => channel.role === role);
  if (!nameOf('load') || !nameOf('grid'))
    return refused(
      `The balance cannot be closed: there is no meter of the ${nameOf('grid') ? 'house’s whole load' : 'grid'}.`,
      0,
      null,
      keys,
    );
  if (channels.length > MOST_CHANNELS)
    return refused(`More than ${MOST_CHANNELS} meters cannot be told apart.`, 0, null, keys);

  const whole = samples.flatMap(({ at, values }) => {
    const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
    return known.length === channels.length && values.length === channels.length ? [{ at, values: known }] : [];
  });
  const times = whole.map(({ at }) => at);
  const columns: readonly Column[] = channels.map(({ role }, index) => ({
    role,
    values: whole.map(({ values }) => values[index] ?? Number.NaN),
  }));
  const scalesNow = channels.map(({ scaleNow }) => scaleNow);
  const now = whole.length > 0 ? fitOf(columns, scalesNow) : null;
  const refuse = (sentence: string): BalanceVerdict => refused(sentence, whole.length, now, keys);
  if (whole.length < LEAST_SAMPLES || Math.max(...times) - Math.min(...times) < LEAST_SPAN_MS)
    return refuse(`All meters together gave only ${whole.length} samples: watch them for some minutes.`);

  const choices = columns.map(possibleReadings);
  const impossible = channels.find((_, index) => choices[index]?.length === 0);
  if (impossible)
    return refuse(`${impossible.name} shows what cannot be: both directions, nothing, or more than a home has.`);
  // A house draws something at any time: not all of its meters sleep.
  const sets = combinations(choices).filter((readings) =>
    readings.some(({ isAsleep }, index) => !isAsleep && channels[index]?.role === 'load'),
  );
  if (sets.length === 0) return refuse('The meters of the house show what cannot be: both directions, or nothing.');
  if (sets.length > MOST_SETS) return refuse('There are too many possibilities to be certain.');

  const tries = sets.map((readings) => {
    const scales = readings.map(({ scale }) => scale);
    return { readings, fit: fitOf(columns, scales) };
  });
  const best = tries
    .filter(({ fit }) => isClosed(fit))
    .toSorted((a, b) => a.fit.levelW + a.fit.spreadW - (b.fit.levelW + b.fit.spreadW))[0];
  if (!best)
    return refuse(
      'The balance does not close with any signs and units: something is not measured, or a meter has the wrong role.',
    );
  if (tries.some(({ fit }) => isClearlyWorse(best.fit, fit)))
    return refuse('Something that runs all the time is not measured: signs and units cannot be told.');

  if (best.fit.throughW < LEAST_THROUGH_W)
    return refuse(`Only ${watts(best.fit.throughW)} flow: too little to tell the meters apart. ${MOVE_SOMETHING}`);

  const rivals = tries.filter(
    ({ fit }) => !isClearlyWorse(fit, best.fit) && !(explainsMuch(best.fit) && explainsNothing(fit)),
  );
  const certain = channels.flatMap(({ key, scaleNow }, index) => {
    const mine = best.readings[index];
    const isCertain =
      mine !== undefined &&
      !mine.isAsleep &&
      rivals.every(({ readings }) => readings[index]?.isAsleep === false && readings[index].scale === mine.scale);
    return isCertain ? [{ key, scaleNow, scaleFound: mine.scale }] : [];
  });
  const unknown = channels.filter(({ key }) => !certain.some((one) => one.key === key));
  const changes = certain.filter(({ scaleNow, scaleFound }) => scaleNow !== scaleFound);
  const names = unknown.map(({ name }) => name).join(', ');
  const remark = unknown.length === 0 ? '' : ` Nothing is certain of ${names}. ${MOVE_SOMETHING}`;

  if (changes.length === 0 && !(now !== null && isClosed(now)))
    return {
      ...refuse(`The balance does not close as it is.${remark}`),
      findings: certain,
      unknown: unknown.map(({ key }) => key),
    };
  // Of an uncertain meter what is applied now counts: the proof is of what would really change.
  const found = fitOf(
    columns,
    channels.map(({ key, scaleNow }) => certain.find((one) => one.key === key)?.scaleFound ?? scaleNow),
  );
  return {
    outcome: changes.length === 0 ? 'right' : 'found',
    sentence:
      changes.length === 0
        ? `The balance closes as it is: ${leftOver(found)} are left over.${remark}`
        : `With other signs or units the balance closes: ${leftOver(found)} would be left over, and ${now ? leftOver(now) : 'more'} are now.${remark}`,
    findings: certain,
    unknown: unknown.map(({ key }) => key),
    samples: whole.length,
    residualNowW: now?.residualW ?? null,
    residualNowPct: now === null ? null : shareOf(now),
    residualFoundW: found.residualW,
    residualFoundPct: shareOf(found),
  };
};
