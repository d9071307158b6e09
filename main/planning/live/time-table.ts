import type { Setpoint } from '../../../preload/contract/base.ts';
import { parseTimeTable, type TimeTableSlot, timeTableText } from '../../../preload/contract/time-table.ts';
import { localMinute } from '../../zone.ts';
import type { PlanStep } from '../types.ts';
import type { Intent } from './intent.ts';

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** What a stretch of the day asks of the inverter. */
type Setting = Omit<TimeTableSlot, 'startMinute'>;

export interface TableInput {
  readonly startAt: number;
  readonly stepMs: number;
  readonly steps: readonly Pick<PlanStep, 'socPct'>[];
  readonly intents: readonly Intent[];
  readonly zone: string;
  readonly now: number;
  readonly slots: number;
  /** What the battery may give at most: a slot says it beside its level. */
  readonly maximumW: number;
  /** No slot lets the battery go below it, %. */
  readonly floorPct: number;
}

/** The house from the battery down to its floor, the battery from the sun. */
const byItself = ({ maximumW, floorPct }: TableInput): Setting => ({
  ...{ powerW: maximumW, socPct: Math.min(100, Math.ceil(floorPct)) },
  ...{ gridCharge: false, generatorCharge: false, sell: false },
});

const settingOf = ({ does, mostKw }: Intent, socPct: number, input: TableInput): Setting => {
  const { maximumW, floorPct } = input;
  const shared = { powerW: maximumW, generatorCharge: false, sell: false };
  const level = Math.max(floorPct, Math.min(100, Math.round(socPct)));
  if (does === 'charge') return { ...shared, socPct: level, gridCharge: true };
  // A target that is not reached yet keeps the battery from giving; the sun still fills it.
  if (does === 'hold' || does === 'surplus') return { ...shared, socPct: 100, gridCharge: false };
  if (does === 'discharge')
    return {
      ...shared,
      powerW: Math.min(maximumW, Math.max(0, Math.round(-mostKw * 1000))),
      socPct: level,
      gridCharge: false,
      sell: true,
    };
  return byItself(input);
};

const same = (one: Setting, other: Setting): boolean =>
  one.powerW === other.powerW &&
  one.socPct === other.socPct &&
  one.gridCharge === other.gridCharge &&
  one.sell === other.sell;

interface Run extends Setting {
  from: number;
  to: number;
}

/** Neighbours of the same kind as one; a charge goes on to the highest of its targets. */
const joined = (runs: readonly Run[]): Run[] => {
  const whole: Run[] = [];
  for (const run of runs) {
    const last = whole.at(-1);
    if (last && (same(last, run) || (last.gridCharge && run.gridCharge))) {
      last.to = run.to;
      whole[whole.length - 1] = { ...last, socPct: Math.max(last.socPct, run.socPct) };
    } else whole.push({ ...run });
  }
  return whole;
};

/**
 * The coming 24 h of a plan as the one table of a slot-table inverter, in the order of its day. Where the plan changes its mind
 * more often than the inverter has slots, the shortest stretch goes with its neighbour, but never the one that is on now.
 */
export const tableFor = (input: TableInput): string | null => {
  const { startAt, stepMs, steps, intents, zone, now, slots } = input;
  const planned = new Map<number, Setting>();
  for (const [place, step] of steps.entries()) {
    const intent = intents[place];
    const at = startAt + place * stepMs;
    const minute = localMinute(at, zone);
    // A day of another length than 24 h names an hour twice or not at all: what comes first counts.
    if (intent && at + stepMs > now && at < startAt + DAY_MS && !planned.has(minute))
      planned.set(minute, settingOf(intent, step.socPct ?? input.floorPct, input));
  }
  if (planned.size === 0) return null;
  const span = stepMs / MINUTE_MS;
  // What is not planned is the battery's own: the table acts for days when nobody is there any more.
  const day = Array.from({ length: DAY_MINUTES / span }, (_, place): Run => {
    const from = place * span;
    return { ...(planned.get(from) ?? byItself(input)), from, to: from + span };
  });
  let runs = joined(day);
  const minute = localMinute(now, zone);
  while (runs.length > slots) {
    const shortest = runs
      .map((run, place) => ({ place, span: run.from <= minute && minute < run.to ? Infinity : run.to - run.from }))
      .reduce((least, each) => (each.span < least.span ? each : least)).place;
    const before = runs[shortest - 1];
    const after = runs[shortest + 1];
    const gone = runs[shortest];
    if (!gone) return null;
    if (before) before.to = gone.to;
    else if (after) after.from = gone.from;
    runs = joined(runs.filter((_, place) => place !== shortest));
  }
  while (runs.length < slots) {
    const longest = runs.reduce((most, run, place) => {
      const other = runs[most];
      return other && run.to - run.from > other.to - other.from ? place : most;
    }, 0);
    const run = runs[longest];
    if (!run) return null;
    const middle = run.from + Math.max(1, Math.floor((run.to - run.from) / 2));
    runs.splice(longest, 1, { ...run, to: middle }, { ...run, from: middle });
  }
  const inOrder = runs.map(({ from, to: _, ...setting }, place) => ({
    ...setting,
    // The first slot begins with the day: before it the last one of the day would still act.
    startMinute: place === 0 ? 0 : Math.min(DAY_MINUTES - 1, from),
  }));
  return timeTableText(inOrder);
};

/** The highest power that stands in a table, W; Infinity where none does. */
export const mostIn = (standing: Setpoint | undefined): number => {
  const table = typeof standing === 'string' ? parseTimeTable(standing) : null;
  const most = table && 'slots' in table ? Math.max(0, ...table.slots.map(({ powerW }) => powerW)) : 0;
  return most > 0 ? most : Number.POSITIVE_INFINITY;
};

/** The setting that a table has in force at a minute of the day. */
const inForceAt = (text: string, minute: number): Setting | null => {
  const table = parseTimeTable(text);
  if ('problem' in table || !table.inForce) return null;
  return table.slots.findLast(({ startMinute }) => startMinute <= minute) ?? table.slots.at(-1) ?? null;
};

/** Whether the standing table does in the coming half hour what the wanted one does: then it need not be written. */
export const tableServes = (standing: string, wanted: string, now: number, zone: string): boolean =>
  [0, 15, 30].every((minutes) => {
    const minute = localMinute(now + minutes * MINUTE_MS, zone);
    const one = inForceAt(standing, minute);
    const other = inForceAt(wanted, minute);
    if (!one || !other) return one === other;
    const charging = one.gridCharge && other.gridCharge && Math.abs(one.socPct - other.socPct) <= 2;
    return charging || same(one, other);
  });
