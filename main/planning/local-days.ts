import { addLocalDays, localDate } from '../zone.ts';

/** Steps `from` to before `to` of one local day. */
export interface LocalDay {
  /** `YYYY-MM` of the local calendar. */
  readonly month: string;
  readonly from: number;
  readonly to: number;
}

/** The local days of a horizon in order; a step belongs to the day in which it begins. */
export const localDaysOf = (frame: {
  readonly startAt: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly zone: string;
}): readonly LocalDay[] => {
  const { startAt, stepMs, steps, zone } = frame;
  const days: LocalDay[] = [];
  for (let from = 0; from < steps; ) {
    const at = startAt + from * stepMs;
    const to = Math.min(steps, Math.ceil((addLocalDays(at, 1, zone) - startAt) / stepMs));
    days.push({ month: localDate(at, zone).slice(0, 7), from, to });
    from = to;
  }
  return days;
};

/** The days of each calendar month, in order. */
export const monthsOf = (days: readonly LocalDay[]): readonly (readonly LocalDay[])[] => {
  const months = new Map<string, LocalDay[]>();
  for (const day of days) {
    const month = months.get(day.month);
    if (month === undefined) months.set(day.month, [day]);
    else month.push(day);
  }
  return [...months.values()];
};
