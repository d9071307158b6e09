import type { FeatureDoc } from '../learners/types.ts';

/**
 * What is known when a step begins. `net(1)` is the load less the sun of the step that has just ended; prices reach
 * `knownSteps` ahead, 0 being the step that begins, and back into the past with negative numbers.
 */
export interface PolicyView {
  readonly stepHours: number;
  readonly localHour: number;
  readonly weekday: number;
  readonly knownSteps: number;
  net(back: number): number;
  importPrice(ahead: number): number;
  exportPrice(ahead: number): number;
}

/** What numbers are divided by, so that they lie around 1; found on the days that were trained on. */
export interface PolicyScale {
  readonly netKw: number;
  readonly price: number;
  readonly priceSpread: number;
  /** Between the least and the most charge. */
  readonly usableKwh: number;
}

const DAY_HOURS = 24;
const HABIT_DAYS = 7;
const LIMIT = 4;
/** Hours ahead between which use and prices are averaged. */
const NET_WINDOWS = [0, 1, 3, 6, 12, 18, 24];
const PRICE_WINDOWS = [1, 3, 6, 12, 24];

const window = (edges: readonly number[], place: number): string => `${edges[place]} to ${edges[place + 1]} h ahead`;
const windowsOf = (edges: readonly number[]) => edges.slice(1).map((_, place) => window(edges, place));
const doc = (name: string, unit: string, text: string): FeatureDoc => ({ name, unit, doc: text });

/** The inputs in order. The state of charge comes last, since only it depends on what was done. */
export const POLICY_FEATURES: readonly FeatureDoc[] = [
  doc('net_last', 'usual kW', 'Load less sun of the last step'),
  doc('net_3h', 'usual kW', 'Load less sun of the last 3 h'),
  doc('net_unusual', 'usual kW', 'How much more than on the week before the last 3 h needed'),
  ...windowsOf(NET_WINDOWS).map((each) => doc(`net_${each}`, 'usual kW', `Mean of the last 7 days for ${each}`)),
  doc('surplus_12h', 'of the battery', 'Surplus expected within 12 h'),
  doc('surplus_24h', 'of the battery', 'Surplus expected within 24 h'),
  doc('deficit_6h', 'of the battery', 'Deficit expected within 6 h'),
  doc('deficit_12h', 'of the battery', 'Deficit expected within 12 h'),
  doc('deficit_24h', 'of the battery', 'Deficit expected within 24 h'),
  doc('price', 'usual spreads', 'Price now beside the usual one'),
  doc('price_day', 'usual spreads', 'Price now beside the mean of the next 24 h'),
  doc('price_rank', 'share', 'Share of the next 24 h that is cheaper than now'),
  doc('price_low', 'usual spreads', 'Lowest price of the next 24 h beside now'),
  doc('price_high', 'usual spreads', 'Highest price of the next 24 h beside now'),
  doc('price_low_6h', 'usual spreads', 'Lowest price of the next 6 h beside now'),
  doc('price_high_6h', 'usual spreads', 'Highest price of the next 6 h beside now'),
  doc('to_low', 'days', 'Time until the lowest price of the next 24 h'),
  doc('to_high', 'days', 'Time until the highest price of the next 24 h'),
  ...windowsOf(PRICE_WINDOWS).map((each) => doc(`price_${each}`, 'usual spreads', `Mean price ${each} beside now`)),
  doc('export', 'usual spreads', 'What export earns now beside the price now'),
  doc('export_high', 'usual spreads', 'The most that export earns within 24 h beside the price now'),
  doc('day_sin', '', 'Time of day'),
  doc('day_cos', '', 'Time of day'),
  doc('week_sin', '', 'Time of week'),
  doc('week_cos', '', 'Time of week'),
  doc('soc', 'share', 'State of charge between its limits, −1 to 1'),
];

const finite = (value: number, instead: number): number => (Number.isFinite(value) ? value : instead);

