import { expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { createPlanSettings } from '../../../main/planning/site/plan-settings.ts';
import type { StoredCommodity } from '../../../main/store/feed-types.ts';
import { DEFAULT_PLAN_SETTINGS, type LoadWish } from '../../../preload/contract/plan-settings.ts';
import { channelConfig } from '../../support/house-views.ts';
import { deviceWith, siteHome, snapshotOf } from '../../support/planning/site-home.ts';
import { good, HOME } from '../../support/store/temp-store.ts';

const NOW = Date.parse('2026-06-17T11:40:00Z');
const HOUR_MS = 3_600_000;

const settingsHome = async (commodities: readonly StoredCommodity[] = []) => {
  const home = await siteHome({ now: NOW });
  const { store } = home;
  for (const [id, role] of [
    ['miner', 'miner'],
    ['boiler', 'water-heater'],
    ['car', 'ev'],
    ['pump', 'heat-pump'],
    ['meter', 'grid'],
  ] as const)
    store.devices.add(deviceWith(id, [{ name: id, role, ratedPowerW: role === 'ev' ? 11_000 : null }]), NOW);
  const settings = createPlanSettings({
    ...home.deps,
    feeds: { ...home.deps.feeds, commoditiesFor: () => commodities },
    clock: replayClock(NOW),
  });
  const wishOf = (id: string): LoadWish | undefined =>
    settings.view(HOME).loads.find((load) => load.deviceId === deviceId(id))?.suggestion;
  return { ...home, settings, wishOf };
};

const load = (id: string, wish: LoadWish) => ({
  deviceId: deviceId(id),
  channelId: channelId('switch:0'),
  wish,
  startCost: 0,
});
const run: LoadWish = { kind: 'run', minutes: 60, from: '10:00', to: '17:00', days: [], inOnePiece: true };

it('lists the loads that can be moved, each with a wish that suits it', async () => {
  const { settings, wishOf, store, surround, read } = await settingsHome();
  surround.snapshots.push(snapshotOf('car', channelConfig({ role: 'ev' }), { kind: 'switch' }));
  expect(
    settings.view(HOME).loads.map(({ deviceId: id, ratedKw, controllable }) => [id, ratedKw, controllable]),
  ).toEqual([
    ['boiler', null, false],
    ['car', 11, true],
    ['miner', null, false],
    ['pump', null, false],
  ]);
  expect(wishOf('car')).toMatchObject({
    kind: 'energy',
    energyKwh: 20,
    from: '18:00',
    to: '07:00',
    minKw: 1.4,
    maxKw: 11,
  });
  expect(wishOf('boiler')).toMatchObject({ kind: 'run', minutes: 120, from: '10:00', to: '17:00' });
  read('boiler', 'switch:0', 'tempC', 52);
  expect(wishOf('boiler')).toMatchObject({ kind: 'tank', sensor: { deviceId: 'boiler', channelId: 'switch:0' } });
  read('pump', 'switch:0', 'tempC', 21);
  expect(wishOf('pump')).toMatchObject({ kind: 'comfort', direction: 'heat' });
  const prices = [0.1, 0.2, 0.3, 0.4, 0.5].map((importPerKwh, hour) => ({
    ...{ at: NOW - hour * HOUR_MS, stepMs: HOUR_MS, importPerKwh, exportPerKwh: 0, source: 's' },
  }));
  store.prices.upsert(HOME, prices);
  expect(wishOf('miner'), 'without known earnings it runs in the cheaper half').toEqual({
    kind: 'value',
    valuePerKwh: 0.3,
  });
});

it('takes what a miner earns from typed earnings and its own efficiency', async () => {
  const hashprice = {
    at: NOW - HOUR_MS,
    name: 'hashprice',
    value: 50,
    unit: 'EUR/PH/day',
    provider: 'p',
    fetchedAt: NOW,
  };
  const { wishOf, read } = await settingsHome([hashprice]);
  read('miner', 'switch:0', 'efficiencyJTh', 20);
  // 0.05 a TH/s and day; 20 J/TH are 0.48 kWh a day.
  expect(wishOf('miner')).toEqual({ kind: 'value', valuePerKwh: 0.104 });
});

it('keeps settings that fit, and refuses the others field by field without changing anything', async () => {
  const { settings, store } = await settingsHome();
  const wanted = { ...DEFAULT_PLAN_SETTINGS, loads: [load('boiler', run)] };
  expect(good(settings.set(HOME, wanted, 'Ann'))).toEqual(wanted);
  expect(store.settings.audit(HOME, 1)).toMatchObject([{ name: 'plan.loads', who: 'Ann' }]);
  const lost = { deviceId: deviceId('gone'), channelId: channelId('t') };
  const tank: LoadWish = {
    kind: 'tank',
    litres: 200,
    minC: 45,
    maxC: 60,
    sensor: lost,
    drawKwhPerDay: 5,
    heatPerKwh: 1,
  };
  const refused = settings.set(
    HOME,
    {
      ...wanted,
      aim: { money: 0, perKgCo2: 0, perImportedKwh: 0 },
      loads: [load('gone', run), load('meter', run), load('boiler', tank), load('boiler', run)],
    },
    'Ann',
  );
  expect(refused).toMatchObject({
    ok: false,
    error: {
      code: 'plan.settings',
      fields: {
        'aim.money': 'Something has to count: money, carbon or the energy that is bought.',
        'loads.0': 'This load is not there any more: take it out.',
        'loads.1': 'meter is no load that can be moved: choose another, or change its role.',
        'loads.2': 'The temperature sensor is not there any more: choose another.',
        'loads.3': 'This load is listed twice: keep one of the two.',
      },
    },
  });
  expect(store.plans.settings(HOME)).toEqual(wanted);
});
