import { expect, it } from 'vitest';
import type { StoredPlan } from '../../../main/store/plans.ts';
import { DEFAULT_PLAN_SETTINGS, type PlanSettings } from '../../../preload/contract/plan-settings.ts';
import { HOME, NOW, PLUG, plugDevice, SWITCH, tempStore } from '../../support/store/temp-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const planAt = (madeAt: number): StoredPlan => ({
  id: `plan-${madeAt}`,
  siteId: HOME,
  madeAt,
  expiresAt: madeAt + HOUR_MS,
  state: 'ready',
  input: JSON.stringify({ loadKw: Array.from({ length: 144 }, () => 0.5) }),
  plan: '{"steps":[]}',
});

it('settings stand at their defaults until someone sets them, and each change is in the audit with who', async () => {
  const { store } = await tempStore();
  store.devices.add(plugDevice(), NOW);
  expect(store.plans.settings(HOME)).toEqual(DEFAULT_PLAN_SETTINGS);
  const settings: PlanSettings = {
    ...DEFAULT_PLAN_SETTINGS,
    aim: { money: 1, perKgCo2: 0.1, perImportedKwh: 0 },
    loads: [{ deviceId: PLUG, channelId: SWITCH, wish: { kind: 'value', valuePerKwh: 0.12 }, startCost: 0 }],
  };
  expect(store.plans.setSettings(HOME, settings, 'Ann', NOW)).toEqual(settings);
  const audit = store.settings.audit(HOME, 10);
  expect(audit.map(({ name, who, before, after }) => ({ name, who, before, after }))).toEqual([
    { name: 'plan.loads', who: 'Ann', before: 'none', after: 'Relay: where a kWh earns 0.12' },
    {
      name: 'plan.aim',
      who: 'Ann',
      before: 'money 1, 0 a kg of CO2, 0 a kWh bought',
      after: 'money 1, 0.1 a kg of CO2, 0 a kWh bought',
    },
  ]);
  store.plans.setSettings(HOME, settings, 'Bob', NOW + 1);
  expect(store.settings.audit(HOME, 10), 'nothing changed, nothing is told').toHaveLength(2);
});

it('a plan comes back as it was kept, and its state can change', async () => {
  const { store } = await tempStore();
  store.plans.add(planAt(NOW));
  store.plans.add({ ...planAt(NOW + MINUTE_MS), state: 'kept' });
  expect(store.plans.get(`plan-${NOW}`)).toEqual(planAt(NOW));
  expect(store.plans.latest(HOME)?.id).toBe(`plan-${NOW + MINUTE_MS}`);
  store.plans.setState(`plan-${NOW}`, 'stale');
  expect(store.plans.list(HOME, NOW, NOW + HOUR_MS).map(({ state }) => state)).toEqual(['stale', 'kept']);
});

it('keeps all plans of two days, then one an hour for two weeks', async () => {
  const { store } = await tempStore();
  const now = NOW + 20 * 24 * HOUR_MS;
  const ages = [
    15 * 24 * HOUR_MS,
    60 * HOUR_MS,
    60 * HOUR_MS - 5 * MINUTE_MS,
    10 * HOUR_MS,
    10 * HOUR_MS - 5 * MINUTE_MS,
  ];
  for (const age of ages) store.plans.add(planAt(now - age));
  expect(store.plans.thin(now)).toBe(2);
  const left = store.plans.list(HOME, 0, now).map(({ madeAt }) => now - madeAt);
  expect(left).toEqual([60 * HOUR_MS, 10 * HOUR_MS, 10 * HOUR_MS - 5 * MINUTE_MS]);
  expect(store.plans.thin(now), 'thinning twice changes nothing').toBe(0);
});

it('a pin counts until its time is over, that of a move until the moved block ends', async () => {
  const { store } = await tempStore();
  const pin = { siteId: HOME, laneId: 'plug/switch:0', from: NOW, to: NOW + HOUR_MS, who: 'Ann', at: NOW } as const;
  store.plans.putPin({ ...pin, blockId: 'a', pin: 'skip', toAt: null });
  store.plans.putPin({ ...pin, blockId: 'b', pin: 'move', toAt: NOW + 3 * HOUR_MS });
  store.plans.putPin({ ...pin, blockId: 'a', pin: 'keep', toAt: null });
  expect(store.plans.pins(HOME, NOW).map(({ blockId, pin: what }) => [blockId, what])).toEqual([
    ['a', 'keep'],
    ['b', 'move'],
  ]);
  expect(store.plans.pins(HOME, NOW + 2 * HOUR_MS).map(({ blockId }) => blockId)).toEqual(['b']);
  store.plans.removePin(HOME, 'b');
  expect(store.plans.pins(HOME, NOW + 2 * HOUR_MS)).toEqual([]);
});
