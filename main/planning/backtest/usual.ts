import type { Past } from './types.ts';

/** How likely each course is that a step may take, from the least to the most: the last is what happens now and then. */
export const CHANCES: readonly number[] = [0.2, 0.2, 0.2, 0.2, 0.14, 0.06];
export const SCENARIOS = CHANCES.length;
/** Kinds of days by how much sun they have. */
export const SKIES = 3;
const LOAD_DAYS = 28;
const SUN_DAYS = 28;
/** Days that say how one kind of day follows another. */
const FOLLOW_DAYS = 60;
/** A day is judged among days to both sides, so many after it. */
const NEIGHBOURS = 14;
/** Fewer days of the same kind than this say too little; then all days count. */
const LEAST_DAYS = 3;
/** Neighbouring steps of the day that are samples too, ms to either side. */
const BESIDE_MS = 30 * 60_000;
const HOUR_MS = 3_600_000;
/** The share of loads near a time that are rare. */
const RARE = 0.02;
/** The recent error is looked at over this time, and fades with this one, hours. */
const LOAD_LOOK_HOURS = 1;
const LOAD_FADE_HOURS = 3;
const LOAD_TRUST = 0.5;
const SUN_LOOK_HOURS = 1;
const SUN_FADE_HOURS = 1.5;
/** Sun below this share of a home's usual most says nothing about clouds. */
const SUN_FLOOR = 0.05;
/** The kind of a day shows once this share of its usual sun is in. */
const SHOWS_SHARE = 0.25;
/** How far the sun so far strays from what its kind of day usually has by then, as a share of the usual of all days. */
const STRAY = 0.6;

/** Load and sun of a local day as they may come: for each step of the day `SCENARIOS` values in rising order, kW. */
interface Profile {
  readonly load: readonly [weekday: Float64Array, weekend: Float64Array];
  readonly sun: readonly Float64Array[];
  /** The mean of all days, kW by step of the day, and what is in until its beginning, as a share of the day. */
  readonly meanSun: Float64Array;
  readonly sunSoFar: Float64Array;
  /** The same of each kind of day, kWh. */
  readonly kindSoFar: readonly Float64Array[];
  /** From one kind of day to the next, row by row. */
  readonly follows: readonly (readonly number[])[];
  readonly yesterday: readonly number[];
  readonly showsAtSlot: number;
}

/** Forecasts from what was measured before: nothing of the step that it is asked at, or later, is ever looked at. */
export interface Usual {
  /** Learns from what the last steps brought; called once before `of` and `belief` for the same step. */
  look(step: number): void;
  /** Writes load and sun of step `ahead` on a kind of day, as they may come, seen just before `step`, kW. */
  of(step: number, ahead: number, sky: number, intoLoad: Float64Array, intoSun: Float64Array): void;
  /** How likely each kind of day is that the step now belongs to; before a day shows itself, that of the day before. */
  belief(): readonly number[];
  /** Where a day shows its kind with this step: the chances of each kind by the kind before; else null. */
  turn(ahead: number): readonly (readonly number[])[] | null;
}

/** Bounds of the groups that the courses stand for, as shares of the sorted samples. */
const BOUNDS: readonly number[] = CHANCES.map((_, bin) =>
  CHANCES.slice(0, bin).reduce((sum, chance) => sum + chance, 0),
);

/** Means of the groups of the sorted samples. */
const binned = (samples: number[], into: Float64Array, at: number): void => {
  samples.sort((one, other) => one - other);
  for (let bin = 0; bin < SCENARIOS; bin += 1) {
    if (samples.length === 0) {
      into[at + bin] = Number.NaN;
      continue;
    }
    const from = Math.min(samples.length - 1, Math.floor((BOUNDS[bin] ?? 0) * samples.length));
    const to = Math.max(from + 1, Math.floor((BOUNDS[bin + 1] ?? 1) * samples.length));
    let sum = 0;
    for (let place = from; place < to; place += 1) sum += samples[place] ?? 0;
    into[at + bin] = sum / (to - from);
  }
};

const meanAt = (values: Float64Array, at: number): number => {
  let sum = 0;
  for (let bin = 0; bin < SCENARIOS; bin += 1) sum += (CHANCES[bin] ?? 0) * (values[at + bin] ?? 0);
  return sum;
};

const EVEN: readonly number[] = Array.from({ length: SKIES }, () => 1 / SKIES);

const normal = (weights: readonly number[]): readonly number[] => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum > 0 ? weights.map((weight) => weight / sum) : EVEN;
};

