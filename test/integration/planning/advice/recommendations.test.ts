import { describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock } from '../../../../main/clock.ts';
import { createEventBus } from '../../../../main/events.ts';
import { channelId, deviceId } from '../../../../main/ids.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import type { Outlook } from '../../../../main/planning/advice/outlook.ts';
import { createRecommendations } from '../../../../main/planning/advice/recommendations.ts';
import type { PinWish, RecommendationsDeps } from '../../../../main/planning/advice/types.ts';
import { ok, temporary } from '../../../../main/result.ts';
import type { Rollup, Store } from '../../../../main/store/types.ts';
import { type PlanEvent, planQueries, type Recommendation } from '../../../../preload/contract/plan.ts';
import { DEFAULT_PLAN_SETTINGS, type PlanSettings } from '../../../../preload/contract/plan-settings.ts';
import { outlook, siteProblemOf } from '../../../support/planning/outlooks.ts';
import { failureOf, good, HOME, NOW, plugDevice, tempFolder, tempStore } from '../../../support/store/temp-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const QUARTER_MS = 900_000;
const DISH = deviceId('plug-dish');
const RELAY = channelId('switch:0');
const LANE = `${DISH}/${RELAY}`;
/** Cheap from 12:00 to 13:30 on each day of Berlin's winter. */
const cheapAt = (at: number): boolean => (at / HOUR_MS) % 24 >= 11 && (at / HOUR_MS) % 24 < 12.5;
const priceAt = (at: number) => (cheapAt(at) ? 0.05 : 0.4);

const homeAt = (now: number): Outlook =>
  outlook(now, { importPrice: Array.from({ length: 144 }, (_, step) => priceAt(now + step * QUARTER_MS)) });

const quarters = (
  store: Store,
  key: { deviceId: typeof DISH | ''; channel: string },
  from: number,
  to: number,
  of: (at: number) => number,
): void => {
  const seriesId = store.series.idOf({
    siteId: HOME,
    deviceId: key.deviceId,
    channelId: channelId(key.channel),
    metric: 'powerW',
  });
  const rows: Rollup[] = [];
  for (let at = from; at < to; at += QUARTER_MS) {
    const mean = of(at);
    rows.push({ seriesId, at, mean, minimum: mean, maximum: mean, count: 15, energyKwh: mean / 4000, quality: 'good' });
  }
  store.rollups.write('15min', rows);
};

/** A dishwasher that ran each evening at 19:00 for an hour with 1 kWh. */
const withDishwasher = (store: Store, controllable = false): void => {
  const [channel] = plugDevice().channels;
  if (!channel) throw new Error('no channel');
  store.devices.add(
    plugDevice({
      id: DISH,
      name: 'Dishwasher',
      channels: [{ ...channel, channelId: RELAY, name: 'Dishwasher', role: 'other-load', controllable }],
    }),
    NOW,
  );
  const today = Math.floor(NOW / DAY_MS) * DAY_MS;
  quarters(store, { deviceId: DISH, channel: RELAY }, today - 20 * DAY_MS, NOW - HOUR_MS, (at) =>
    (at / HOUR_MS) % 24 >= 18 && (at / HOUR_MS) % 24 < 19 ? 1000 : 1,
  );
};

const serviceOn = (store: Store, clock: ReplayClock, more: Partial<RecommendationsDeps> = {}) => {
  const events: PlanEvent[] = [];
  const bus = createEventBus((name, thrown) => {
    throw new Error(`${name}: ${String(thrown)}`);
  });
  bus.on('plan', (event) => events.push(event));
  const advice = createRecommendations({
    ...{ store, clock, bus, log: createLog(memorySink(), clock) },
    mode: () => 'automate',
    planSettingsOf: () => DEFAULT_PLAN_SETTINGS,
    problemOf: async () => ok(siteProblemOf(homeAt(Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS))),
    windOf: () => () => null,
    ...more,
  });
  return { advice, events };
};

const only = (list: readonly Recommendation[]): Recommendation => {
  const [first] = list;
  if (!first || list.length !== 1) throw new Error(`There are ${list.length}.`);
  return first;
};

