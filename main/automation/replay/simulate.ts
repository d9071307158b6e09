import type { RuleFiring } from '../../../preload/contract/rules.ts';
import { localDayOf } from '../rules/local-day.ts';
import { freshMemory } from '../rules/look.ts';
import type { LookAtRule, RuleMemory, RuleNames } from '../rules/types.ts';
import { createHouse, type Flows } from './flows.ts';
import { createLoads, type Refusal } from './loads.ts';
import { channelKey, type ReplayData, type ReplayHome, type ReplayRule, type RulePast } from './types.ts';
import { commandedKeys, createWishes, type LookedAt } from './wishes.ts';
import { createPastWorld } from './world.ts';

/** The outcome of one run over the span. */
export interface Course {
  readonly importKwh: number;
  readonly exportKwh: number;
  /** Null where a price that is needed is not known. */
  readonly cost: number | null;
  /** At the start of each step; NaN where not known. */
  readonly socPct: Float64Array;
  /** Import of the steps of which the meter was read too, simulated and measured, kWh. */
  readonly compared: { readonly simulatedKwh: number; readonly measuredKwh: number };
  /** Steps of which the powers are known. */
  readonly knownSteps: number;
  readonly firings: readonly RuleFiring[];
  readonly past: readonly RulePast[];
  /** Wishes that could not be done at once, by reason. */
  readonly refusals: Readonly<Record<Refusal, number>>;
}

/** More firings than these are counted but not told one by one. */
export const MOST_FIRINGS = 2_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NEGLIGIBLE_KWH = 1e-6;

