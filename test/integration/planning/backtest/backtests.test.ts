import { expect, it } from 'vitest';
import { systemClock } from '../../../../main/clock.ts';
import { createEventBus } from '../../../../main/events.ts';
import { channelId } from '../../../../main/ids.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import { createBacktests } from '../../../../main/planning/backtest/backtests.ts';
import type { Store } from '../../../../main/store/types.ts';
import { type BacktestAsk, backtestViewSchema } from '../../../../preload/contract/backtest.ts';
import type { PlanEvent } from '../../../../preload/contract/plan.ts';
import { madeSeries, PAST_START } from '../../../support/planning/made-past.ts';
import { failureOf, good, HOME, PLUG, plugDevice, SWITCH, tempStore } from '../../../support/store/temp-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WORKER = new URL('../../../../main/planning/backtest/backtest-worker.ts', import.meta.url);
const DAYS = 8;

/** A home with a battery that was measured for some days, by hours. */
const measuredHome = async (days = DAYS): Promise<Store> => {
  const { store } = await tempStore();
  const made = madeSeries(5, days);
  const at = (hour: number): number => PAST_START + hour * HOUR_MS;
  for (const [name, values] of [['load', made.loadKw] as const, ['pv', made.pvKw] as const]) {
    const key = { siteId: HOME, deviceId: '', channelId: channelId(`site:${name}`), metric: 'powerW' } as const;
    const seriesId = store.series.idOf(key);
    const rows = [...values].map((kw, hour) => {
      const mean = 1000 * kw;
      return {
        seriesId,
        at: at(hour),
        mean,
        minimum: mean,
        maximum: mean,
        count: 60,
        energyKwh: kw,
        quality: 'good' as const,
      };
    });
    store.rollups.write('hour', rows);
  }
  store.prices.upsert(
    HOME,
    [...made.importPrice].map((importPerKwh, hour) => ({
      ...{ at: at(hour), stepMs: HOUR_MS, importPerKwh, exportPerKwh: made.exportPrice[hour] ?? 0, source: 'made' },
    })),
  );
  store.settings.set(HOME, { batteryCapacityKwh: 8 }, 'Ann', PAST_START);
  return store;
};

const roomOf = (store: Store) => {
  const clock = systemClock();
  const bus = createEventBus((_, thrown) => {
    throw thrown;
  });
  const told: PlanEvent[] = [];
  bus.on('plan', (event) => told.push(event));
  const room = createBacktests({
    ...{ store, clock, bus, workerUrl: WORKER },
    log: createLog(memorySink(), clock),
    tariffs: { tariffAt: () => null },
    weatherFor: () => [],
    carbonOf: (_, from, to) =>
      from < to
        ? [{ provider: 'made', kind: 'measured', at: PAST_START, stepMs: DAYS * DAY_MS, gPerKwh: 300, fetchedAt: 0 }]
        : [],
    learntOf: () => null,
  });
  const over = (): Promise<PlanEvent> =>
    new Promise((resolve) => {
      const leave = bus.on('plan', (event) => {
        if (event.share !== null) return;
        leave();
        resolve(event);
      });
    });
  return { room, told, over };
};

const ASK: BacktestAsk = {
  from: PAST_START + 5 * DAY_MS,
  to: PAST_START + 7 * DAY_MS,
  policies: ['self', 'plan', 'learnt', 'prescient'],
  baseline: 'self',
  horizonHours: 24,
};

it("plays a home's own past with every policy, tells of it and keeps the result", async () => {
  const store = await measuredHome();
  const { room, told, over } = roomOf(store);
  expect(room.view(HOME)).toMatchObject({ state: 'none', result: null });
  const ended = over();
  good(room.start(HOME, ASK));
  expect(room.view(HOME)).toMatchObject({ state: 'running', asked: ASK });
  expect(failureOf(room.start(HOME, ASK))).toMatchObject({ code: 'backtest.busy' });
  expect(await ended).toMatchObject({ about: 'backtest', sentence: expect.stringContaining('Played 3 policies') });
  const view = backtestViewSchema.parse(room.view(HOME));
  expect(view).toMatchObject({
    state: 'done',
    share: 1,
    result: { currency: 'EUR', stepMs: HOUR_MS, coveragePct: 100 },
  });
  const [self, plan, prescient] = view.result?.policies ?? [];
  expect([self?.policy, plan?.policy, prescient?.policy]).toEqual(['self', 'plan', 'prescient']);
  expect(self).toMatchObject({ saving: 0, violations: 0 });
  expect(plan?.saving).toBeGreaterThan(0);
  expect(prescient?.ofPossiblePct).toBeCloseTo(100, 6);
  expect(plan?.ofPossiblePct).toBeLessThanOrEqual(100);
  expect(plan?.carbonKg).toBeCloseTo(0.3 * (plan?.importKwh ?? 0), 6);
  expect(view.result?.notes.join(' ')).toContain('No policy has been trained');
  const shares = told.flatMap(({ share }) => (share === null ? [] : [share]));
  expect(shares.length).toBeGreaterThan(2);
  expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  expect(roomOf(store).room.view(HOME)).toEqual(view);
});

