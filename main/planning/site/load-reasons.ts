import type { PlanPin } from '../../store/plans.ts';
import type { FlexibleLoad, Problem } from '../types.ts';
import { leansOnPrices, type Reason } from './battery-reasons.ts';
import { HOUR_MS } from './grid-of-steps.ts';
import { laneNote } from './lane-words.ts';
import { degreesText, type SiteWords } from './site-words.ts';
import { NOTHING_KW, type Stretch } from './stretches.ts';
import type { LeansOn, PlannedPart } from './types.ts';
import { type PlanLook, range, weighted } from './views-of-step.ts';

const CLEARLY = 0.005;
/** From this share on a load runs on the sun. */
const MOSTLY = 0.6;
/** Heat that is this far up its band is heat for later. */
const AHEAD_SHARE = 0.35;
const HEAT_AHEAD_MS = 8 * HOUR_MS;

type Said = Omit<Reason, 'leansOn'> & { readonly leans: 'sun' | 'prices' | null };

interface About {
  readonly stretch: Stretch<PlannedPart>;
  readonly look: PlanLook;
  readonly words: SiteWords;
}

const stepsOf = ({ from, to }: Stretch<unknown>): readonly number[] => range(from, to);

const sunShareOf = ({ stretch, look }: About): number =>
  weighted(stepsOf(stretch), (step) => look.loadKwh(step, stretch.mode.id), look.sunShare) ?? 0;

const priceOf = ({ stretch, look }: About, of: (step: number) => number): number =>
  weighted(stepsOf(stretch), (step) => look.loadKwh(step, stretch.mode.id), of) ?? 0;

const goesOn = (problem: Problem, stretch: Stretch<PlannedPart>): FlexibleLoad | null => {
  const load = problem.flexibleLoads.find(({ id }) => id === stretch.mode.id);
  const bound = load?.before.on && stretch.from === 0 && load.before.steps < load.minRunSteps;
  return load !== undefined && bound ? load : null;
};

const forValue = (about: About, valuePerKwh: number): Said => {
  const { stretch, look, words } = about;
  const price = priceOf(about, look.loadPrice);
  if (sunShareOf(about) >= MOSTLY)
    return {
      code: 'RUN_FROM_SURPLUS',
      sentence: `Runs on sun that the house does not need: a kWh earns ${words.price(valuePerKwh)} and would be sold for ${words.price(priceOf(about, look.sells))}.`,
      boundBy: null,
      leans: 'sun',
    };
  if (price > valuePerKwh + CLEARLY && goesOn(look.problem, stretch) !== null)
    return {
      code: 'RUN_ON',
      sentence: 'Runs on because it was started a short time ago and must not be stopped yet.',
      boundBy: 'its least time to run',
      leans: null,
    };
  return {
    code: 'PRICE_BELOW_VALUE',
    sentence: `Runs while a kWh costs ${words.price(price)} and earns ${words.price(valuePerKwh)}.`,
    boundBy: null,
    leans: 'prices',
  };
};

/** The steps in which the part could run. */
const placeOf = (problem: Problem, id: string): { readonly firstStep: number; readonly endStep: number } | null =>
  [...problem.flexibleLoads, ...problem.modulatingLoads].find((load) => load.id === id) ?? null;

const byDeadline = (about: About): Said => {
  const { stretch, look, words } = about;
  const { mode: part } = stretch;
  const place = placeOf(look.problem, part.id) ?? { firstStep: stretch.from, endStep: stretch.to };
  const all = range(place.firstStep, place.endStep);
  const active = all.filter((step) => look.loadKwh(step, part.id) > 0);
  const deadline = part.deadlineAt === null ? 'the end' : words.time(part.deadlineAt);
  const boundBy = laneNote(part.wish);
  const price = priceOf(about, look.loadPrice);
  if (active.length >= all.length)
    return {
      code: 'NO_TIME_TO_SPARE',
      sentence: `Runs because it needs all the time that is left until ${deadline}.`,
      boundBy,
      leans: null,
    };
  if (sunShareOf(about) >= MOSTLY)
    return {
      code: 'RUN_FROM_SURPLUS',
      sentence: `Runs on sun that the house does not need, before ${deadline}.`,
      boundBy,
      leans: 'sun',
    };
  // The price of a step in which it rests is that of the grid as far as the sun would not cover it.
  const fully = part.powerKw;
  const restPrice = (step: number): number => {
    const spare = Math.max(0, (look.problem.pvKw[step] ?? 0) - (look.problem.loadKw[step] ?? 0));
    const share = fully <= 0 ? 0 : Math.min(1, spare / fully);
    return share * look.sells(step) + (1 - share) * look.buys(step);
  };
  const resting = all.filter((step) => look.loadKwh(step, part.id) === 0);
  const elsewhere = weighted(resting, () => 1, restPrice) ?? price;
  if (price <= elsewhere + CLEARLY) {
    const holds = stepsOf(stretch).every((step) => (look.steps[step]?.dischargeKw ?? 0) < NOTHING_KW);
    const keeps =
      holds && look.problem.batteries.length > 0 && sunShareOf(about) < CLEARLY
        ? ', and the battery stays out of it'
        : '';
    return {
      code: 'CHEAPEST_BEFORE_DEADLINE',
      sentence: `Runs when power is cheapest before ${deadline}: ${words.price(price)} a kWh, ${words.price(elsewhere)} at other times${keeps}.`,
      boundBy,
      leans: 'prices',
    };
  }
  return {
    code: 'LEAST_COST_TOGETHER',
    sentence: `Runs where it costs least together with everything else, before ${deadline}.`,
    boundBy,
    leans: 'prices',
  };
};