/** Mean of the same clock time on the days before; NaN where none is known. `ahead` below a day. */
export const habitKw = (view: Pick<PolicyView, 'net' | 'stepHours'>, ahead: number): number => {
  const perDay = Math.round(DAY_HOURS / view.stepHours);
  let sum = 0;
  let count = 0;
  for (let day = 1; day <= HABIT_DAYS; day += 1) {
    const value = view.net(day * perDay - ahead);
    if (!Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
};

/** A price of the next day; what is not known yet is taken from a day before. */
export const expectedPrice = (
  read: (ahead: number) => number,
  { knownSteps, stepHours }: Pick<PolicyView, 'knownSteps' | 'stepHours'>,
  ahead: number,
): number => {
  const perDay = Math.round(DAY_HOURS / stepHours);
  const known = ahead < knownSteps ? read(ahead) : read(ahead - perDay);
  return finite(known, read(0));
};

const meanOf = (values: Float64Array, from: number, to: number): number => {
  let sum = 0;
  for (let place = from; place < to; place += 1) sum += values[place] ?? 0;
  return to > from ? sum / (to - from) : 0;
};

/** Writes the inputs but the state of charge to `out`, from `at` on. Nothing at or after the step is read but prices. */
export const readFeatures = (view: PolicyView, scale: PolicyScale, out: Float32Array, at: number): void => {
  const { stepHours } = view;
  const steps = Math.round(DAY_HOURS / stepHours);
  const place = (hours: number): number => Math.min(steps, Math.max(0, Math.round(hours / stepHours)));
  let written = at;
  const put = (value: number): void => {
    out[written] = Math.min(LIMIT, Math.max(-LIMIT, finite(value, 0)));
    written += 1;
  };
  const habit = new Float64Array(steps);
  const price = new Float64Array(steps);
  const sold = new Float64Array(steps);
  const last = finite(view.net(1), 0);
  for (let ahead = 0; ahead < steps; ahead += 1) {
    habit[ahead] = finite(habitKw(view, ahead), last);
    price[ahead] = expectedPrice(view.importPrice, view, ahead);
    sold[ahead] = expectedPrice(view.exportPrice, view, ahead);
  }
  const recent = Math.max(1, place(3));
  let recentSum = 0;
  let unusual = 0;
  for (let back = 1; back <= recent; back += 1) {
    const was = finite(view.net(back), last);
    recentSum += was / recent;
    unusual += (was - finite(habitKw(view, -back), was)) / recent;
  }
  put(last / scale.netKw);
  put(recentSum / scale.netKw);
  put(unusual / scale.netKw);
  for (let each = 0; each + 1 < NET_WINDOWS.length; each += 1) {
    const from = place(NET_WINDOWS[each] ?? 0);
    put(meanOf(habit, from, Math.max(from + 1, place(NET_WINDOWS[each + 1] ?? 0))) / scale.netKw);
  }
  const energyOf = (sign: 1 | -1, hours: number): number => {
    let sum = 0;
    for (let ahead = 0; ahead < place(hours); ahead += 1) sum += Math.max(0, sign * (habit[ahead] ?? 0)) * stepHours;
    return sum / scale.usableKwh;
  };
  for (const hours of [12, 24]) put(energyOf(-1, hours));
  for (const hours of [6, 12, 24]) put(energyOf(1, hours));

  const now = price[0] ?? 0;
  const beside = (value: number): number => (value - now) / scale.priceSpread;
  const extreme = (values: Float64Array, sign: 1 | -1, hours: number): number => {
    let best = 0;
    for (let ahead = 1; ahead < place(hours); ahead += 1)
      if (sign * ((values[ahead] ?? 0) - (values[best] ?? 0)) > 0) best = ahead;
    return best;
  };
  const low = extreme(price, -1, 24);
  const high = extreme(price, 1, 24);
  put((now - scale.price) / scale.priceSpread);
  put(-beside(meanOf(price, 0, steps)));
  put(price.reduce((count, each) => count + (each < now ? 1 : 0), 0) / steps);
  put(beside(price[low] ?? now));
  put(beside(price[high] ?? now));
  put(beside(price[extreme(price, -1, 6)] ?? now));
  put(beside(price[extreme(price, 1, 6)] ?? now));
  put(low / steps);
  put(high / steps);
  for (let each = 0; each + 1 < PRICE_WINDOWS.length; each += 1) {
    const from = Math.min(steps - 1, place(PRICE_WINDOWS[each] ?? 0));
    put(beside(meanOf(price, from, Math.max(from + 1, place(PRICE_WINDOWS[each + 1] ?? 0)))));
  }
  put(beside(sold[0] ?? now));
  put(beside(sold[extreme(sold, 1, 24)] ?? now));
  const day = (2 * Math.PI * view.localHour) / DAY_HOURS;
  const week = (2 * Math.PI * (view.weekday - 1 + view.localHour / DAY_HOURS)) / 7;
  put(Math.sin(day));
  put(Math.cos(day));
  put(Math.sin(week));
  put(Math.cos(week));
};

/** The state of charge as the network sees it. */
export const socFeature = (storedKwh: number, leastKwh: number, scale: PolicyScale): number =>
  (2 * (storedKwh - leastKwh)) / scale.usableKwh - 1;