/** Most moments within any window of so long; the moments ascend. */
const mostWithin = (moments: readonly number[], windowMs: number): number => {
  let first = 0;
  let most = 0;
  moments.forEach((at, index) => {
    while (at - (moments[first] ?? at) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
};

/** What is counted of one rule as the run goes on. */
interface Count {
  memory: RuleMemory;
  heldSteps: number;
  knownSteps: number;
  readonly begins: number[];
  readonly edges: number[];
}

const createMeter = (data: ReplayData) => {
  const stepHours = data.stepMs / HOUR_MS;
  let importKwh = 0;
  let exportKwh = 0;
  let cost = 0;
  let isPriced = true;
  let simulatedKwh = 0;
  let measuredKwh = 0;
  let knownSteps = 0;
  return {
    add: (step: number, gridW: number): void => {
      const kwh = (gridW * stepHours) / 1000;
      knownSteps += 1;
      importKwh += Math.max(0, kwh);
      exportKwh += Math.max(0, -kwh);
      const price = (kwh > 0 ? data.importPerKwh : data.exportPerKwh)[step] ?? Number.NaN;
      if (!Number.isNaN(price)) cost += kwh * price;
      else if (Math.abs(kwh) > NEGLIGIBLE_KWH) isPriced = false;
      const measured = data.gridW[step] ?? Number.NaN;
      if (Number.isNaN(measured)) return;
      simulatedKwh += Math.max(0, kwh);
      measuredKwh += (Math.max(0, measured) * stepHours) / 1000;
    },
    read: () => ({
      importKwh,
      exportKwh,
      cost: isPriced && knownSteps > 0 ? cost : null,
      compared: { simulatedKwh, measuredKwh },
      knownSteps,
    }),
  };
};

/**
 * Runs rules over the past, step by step: each is looked at as it is live, what they want is done as far as the devices' own
 * rules allow, and battery and grid follow. The same data and rules give the same course.
 */
export const simulate = (
  data: ReplayData,
  home: ReplayHome,
  rules: readonly ReplayRule[],
  names: RuleNames,
  look: LookAtRule,
): Course => {
  const acting = rules.filter(({ dry }) => !dry).map(({ rule }) => rule);
  const loads = createLoads(data, home, commandedKeys(acting));
  const house = createHouse(data);
  const past = createPastWorld(data, home, names, loads);
  const settle = createWishes(acting, home.channels);
  const meter = createMeter(data);
  const counts = rules.map(
    ({ rule }): Count => ({ memory: freshMemory(rule), heldSteps: 0, knownSteps: 0, begins: [], edges: [] }),
  );
  const firings: RuleFiring[] = [];
  const refusals: Record<Refusal, number> = { dwell: 0, switches: 0, budget: 0, charge: 0, import: 0 };
  const socPct = new Float64Array(data.steps).fill(Number.NaN);

  /** Carries out what counts now; answers the channels that did not get it. */
  const carryOut = (looked: readonly LookedAt[], at: number, flows: Flows): ReadonlyMap<string, Refusal> => {
    const dayAt = localDayOf(at, home.site.timeZone).startAt;
    const refused = new Map<string, Refusal>();
    let gridW = flows.gridW;
    for (const [key, value] of settle(looked, at)) {
      const before = loads.deltaW();
      const refusal = loads.want(key, value, { at, dayAt, socPct: flows.socPct, gridW });
      if (refusal !== null) refused.set(key, refusal);
      else if (gridW !== null) gridW += loads.deltaW() - before;
    }
    return refused;
  };

  for (let step = 0; step < data.steps; step += 1) {
    const at = data.from + step * data.stepMs;
    loads.observe(step, at);
    const present = house.flows(step, loads.deltaW(), loads.reservePct());
    socPct[step] = present.socPct ?? Number.NaN;
    past.moveTo(step, present);
    const fresh: { readonly firing: RuleFiring; readonly keys: readonly string[] }[] = [];
    const looked: LookedAt[] = [];
    rules.forEach(({ rule, dry }, index) => {
      const count = counts[index];
      if (count === undefined) return;
      const seen = look(rule, past.world, count.memory);
      const { state, edge, memory } = seen;
      if (!dry) looked.push({ rule, look: seen, order: index });
      count.memory = memory;
      if (state !== 'unknown') count.knownSteps += 1;
      if (memory.holdingSince !== null) count.heldSteps += 1;
      if (edge === null) return;
      count.edges.push(at);
      if (edge === 'begins') count.begins.push(at);
      const branch = edge === 'begins' ? 'actions' : 'otherwise';
      if (rule[branch].length === 0 || firings.length + fresh.length >= MOST_FIRINGS) return;
      const keys = rule[branch].flatMap((action) =>
        'channel' in action ? [channelKey(action.channel.deviceId, action.channel.channelId)] : [],
      );
      const firing = { at, ruleId: rule.id, ruleName: rule.name, branch, sentence: seen.why, actionIds: [] } as const;
      fresh.push({ firing: { ...firing, how: dry ? 'dry' : 'asked', actionIds: [] }, keys });
    });
    const refused = carryOut(looked, at, present);
    for (const reason of refused.values()) refusals[reason] += 1;
    for (const { firing, keys } of fresh) {
      const isRefused = firing.how === 'asked' && keys.some((key) => refused.has(key));
      firings.push(isRefused ? { ...firing, how: 'refused' } : firing);
    }
    const after = house.flows(step, loads.deltaW(), loads.reservePct());
    if (after.gridW !== null) meter.add(step, after.gridW);
    house.advance(step, after);
    past.endStep();
  }
  return {
    ...meter.read(),
    socPct,
    firings,
    refusals,
    past: rules.map(({ rule }, index): RulePast => {
      const count = counts[index];
      return {
        ruleId: rule.id,
        name: rule.name,
        firings: count?.begins.length ?? 0,
        heldMs: (count?.heldSteps ?? 0) * data.stepMs,
        knownMs: (count?.knownSteps ?? 0) * data.stepMs,
        mostEdgesAnHour: mostWithin(count?.edges ?? [], HOUR_MS),
        mostFiringsADay: mostWithin(count?.begins ?? [], DAY_MS),
      };
    }),
  };
};