const temperatureAt = (look: PlanLook, step: number, id: string): number | null =>
  look.steps[step]?.temperatures?.[id] ?? null;

const forHeat = (about: About): Said => {
  const { stretch, look, words } = about;
  const { mode: part, to } = stretch;
  const store = look.problem.heatStores.find(({ id }) => id === part.id);
  const [least, most] = [store?.minC[to - 1] ?? 0, store?.maxC[to - 1] ?? 0];
  const heats = (store?.heatPerKwh[0] ?? 1) >= 0;
  const verb = heats ? 'Heats' : 'Cools';
  const edge = heats ? `above ${degreesText(least)}` : `below ${degreesText(most)}`;
  const price = priceOf(about, look.loadPrice);
  if (priceOf(about, look.buys) < 0)
    return {
      code: 'HEAT_NEGATIVE_PRICE',
      sentence: `${verb} while the grid pays for each kWh that is taken.`,
      boundBy: null,
      leans: 'prices',
    };
  if (sunShareOf(about) >= MOSTLY)
    return {
      code: 'HEAT_FROM_SURPLUS',
      sentence: `${verb} with sun that the house does not need.`,
      boundBy: null,
      leans: 'sun',
    };
  const reached = temperatureAt(look, to - 1, part.id);
  const far = reached === null || most <= least ? 0 : (heats ? reached - least : most - reached) / (most - least);
  const dearer = range(to, Math.min(look.steps.length, to + HEAT_AHEAD_MS / look.problem.stepMs)).reduce<number | null>(
    (best, step) =>
      look.buys(step) > price + CLEARLY && (best === null || look.buys(step) > look.buys(best)) ? step : best,
    null,
  );
  if (far >= AHEAD_SHARE && dearer !== null && reached !== null)
    return {
      code: 'HEAT_AHEAD',
      sentence: `${verb} ahead to ${degreesText(reached)} while power costs ${words.price(price)} a kWh: at ${words.time(look.problem.startAt + dearer * look.problem.stepMs)} it costs ${words.price(look.buys(dearer))}.`,
      boundBy: null,
      leans: 'prices',
    };
  return { code: 'HEAT_KEEP', sentence: `${verb} to stay ${edge}.`, boundBy: edge, leans: null };
};

const pinnedSaid = (about: About, pin: PlanPin): Said => ({
  code: 'PINNED',
  sentence: `Runs because ${pin.who} ${pin.pin === 'move' ? 'moved it here' : 'keeps it here'}.`,
  boundBy: about.stretch.mode.deadlineAt === null ? null : laneNote(about.stretch.mode.wish),
  leans: null,
});

/** Why a load runs in a stretch. `pin` is a wish that holds it there. */
export const loadReason = (
  stretch: Stretch<PlannedPart>,
  look: PlanLook,
  words: SiteWords,
  leansOn: LeansOn,
  pin: PlanPin | null,
): Reason => {
  const about = { stretch, look, words };
  const { wish, kind, held } = stretch.mode;
  const said = (): Said => {
    if (pin !== null && pin.pin !== 'skip') return pinnedSaid(about, pin);
    if (held !== undefined && kind !== 'heat' && stretch.from === 0 && held.untilAt > look.problem.startAt)
      return {
        code: 'HELD',
        sentence: `Runs because ${held.by} holds it until ${words.time(held.untilAt)}.`,
        boundBy: `the hold of ${held.by}`,
        leans: null,
      };
    if (kind === 'heat') return forHeat(about);
    if (priceOf(about, look.buys) < 0 && sunShareOf(about) < MOSTLY)
      return {
        code: 'NEGATIVE_PRICE',
        sentence: `Runs while the grid pays ${words.price(-priceOf(about, look.buys))} for each kWh that is taken.`,
        boundBy: null,
        leans: 'prices',
      };
    return wish.kind === 'value' ? forValue(about, wish.valuePerKwh) : byDeadline(about);
  };
  const { leans, ...reason } = said();
  const prices = leansOnPrices(look, stepsOf(stretch), leansOn);
  return { ...reason, leansOn: leans === 'sun' ? leansOn.sun : leans === 'prices' ? prices : null };
};
