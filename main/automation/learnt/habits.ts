import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { localDate, localMinute, localTime, localWeekday } from '../../zone.ts';

/** One thing that a person did by hand and that was confirmed. */
export interface HandAct {
  readonly at: number;
  readonly who: string;
  readonly channel: ChannelRef;
  readonly channelName: string;
  readonly setpoint: Setpoint;
}

/** A habit of the clock: the same thing by hand at about the same time on most of the days. */
export interface ClockHabit {
  readonly channel: ChannelRef;
  readonly channelName: string;
  readonly setpoint: Setpoint;
  /** Local minute of the day around which it is done. */
  readonly minute: number;
  /** ISO weekdays on which it is done; empty for every day. */
  readonly days: readonly number[];
  /** Days on which it was seen, and days on which it could have been. */
  readonly support: number;
  readonly chances: number;
  readonly confidencePct: number;
  readonly evidence: readonly HandAct[];
}

const SPREAD_MIN = 20;
const LEAST_DAYS = 5;
const LEAST_CONFIDENCE_PCT = 60;
const DAY_MIN = 1440;

/**
 * How sure one may be that it is a habit: the lower end of the 80 % interval of a share by Wilson (1927), in %. Five of
 * five are less sure than twenty of twenty.
 */
export const wilsonPct = (support: number, chances: number): number => {
  if (chances === 0) return 0;
  const z = 1.2816;
  const share = support / chances;
  const spread = z * Math.sqrt((share * (1 - share)) / chances + (z * z) / (4 * chances * chances));
  return (100 * (share + (z * z) / (2 * chances) - spread)) / (1 + (z * z) / chances);
};

const around = (one: number, other: number): number => {
  const apart = Math.abs(one - other) % DAY_MIN;
  return Math.min(apart, DAY_MIN - apart);
};

const keyOf = ({ channel, setpoint }: HandAct): string =>
  `${channel.deviceId}/${channel.channelId}/${JSON.stringify(setpoint)}`;

/** Local days from the first seen to `now` that have one of the weekdays. */
const countDays = (from: number, now: number, weekdays: ReadonlySet<number>, zone: string): number => {
  const seen = new Set<string>();
  for (let at = from; at <= now; at += 6 * 3_600_000)
    if (weekdays.has(localWeekday(at, zone))) seen.add(localDate(at, zone));
  if (weekdays.has(localWeekday(now, zone))) seen.add(localDate(now, zone));
  return seen.size;
};

/** The fullest window of the clock: its acts, one a day (the first). */
const fullestWindow = (acts: readonly HandAct[], zone: string): readonly HandAct[] => {
  let best: readonly HandAct[] = [];
  for (const middle of acts) {
    const minute = localMinute(middle.at, zone);
    const days = new Map<string, HandAct>();
    for (const act of acts)
      if (around(localMinute(act.at, zone), minute) <= SPREAD_MIN) {
        // Days are told apart at the far side of the clock, so that a habit around midnight is done once a day.
        const day = localDate(act.at + (DAY_MIN / 2 - minute) * 60_000, zone);
        if (!days.has(day)) days.set(day, act);
      }
    if (days.size > best.length) best = [...days.values()];
  }
  return best;
};

/** The middle of minutes that may lie on both sides of midnight. */
const middleMinute = (minutes: readonly number[]): number => {
  const [first = 0] = minutes;
  const shifted = minutes
    .map((minute) => ((minute - first + DAY_MIN * 1.5) % DAY_MIN) - DAY_MIN / 2)
    .sort((a, b) => a - b);
  return (first + (shifted[Math.floor(shifted.length / 2)] ?? 0) + DAY_MIN) % DAY_MIN;
};

const WORKING_DAYS: readonly number[] = [1, 2, 3, 4, 5];
const WEEKEND: readonly number[] = [6, 7];