it('plays another battery and another roof', async () => {
  const store = await measuredHome();
  const { room, over } = roomOf(store);
  const played = async (more: Partial<BacktestAsk>) => {
    const ended = over();
    good(room.start(HOME, { ...ASK, policies: ['self'], baseline: 'none', ...more }));
    await ended;
    return room.view(HOME).result?.policies[0];
  };
  const asItIs = await played({});
  const none = await played({ batteryKwh: 0 });
  const larger = await played({ batteryKwh: 16, batteryKw: 8 });
  const moreSun = await played({ pvFactor: 2 });
  expect(none).toMatchObject({ saving: 0, cycles: 0 });
  expect(larger?.saving).toBeGreaterThan(asItIs?.saving ?? 0);
  expect(moreSun?.exportKwh).toBeGreaterThan(asItIs?.exportKwh ?? 0);
});

it('can be cancelled, and stops with the house', async () => {
  const store = await measuredHome(30);
  const { room, over } = roomOf(store);
  const ask: BacktestAsk = { ...ASK, policies: ['plan'], to: PAST_START + 30 * DAY_MS };
  const ended = over();
  good(room.start(HOME, ask));
  room.cancel(HOME);
  expect(await ended).toMatchObject({ sentence: 'The backtest was cancelled.' });
  expect(room.view(HOME)).toMatchObject({ state: 'cancelled', result: null });
  good(room.start(HOME, ask));
  await room.stop();
  expect(room.view(HOME)).toMatchObject({ state: 'cancelled' });
});

it('tells a run that a restart interrupted as failed', async () => {
  const store = await measuredHome();
  const view = { ...roomOf(store).room.view(HOME), state: 'running' as const, asked: ASK, startedAt: 1 };
  store.backtests.put({ id: 'backtest_1', startedAt: 1, view });
  expect(roomOf(store).room.view(HOME)).toMatchObject({
    state: 'failed',
    sentence: 'The application was closed while it ran. Start it again.',
  });
  expect(store.backtests.running()).toEqual([]);
});

it('says what is missing', async () => {
  const store = await measuredHome();
  const { room, over } = roomOf(store);
  const { to } = ASK;
  expect(failureOf(room.start(HOME, { ...ASK, to: Date.now() + DAY_MS }))).toMatchObject({ code: 'backtest.span' });
  store.settings.set(HOME, { batteryCapacityKwh: null }, 'Ann', PAST_START);
  expect(failureOf(room.start(HOME, ASK))).toMatchObject({ code: 'backtest.no-battery' });
  const ended = over();
  good(room.start(HOME, { ...ASK, batteryKwh: 5, from: to + 40 * DAY_MS, to: to + 41 * DAY_MS }));
  await ended;
  expect(room.view(HOME)).toMatchObject({ state: 'failed', sentence: expect.stringContaining('was not measured') });
});

it('keeps the last five runs of a home, and none of a home that goes', async () => {
  const store = await measuredHome();
  const { room } = roomOf(store);
  for (let number = 0; number < 7; number += 1)
    store.backtests.put({
      id: `backtest_${number}`,
      startedAt: number,
      view: { ...room.view(HOME), state: 'running' },
    });
  expect(store.backtests.running().map(({ id }) => id)).toEqual([2, 3, 4, 5, 6].map((number) => `backtest_${number}`));
  store.sites.remove(HOME);
  expect(store.backtests.latest(HOME)).toBeUndefined();
});

