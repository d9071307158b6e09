import { ok, type Result, temporary } from '../../result.ts';
import type { Highs } from '../highs.ts';
import { fleetOf } from './fleet.ts';
import { stepLoads } from './loads.ts';
import { solvePiece } from './prescient-solve.ts';
import { NO_BATTERY } from './storage.ts';
import type { Past, SimPolicy, SimSite } from './types.ts';

/** The best that could have been done, as power and held-back sun of each played step. */
export interface Foresight {
  readonly batteryKw: Float64Array;
  readonly curtailKw: Float64Array;
  /** What each load draws, in the order of the site. */
  readonly loadsKw: readonly Float64Array[];
  /** True where the whole span was one problem: then nothing whatever is cheaper. */
  readonly proven: boolean;
  /** How much cheaper it may still be, in money: what the search left open. */
  readonly missing: number;
}

/**
 * What is longer is solved in pieces that overlap: many steps take minutes, and with a peak charge each month multiplies the
 * choices of the others, although they have nothing to do with each other but the charge at midnight.
 */
const MOST_STEPS = 13_000;
const MOST_PEAK_DAYS = 45;
/** A piece ends with the month that holds this day of it. */
const PIECE_DAYS = 50;
const PEAK_PIECE_DAYS = 15;
const OVERLAP_DAYS = 7;
/** Loads that are switched make every step a choice. */
const MOST_LOAD_STEPS = 800;
const LOAD_PIECE_STEPS = 168;
const LOAD_OVERLAP_DAYS = 2;
const DAY_MS = 86_400_000;

/**
 * Perfect foresight: the whole played span as one program at the resolution of the data, and a span of very many steps in pieces
 * of a month or two, each of which looks a week into the next. Failures: `backtest.no-foresight` where the limits leave nothing.
 */
export const foresee = async (
  highs: Highs,
  past: Past,
  site: SimSite,
  options: {
    readonly timeLimitSeconds: number;
    /** What other policies had the loads do, kW of each load by played step: where the search for better begins. */
    readonly courses: readonly (readonly Float64Array[])[];
    readonly onProgress?: (share: number) => Promise<boolean>;
  },
): Promise<Result<Foresight | null>> => {
  const { first, end, stepMs } = past;
  const { battery } = site;
  const batteryKw = new Float64Array(end - first);
  const curtailKw = new Float64Array(end - first);
  const loads = stepLoads(past, site.loads);
  const fleet = fleetOf(past, loads);
  const loadsKw = loads.map(() => new Float64Array(end - first));
  const perDay = DAY_MS / stepMs;
  const peaks = site.peakTariff !== null;
  const switched = loads.some(({ kind }) => kind !== 'heat');
  const mostSteps = Math.min(
    switched ? MOST_LOAD_STEPS : MOST_STEPS,
    peaks ? MOST_PEAK_DAYS * perDay : Number.POSITIVE_INFINITY,
  );
  const proven = end - first <= mostSteps;
  if (battery === null && loads.length === 0) return ok({ batteryKw, curtailKw, loadsKw, proven, missing: 0 });
  const longSteps = Math.round((peaks ? PEAK_PIECE_DAYS : PIECE_DAYS) * perDay);
  const pieceSteps = proven ? end - first : switched ? LOAD_PIECE_STEPS : longSteps;
  const overlap = switched ? Math.round(LOAD_OVERLAP_DAYS * perDay) : Math.round(OVERLAP_DAYS * perDay);
  let missing = 0;
  let startKwh = battery === null ? 0 : (battery.initialSocPct / 100) * battery.capacityKwh;
  let peaksBefore = new Map<number, number>();
  for (let from = first; from < end; ) {
    if ((await options.onProgress?.((from - first) / (end - first))) === false) return ok(null);
    const pieceEnd = switched ? dayEnd(past, from + pieceSteps) : monthEnd(past, from + pieceSteps);
    const keepTo = end - from <= pieceSteps + overlap ? end : pieceEnd;
    const to = Math.min(end, keepTo === end ? end : keepTo + overlap);
    const standings = fleet.standings(from);
    // A course is followed from where the loads stand, as near as their rules let them.
    const courses = options.courses.map((course) => {
      const other = fleetOf(past, loads, { step: from, standings });
      const kw = loads.map(() => new Float64Array(to - from));
      for (let step = from; step < to; step += 1) {
        const wishes = course.map((each) => each[step - first] ?? 0);
        other.draw(step, wishes, Number.POSITIVE_INFINITY);
        for (const [load, each] of kw.entries()) each[step - from] = other.kwOf(load);
      }
      return kw;
    });
    const piece = { from, to, startKwh, last: to === end, peaksBefore, standings };
    const solved = solvePiece(highs, past, site, piece, { timeLimitSeconds: options.timeLimitSeconds, courses });
    if (solved === null)
      return temporary(
        'backtest.no-foresight',
        'The best that could have been done was not found: the limits of the grid leave no way through, or the time ran out.',
        'Check the limits of the site, or choose a shorter span.',
      );
    const { values, columns } = solved;
    missing += solved.missing;
    const drawn = solved.loads.read(values);
    const valueAt = (column: number | undefined): number => values[column ?? 0] ?? 0;
    const daily = new Map<number, number>();
    for (let step = from; step < Math.min(keepTo, to); step += 1) {
      const place = step - from;
      const [into, out] = [valueAt(columns.charge[place]), valueAt(columns.discharge[place])];
      // A bit of both at once is the same as the one that changes the store as much.
      const { chargeEfficiency, dischargeEfficiency } = battery ?? NO_BATTERY;
      const change = into * chargeEfficiency - out / dischargeEfficiency;
      batteryKw[step - first] = change > 0 ? change / chargeEfficiency : change * dischargeEfficiency;
      const wishes = drawn.map((kw) => kw[place] ?? 0);
      fleet.draw(step, wishes, Number.POSITIVE_INFINITY);
      for (const [load, kw] of loadsKw.entries()) kw[step - first] = wishes[load] ?? 0;
      curtailKw[step - first] = valueAt(columns.curtail[place]);
      const day = past.day[step] ?? 0;
      daily.set(day, Math.max(daily.get(day) ?? 0, valueAt(columns.import[place])));
      startKwh = valueAt(columns.stored[place]);
    }
    from = Math.min(keepTo, to);
    const month = past.days[past.day[Math.min(from, end - 1)] ?? 0]?.month;
    peaksBefore = new Map([...peaksBefore, ...daily].filter(([day]) => past.days[day]?.month === month));
  }
  return ok({ batteryKw, curtailKw, loadsKw, proven, missing });
};

/** The end of the day that holds a step. */
const dayEnd = (past: Past, step: number): number => Math.min(past.end, past.days[past.day[step] ?? 0]?.to ?? past.end);

/** The end of the month that holds a step. */
const monthEnd = (past: Past, step: number): number => {
  const month = past.days[past.day[step] ?? 0]?.month;
  let day = past.day[step] ?? 0;
  while (past.days[day]?.month === month && day < past.days.length) day += 1;
  return Math.min(past.end, past.days[day - 1]?.to ?? past.end);
};

/** Plays what was foreseen. */
export const prescientPolicy = (past: Past, { batteryKw, curtailKw, loadsKw }: Foresight): SimPolicy => ({
  name: 'prescient',
  holdsBack: false,
  decide: ({ step }) => ({
    kind: 'power',
    kw: batteryKw[step - past.first] ?? 0,
    curtailKw: curtailKw[step - past.first] ?? 0,
  }),
  wishes: (step) => loadsKw.map((kw) => kw[step - past.first] ?? 0),
});