/** `forPeaks`: what happens now and then is looked for at all times near, since a peak charge makes it dear. */
export const createUsual = (past: Past, forPeaks = false): Usual => {
  const beside = Math.floor(BESIDE_MS / past.stepMs);
  const steps = (hours: number): number => Math.max(1, Math.round((hours * HOUR_MS) / past.stepMs));
  const loadLook = steps(LOAD_LOOK_HOURS);
  const sunLook = steps(SUN_LOOK_HOURS);
  let known: { readonly day: number; readonly profile: Profile } | null = null;

  const samplesOf = (values: Float64Array, days: readonly number[], slot: number, around: number): number[] => {
    const samples: number[] = [];
    for (const day of days) {
      const { from, to } = past.days[day] ?? { from: 0, to: 0 };
      for (let near = slot - around; near <= slot + around; near += 1) {
        const step = from + near - (past.slot[from] ?? 0);
        if (step >= from && step < to) samples.push(values[step] ?? 0);
      }
    }
    return samples;
  };
  const daysBefore = (today: number, count: number, like: (day: number) => boolean): readonly number[] => {
    const days: number[] = [];
    for (let day = today - 1; day >= 0 && day >= today - count; day -= 1) if (like(day)) days.push(day);
    return days;
  };
  const sunOfDay = (day: number): number => {
    const { from, to } = past.days[day] ?? { from: 0, to: 0 };
    let sum = 0;
    for (let step = from; step < to; step += 1) sum += past.pvKw[step] ?? 0;
    return sum * past.hours;
  };
  /** Which kind each day is: by its sun among the days around it that were before `today`. */
  const kindOf = (day: number, today: number): number => {
    const near = daysBefore(Math.min(today, day + NEIGHBOURS), SUN_DAYS, () => true).map(sunOfDay);
    const own = sunOfDay(day);
    const below = near.filter((sun) => sun < own).length;
    return Math.min(SKIES - 1, Math.floor((SKIES * below) / Math.max(1, near.length)));
  };
  const kinds = new Map<string, number>();
  const followsOf = (today: number): readonly (readonly number[])[] => {
    const counts = EVEN.map(() => EVEN.map(() => 1));
    for (let day = Math.max(1, today - FOLLOW_DAYS); day < today; day += 1) {
      const of = (each: number): number => {
        // A day that lies far enough back is never judged anew.
        const key = each + NEIGHBOURS <= today ? `${each}` : `${each} ${today}`;
        const kind = kinds.get(key) ?? kindOf(each, today);
        kinds.set(key, kind);
        return kind;
      };
      const row = counts[of(day - 1)];
      const to = of(day);
      if (row !== undefined) row[to] = (row[to] ?? 0) + 1;
    }
    return counts.map(normal);
  };
  const profileOf = (today: number): Profile => {
    if (known?.day === today) return known.profile;
    const { slotsPerDay } = past;
    const profileWith = (fill: (slot: number, into: Float64Array) => void): Float64Array => {
      const values = new Float64Array(slotsPerDay * SCENARIOS);
      for (let slot = 0; slot < slotsPerDay; slot += 1) fill(slot, values);
      return values;
    };
    const loadOf = (weekend: boolean): Float64Array => {
      const alike = daysBefore(today, LOAD_DAYS, (day) => past.days[day]?.weekend === weekend);
      const days = alike.length >= LEAST_DAYS ? alike : daysBefore(today, LOAD_DAYS, () => true);
      const wide = daysBefore(today, LOAD_DAYS, () => true);
      return profileWith((slot, into) => {
        binned(samplesOf(past.loadKw, days, slot, beside), into, slot * SCENARIOS);
        if (!forPeaks) return;
        const near = samplesOf(past.loadKw, wide, slot, 2 * beside + 1).toSorted((one, other) => other - one);
        const rare = near.slice(0, Math.max(1, Math.floor(RARE * near.length)));
        const top = slot * SCENARIOS + SCENARIOS - 1;
        into[top] = Math.max(into[top] ?? 0, rare.reduce((sum, kw) => sum + kw, 0) / Math.max(1, rare.length));
      });
    };
    const all = daysBefore(today, SUN_DAYS, () => true);
    const ranked = all.toSorted((one, other) => sunOfDay(one) - sunOfDay(other));
    const groups = EVEN.map((_, sky) =>
      ranked.slice(
        Math.floor((sky * ranked.length) / SKIES),
        Math.max(1, Math.floor(((sky + 1) * ranked.length) / SKIES)),
      ),
    ).map((group) => (group.length === 0 ? all : group));
    const sun = groups.map((days) =>
      profileWith((slot, into) => binned(samplesOf(past.pvKw, days, slot, 0), into, slot * SCENARIOS)),
    );
    const kindMean = sun.map((values) =>
      Float64Array.from({ length: slotsPerDay }, (_, slot) => meanAt(values, slot * SCENARIOS) || 0),
    );
    const meanSun = Float64Array.from(
      { length: slotsPerDay },
      (_, slot) => kindMean.reduce((sum, mean) => sum + (mean[slot] ?? 0), 0) / SKIES,
    );
    const soFar = (values: Float64Array): Float64Array => {
      let sum = 0;
      return values.map((value) => {
        const before = sum;
        sum += value * past.hours;
        return before;
      });
    };
    const sunSoFar = soFar(meanSun);
    const whole = meanSun.reduce((sum, kw) => sum + kw * past.hours, 0);
    const shows = sunSoFar.findIndex((kwh) => kwh >= SHOWS_SHARE * whole);
    const yesterdaySun = today > 0 ? sunOfDay(today - 1) : 0;
    const kindWhole = kindMean.map((mean) => mean.reduce((sum, kw) => sum + kw * past.hours, 0));
    const profile: Profile = {
      load: [loadOf(false), loadOf(true)],
      sun,
      meanSun,
      sunSoFar,
      kindSoFar: kindMean.map(soFar),
      follows: followsOf(today),
      yesterday: likely(EVEN, kindWhole, yesterdaySun, whole),
      showsAtSlot: whole > 0 && shows >= 0 ? shows : Math.floor(slotsPerDay / 2),
    };
    known = { day: today, profile };
    return profile;
  };
  /** What is thought of the kinds after so much sun. */
  function likely(before: readonly number[], usual: readonly number[], seen: number, mean: number): readonly number[] {
    const spread = STRAY * mean + 1e-6;
    return normal(
      before.map((chance, sky) => chance * Math.exp(-0.5 * ((seen - (usual[sky] ?? 0)) / spread) ** 2) + 1e-6),
    );
  }

  let profile: Profile = profileOf(0);
  let loadOff = 0;
  let sunShare = 1;
  let loadNow = 0;
  let believed: readonly number[] = EVEN;
  const look = (step: number): void => {
    const today = past.day[step] ?? 0;
    profile = profileOf(today);
    const { from } = past.days[today] ?? { from: step };
    const slot = past.slot[step] ?? 0;
    let off = 0;
    let count = 0;
    loadNow = 0;
    for (let back = Math.max(0, step - loadLook); back < step; back += 1) {
      const weekend = past.days[past.day[back] ?? 0]?.weekend === true;
      const usual = meanAt(profile.load[weekend ? 1 : 0], (past.slot[back] ?? 0) * SCENARIOS);
      loadNow += past.loadKw[back] ?? 0;
      off += Number.isNaN(usual) ? 0 : (past.loadKw[back] ?? 0) - usual;
      count += 1;
    }
    loadOff = count === 0 ? 0 : off / count;
    loadNow = count === 0 ? 0 : loadNow / count;
    let soFar = 0;
    for (let back = from; back < step; back += 1) soFar += (past.pvKw[back] ?? 0) * past.hours;
    believed = profile.yesterday;
    if (slot > profile.showsAtSlot) {
      const chances = EVEN.map((_, sky) =>
        profile.yesterday.reduce((sum, chance, before) => sum + chance * (profile.follows[before]?.[sky] ?? 0), 0),
      );
      const usual = profile.kindSoFar.map((kwh) => kwh[slot] ?? 0);
      believed = likely(chances, usual, soFar, profile.sunSoFar[slot] ?? 0);
    }
    const most = profile.meanSun.reduce((highest, kw) => Math.max(highest, kw), 0);
    let seen = 0;
    let expected = 0;
    for (let back = Math.max(0, step - sunLook); back < step; back += 1) {
      const usual = profile.meanSun[past.slot[back] ?? 0] ?? 0;
      if (!(usual > SUN_FLOOR * most)) continue;
      seen += past.pvKw[back] ?? 0;
      expected += usual;
    }
    sunShare = expected > 0 ? seen / expected : Number.NaN;
  };
  return {
    look,
    belief: () => believed,
    turn: (ahead) => ((past.slot[ahead] ?? 0) === profile.showsAtSlot ? profile.follows : null),
    of: (step, ahead, sky, intoLoad, intoSun) => {
      const lead = (ahead - step) * past.hours;
      const weekend = past.days[past.day[ahead] ?? 0]?.weekend === true;
      const loads = profile.load[weekend ? 1 : 0];
      const suns = profile.sun[sky] ?? profile.meanSun;
      const at = (past.slot[ahead] ?? 0) * SCENARIOS;
      const off = LOAD_TRUST * loadOff * Math.exp(-lead / LOAD_FADE_HOURS);
      const pull = Number.isNaN(sunShare) ? 0 : Math.exp(-lead / SUN_FADE_HOURS);
      const now = (profile.meanSun[past.slot[ahead] ?? 0] ?? 0) * sunShare;
      for (let bin = 0; bin < SCENARIOS; bin += 1) {
        const load = loads[at + bin] ?? Number.NaN;
        intoLoad[bin] = Number.isNaN(load) ? loadNow : Math.max(0, load + off);
        const sun = suns[at + bin] ?? Number.NaN;
        intoSun[bin] = Number.isNaN(sun) ? 0 : pull > 0.01 ? sun * (1 - pull) + pull * now : sun;
      }
    },
  };
};