it('plays the loads of the plan on the load without them, and says what was assumed', async () => {
  const store = await measuredHome();
  store.devices.add(plugDevice(), PAST_START);
  // The miner drew 1.2 kW in each night of the past: that is taken out of the load before it is played anew.
  const own = store.series.idOf({ siteId: HOME, deviceId: PLUG, channelId: SWITCH, metric: 'powerW' });
  const whole = store.series.idOf({ siteId: HOME, deviceId: '', channelId: channelId('site:load'), metric: 'powerW' });
  const from = PAST_START;
  const rows = store.rollups.range('hour', whole, from, from + DAYS * DAY_MS);
  const ran = (at: number): number => (new Date(at).getUTCHours() < 5 ? 1200 : 0);
  const row = (seriesId: number, at: number, mean: number) => ({
    ...{
      seriesId,
      at,
      mean,
      minimum: mean,
      maximum: mean,
      count: 60,
      energyKwh: mean / 1000,
      quality: 'good' as const,
    },
  });
  store.rollups.write(
    'hour',
    rows.flatMap(({ at, mean }) => [row(own, at, ran(at)), row(whole, at, mean + ran(at))]),
  );
  const { room, over } = roomOf(store);
  const played = async (policies: BacktestAsk['policies']) => {
    const ended = over();
    good(room.start(HOME, { ...ASK, to: ASK.from + DAY_MS, policies, baseline: 'none' }));
    await ended;
    return room.view(HOME).result;
  };
  const before = await played(['none']);
  const wish = { deviceId: PLUG, channelId: SWITCH, startCost: 0 };
  store.plans.setSettings(
    HOME,
    {
      ...store.plans.settings(HOME),
      loads: [{ ...wish, wish: { kind: 'value', valuePerKwh: 0.2 } }],
    },
    'Ann',
    PAST_START,
  );
  const after = await played(['none', 'tiers', 'plan', 'prescient']);
  const [none, tiers, plan, prescient] = after?.policies ?? [];
  expect(after?.policies.map(({ violations }) => violations)).toEqual([0, 0, 0, 0]);
  expect(none).toMatchObject({ minerHours: 24, comfortMissKh: null });
  expect(none?.earned).toBeCloseTo(24 * 1.2 * 0.2, 9);
  // Five hours of it lay in the load of the day.
  const [asItWas] = before?.policies ?? [];
  expect((none?.importKwh ?? 0) - (none?.exportKwh ?? 0)).toBeCloseTo(
    (asItWas?.importKwh ?? 0) - (asItWas?.exportKwh ?? 0) + 19 * 1.2,
    6,
  );
  expect(tiers?.minerHours).toBeLessThan(24);
  expect(plan?.minerHours).toBeGreaterThan(0);
  expect(plan?.cost).toBeLessThan(none?.cost ?? 0);
  expect(prescient?.cost).toBeLessThanOrEqual((plan?.cost ?? 0) + 1e-6);
  expect(before?.notes.join(' ')).toContain('Loads ran as they did');
  expect(after?.notes.join(' ')).toContain('Played with the home: Relay.');
});

it('reads every kind of wish, and says which load it cannot play', async () => {
  const store = await measuredHome();
  const [relay] = plugDevice().channels;
  if (relay === undefined) throw new Error('no relay');
  const ids = ['car', 'tank', 'zone', 'washer'].map((name) => channelId(name));
  store.devices.add(
    plugDevice({ channels: ids.map((id) => ({ ...relay, channelId: id, name: id, role: 'other-load' as const })) }),
    PAST_START,
  );
  const [car, tank, zone, washer] = ids;
  if (car === undefined || tank === undefined || zone === undefined || washer === undefined) throw new Error('no ids');
  const sensor = { deviceId: PLUG, channelId: zone };
  const night = { from: '22:00', to: '06:00', days: [] };
  const wishes = [
    { channelId: car, wish: { kind: 'energy' as const, energyKwh: 3.6, ...night, minKw: 0, maxKw: 3.6 } },
    {
      channelId: tank,
      wish: { kind: 'tank' as const, litres: 200, minC: 45, maxC: 60, sensor: null, drawKwhPerDay: 4, heatPerKwh: 1 },
    },
    {
      channelId: zone,
      wish: { kind: 'comfort' as const, minC: 20, maxC: 22, sensor, direction: 'heat' as const, heatPerKwh: 3 },
    },
    { channelId: washer, wish: { kind: 'run' as const, minutes: 60, ...night, inOnePiece: true } },
  ];
  store.plans.setSettings(
    HOME,
    { ...store.plans.settings(HOME), loads: wishes.map((each) => ({ deviceId: PLUG, startCost: 0, ...each })) },
    'Ann',
    PAST_START,
  );
  const { room, over } = roomOf(store);
  const ended = over();
  good(room.start(HOME, { ...ASK, policies: ['self', 'plan'], baseline: 'none' }));
  await ended;
  const result = room.view(HOME).result;
  for (const policy of result?.policies ?? [])
    expect(policy).toMatchObject({ violations: 0, minerHours: 0, comfortMissKh: 0, earned: 0 });
  expect(result?.policies).toHaveLength(2);
  const said = result?.notes.join(' ');
  expect(said).toContain('zone is not played: the weather of that time is not known.');
  expect(said).toContain('car charges at one power');
  expect(said).toContain('washer was not measured in that time');
});