describe('recommendations', () => {
  it('are found once, taken, judged by what was measured, and there after a restart', async () => {
    const folder = tempFolder();
    const clock = replayClock(NOW);
    const { store } = await tempStore({ folder, clock });
    withDishwasher(store);
    const { advice, events } = serviceOn(store, clock);
    expect(good(await advice.find(HOME))).toEqual({
      found: 1,
      sentence: '1 new, 1 open: Run the dishwasher at 12:00.',
    });
    expect(good(await advice.find(HOME))).toEqual({ found: 0, sentence: '0 new, 1 open.' });
    const told = only(advice.list(HOME, 30));
    expect(planQueries['plan.recommendations'].output.parse([told])).toEqual([told]);
    expect(told).toMatchObject({
      ...{ kind: 'shift', status: 'pending', laneId: LANE, madeAt: NOW, outcome: null },
      title: 'Run the dishwasher at 12:00',
      sentence: '€0.35 cheaper than at 19:00, when it usually runs. It uses about 1.0 kWh.',
    });
    expect(told.saving).toBeCloseTo(0.35, 9);

    const asked = { siteId: HOME, who: 'Ann', recommendationId: told.id, answer: 'take' } as const;
    good(await advice.answer(asked));
    good(await advice.answer(asked));
    const changed = failureOf(await advice.answer({ ...asked, who: 'Ben', answer: 'dismiss' }));
    expect(changed).toMatchObject({ code: 'recommendation.answered', message: 'Ann has taken it already.' });
    expect(events.map(({ sentence }) => sentence)).toEqual([
      '1 new, 1 open: Run the dishwasher at 12:00.',
      'Ann took “Run the dishwasher at 12:00”.',
    ]);

    const evening = NOW + 11 * HOUR_MS;
    clock.jump(10 * HOUR_MS);
    expect(advice.settle(HOME)).toBe(0);
    quarters(store, { deviceId: DISH, channel: RELAY }, NOW - HOUR_MS, evening, (at) =>
      at >= told.startAt && at < told.endAt ? 1000 : 0,
    );
    quarters(store, { deviceId: '', channel: 'site:grid' }, NOW - HOUR_MS, evening, (at) =>
      at >= told.startAt && at < told.endAt ? 1400 : 400,
    );
    store.prices.upsert(
      HOME,
      Array.from({ length: 96 }, (_, step) => {
        const at = NOW - HOUR_MS + step * QUARTER_MS;
        return { at, stepMs: QUARTER_MS, importPerKwh: priceAt(at), exportPerKwh: 0.08, source: 'x' };
      }),
    );
    clock.jump(HOUR_MS);
    expect(advice.settle(HOME)).toBe(1);
    expect(advice.settle(HOME)).toBe(0);
    const known = only(advice.list(HOME, 30));
    expect(known).toMatchObject({ status: 'taken', answeredBy: 'Ann', answeredAt: NOW, outcome: { cameTrue: true } });
    expect(known.outcome?.saving).toBeCloseTo(0.35, 6);

    store.close();
    const again = serviceOn((await tempStore({ folder, clock })).store, clock).advice;
    expect(again.list(HOME, 30)).toEqual([known]);
  });

  it('that nobody answers expire when their time has passed, and cannot be taken then', async () => {
    const clock = replayClock(NOW);
    const { store } = await tempStore({ clock });
    withDishwasher(store);
    const { advice } = serviceOn(store, clock);
    good(await advice.find(HOME));
    const { id } = only(advice.list(HOME, 30));
    clock.jump(3 * HOUR_MS);
    expect(only(advice.list(HOME, 30)).status).toBe('expired');
    const late = await advice.answer({ siteId: HOME, who: 'Ann', recommendationId: id, answer: 'take' });
    expect(failureOf(late).code).toBe('recommendation.expired');
    const unknown = await advice.answer({ siteId: HOME, who: 'Ann', recommendationId: 'rec_x', answer: 'take' });
    expect(failureOf(unknown).code).toBe('recommendation.unknown');
  });

  it('that were dismissed rest for a week', async () => {
    const clock = replayClock(NOW);
    const { store } = await tempStore({ clock });
    withDishwasher(store);
    const { advice } = serviceOn(store, clock);
    good(await advice.find(HOME));
    const { id } = only(advice.list(HOME, 30));
    good(await advice.answer({ siteId: HOME, who: 'Ann', recommendationId: id, answer: 'dismiss' }));
    clock.jump(6 * DAY_MS);
    expect(good(await advice.find(HOME)).found).toBe(0);
    clock.jump(DAY_MS + HOUR_MS);
    expect(good(await advice.find(HOME)).found).toBe(1);
  });

  it('of a load that is planned move it in the plan, where it may be controlled; a plan that refuses changes nothing', async () => {
    const settings: PlanSettings = {
      ...DEFAULT_PLAN_SETTINGS,
      loads: [{ deviceId: DISH, channelId: RELAY, wish: { kind: 'value', valuePerKwh: 1 }, startCost: 0 }],
    };
    const takeWith = async (controllable: boolean, planned: boolean, refuses = false) => {
      const clock = replayClock(NOW);
      const { store } = await tempStore({ clock });
      withDishwasher(store, controllable);
      const wishes: PinWish[] = [];
      const { advice, events } = serviceOn(store, clock, {
        planSettingsOf: () => (planned ? settings : DEFAULT_PLAN_SETTINGS),
        pin: async (wish) => {
          wishes.push(wish);
          return refuses ? temporary('plan.no', 'There is no plan in force.', 'Wait.') : ok(undefined);
        },
      });
      good(await advice.find(HOME));
      const { id, startAt } = only(advice.list(HOME, 30));
      good(await advice.answer({ siteId: HOME, who: 'Ann', recommendationId: id, answer: 'take' }));
      expect(only(advice.list(HOME, 30)).status).toBe('taken');
      return { wishes, startAt, last: events.at(-1)?.sentence };
    };
    const { wishes, startAt } = await takeWith(true, true);
    expect(wishes).toEqual([{ siteId: HOME, laneId: LANE, startAt, who: 'Ann' }]);
    expect((await takeWith(false, true)).wishes).toEqual([]);
    expect((await takeWith(true, false)).wishes).toEqual([]);
    expect((await takeWith(true, true, true)).last).toMatch(
      /took .* The plan stays as it is: There is no plan in force\.$/,
    );
  });

  it('speak of any machine where no load is known, and say what is missing where nothing can be said', async () => {
    const clock = replayClock(NOW);
    const { store } = await tempStore({ clock });
    const { advice } = serviceOn(store, clock);
    good(await advice.find(HOME));
    expect(only(advice.list(HOME, 30))).toMatchObject({ title: 'Run a machine of about 1 kWh at 11:30', laneId: null });
    clock.jump(DAY_MS);
    expect(advice.settle(HOME)).toBe(0);
    expect(store.advice.unsettled(HOME, clock.now())).toEqual([]);
    const blind = serviceOn(store, clock, {
      problemOf: async () => temporary('plan.no-load', 'There is no forecast.', 'Wait.'),
    });
    expect(failureOf(await blind.advice.find(HOME)).code).toBe('plan.no-load');
  });

  it('that nobody took but that was followed all the same have an outcome; others have none', async () => {
    const judged = async (ran: boolean) => {
      const clock = replayClock(NOW);
      const { store } = await tempStore({ clock });
      withDishwasher(store);
      const { advice } = serviceOn(store, clock);
      good(await advice.find(HOME));
      const { startAt, endAt } = only(advice.list(HOME, 30));
      const power = (at: number): number => (ran && at >= startAt && at < endAt ? 1000 : 0);
      quarters(store, { deviceId: DISH, channel: RELAY }, NOW - HOUR_MS, NOW + DAY_MS, power);
      quarters(store, { deviceId: '', channel: 'site:grid' }, NOW - HOUR_MS, NOW + DAY_MS, (at) => 400 + power(at));
      store.prices.upsert(
        HOME,
        Array.from({ length: 30 }, (_, hour) => ({
          at: NOW - HOUR_MS + hour * HOUR_MS,
          stepMs: HOUR_MS,
          importPerKwh: hour < 6 ? 0.1 : 0.4,
          exportPerKwh: 0,
          source: 'x',
        })),
      );
      clock.jump(DAY_MS);
      advice.settle(HOME);
      return only(advice.list(HOME, 30));
    };
    expect(await judged(true)).toMatchObject({ status: 'expired', outcome: { cameTrue: true } });
    expect(await judged(false)).toMatchObject({ status: 'expired', outcome: null });
  });
});