/** Every day, working days or weekends: the one that explains it best. */
const bestDays = (acts: readonly HandAct[], from: number, now: number, zone: string) => {
  const choices = [[...WORKING_DAYS, ...WEEKEND], WORKING_DAYS, WEEKEND].map((days) => {
    const set = new Set(days);
    const kept = acts.filter((act) => set.has(localWeekday(act.at, zone)));
    const chances = countDays(from, now, set, zone);
    return { days: days.length === 7 ? [] : days, kept, chances, confidencePct: wilsonPct(kept.length, chances) };
  });
  return choices.reduce((best, one) => (one.confidencePct > best.confidencePct + 1e-9 ? one : best));
};

/** Habits of the clock in what was done by hand, surest first. `acts` in order of time; nothing is learnt from fewer than five days. */
export const clockHabits = (acts: readonly HandAct[], now: number, zone: string): readonly ClockHabit[] => {
  const groups = new Map<string, HandAct[]>();
  for (const act of acts) groups.set(keyOf(act), [...(groups.get(keyOf(act)) ?? []), act]);
  const habits: ClockHabit[] = [];
  for (const group of groups.values()) {
    const window = fullestWindow(group, zone);
    const [first] = window.toSorted((one, other) => one.at - other.at);
    if (!first || window.length < LEAST_DAYS) continue;
    const { days, kept, chances, confidencePct } = bestDays(window, first.at, now, zone);
    if (kept.length < LEAST_DAYS || confidencePct < LEAST_CONFIDENCE_PCT) continue;
    habits.push({
      channel: first.channel,
      channelName: first.channelName,
      setpoint: first.setpoint,
      minute: Math.round(middleMinute(kept.map((act) => localMinute(act.at, zone)))),
      days,
      support: kept.length,
      chances,
      confidencePct,
      evidence: kept.toSorted((one, other) => other.at - one.at).slice(0, 20),
    });
  }
  return habits.toSorted((one, other) => other.confidencePct - one.confidencePct);
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');
export const clockText = (minute: number): string =>
  `${twoDigits(Math.floor((minute % DAY_MIN) / 60))}:${twoDigits(minute % 60)}`;

/** Without the opposite habit, what the rule switches goes back after so long. */
const ALONE_MIN = 120;

/** The rule that stands for a habit: from its time to the time of the opposite habit, where there is one. */
export const ruleOfHabit = (habit: ClockHabit, opposite: ClockHabit | undefined): Omit<Rule, 'id'> => {
  const to = opposite?.minute ?? (habit.minute + ALONE_MIN) % DAY_MIN;
  const { channel, setpoint } = habit;
  return {
    name: `${habit.channelName} at ${clockText(habit.minute)}`.slice(0, 80),
    mode: 'test',
    priority: 5,
    triggers: [
      {
        test: { is: 'time', window: { from: clockText(habit.minute), to: clockText(to), days: [...habit.days] } },
        forMs: 0,
      },
    ],
    condition: null,
    actions: [
      typeof setpoint === 'boolean' ? { do: 'switch', channel, on: setpoint } : { do: 'set', channel, value: setpoint },
    ],
    otherwise: [],
    cooldownMs: 0,
    activeWindow: null,
  };
};

/** The habit that ends another: the same channel, another value, far enough away on the clock. */
export const oppositeOf = (habit: ClockHabit, habits: readonly ClockHabit[]): ClockHabit | undefined =>
  habits.find(
    (other) =>
      other.channel.deviceId === habit.channel.deviceId &&
      other.channel.channelId === habit.channel.channelId &&
      other.setpoint !== habit.setpoint &&
      around(other.minute, habit.minute) > SPREAD_MIN,
  );

export const sayAct = ({ at, who, channelName, setpoint }: HandAct, zone: string): string =>
  `${who} ${typeof setpoint === 'boolean' ? `switched ${channelName} ${setpoint ? 'on' : 'off'}` : `set ${channelName} to ${String(setpoint)}`} at ${localTime(at, zone)}.`;
