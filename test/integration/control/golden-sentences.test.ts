import { afterEach, expect, it } from 'vitest';
import type { Proposal } from '../../../main/control/types.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import type { LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: GuardedHouse;
afterEach(() => house.close());

const REF = (id: string, channel = 'switch:0') => ({ deviceId: deviceId(id), channelId: channelId(channel) });
const MINER = { id: 'miner', powerW: 3_000, config: { name: 'Miner', ratedPowerW: 3_000 } };
const RUNNING = { ...MINER, value: true };
const BATTERY = {
  id: 'battery',
  value: 0,
  spec: {
    control: { kind: 'number' as const, unit: 'W', minimum: -5_000, maximum: 5_000, step: 10 },
    defaultSafeState: 0,
    effect: { kind: 'none' as const, because: 'the sum of the house counts' },
  },
  config: { name: 'Battery', role: 'battery' as const, safeState: 0, ratedPowerW: null },
};
const DISCHARGE = {
  id: 'limit',
  value: 5_000,
  spec: { ...BATTERY.spec, control: { ...BATTERY.spec.control, minimum: 0 }, defaultSafeState: 5_000 },
  channelId: 'discharge-power-limit',
  config: { name: 'Discharge limit', role: 'battery' as const, safeState: 5_000, ratedPowerW: null },
};
const PROBE = REF('probe', 'chips');

const SPENT = {
  ...MINER,
  config: { ...MINER.config, rules: { minOnMs: 0, minOffMs: 0, maxSwitchesPerHour: 9, writeBudgetPerDay: 1 } },
};
const CAR = { ...MINER, id: 'car', config: { name: 'Car', role: 'ev' as const, ratedPowerW: 3_000 } };
const LUNCH = { from: '12:00', to: '15:00', days: [] };
const QUIET: Partial<Safety> = {
  quietWindows: [{ id: 'q', name: 'Lunch', window: LUNCH, channels: [REF('miner')] }],
};
const HOT: Partial<Safety> = {
  temperatureLimits: [{ id: 'h', sensor: PROBE, minimumC: null, maximumC: 80, channels: [REF('miner')] }],
};
const APART: Partial<Safety> = { interlocks: [{ id: 'i', kind: 'not-from-battery', load: REF('car') }] };

const settings = (change: Partial<SiteSettings>): void => {
  house.store().settings.set(HOME, change, 'Ada', house.clock.now());
};
const meters = (change: object): void => void Object.assign(house.meters.meters, change);
const settle = (): Promise<void> => house.seconds(5);
const rule = (id = 'miner', change: Partial<Proposal> = {}): Promise<Action> =>
  house.act(id, { who: 'Sunny miner', ...change });
const person = (change: Partial<Proposal>): Promise<Action> =>
  house.act('miner', { origin: 'manual', who: 'Ada', ...change });
const lastOf = (name: string | null) => (): Action => {
  const action = house.actions.findLast(({ deviceName }) => name === null || deviceName === name);
  if (!action) throw new Error('Nothing was done.');
  return action;
};
const last = lastOf(null);

interface Scenario {
  readonly title: string;
  readonly loads: readonly LoadOptions[];
  readonly safety?: Partial<Safety>;
  readonly before: readonly (() => unknown)[];
  readonly act: () => Action | Promise<Action>;
  /** Why it was wanted as a code, which check decided (null: none stood against it), why in words, what came of it. */
  readonly says: readonly [string, string | null, string, string];
}

const SCENARIOS: readonly Scenario[] = [
  {
    title: 'a miner starts',
    loads: [MINER],
    before: [],
    act: () => rule(),
    says: ['SOC_ABOVE_RESUME', null, 'The battery is full enough.', 'Miner is on, read back. It draws 3.0 kW.'],
  },
  {
    title: 'it runs already',
    loads: [RUNNING],
    before: [],
    act: () => rule(),
    says: ['SOC_ABOVE_RESUME', 'UNCHANGED', 'The battery is full enough.', 'Miner is already on.'],
  },
  {
    title: 'the battery is low',
    loads: [MINER],
    before: [() => meters({ socPct: 22 }), settle],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      'SOC_BELOW_MINIMUM',
      'The battery is full enough.',
      'The battery at 22 % is below the minimum 30 %.',
    ],
  },
  {
    title: 'nobody knows how full it is',
    loads: [MINER],
    before: [() => meters({ socPct: null }), settle],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      'SOC_NOT_FRESH',
      'The battery is full enough.',
      'The battery level is not fresh, so automation does not act on it.',
    ],
  },
  {
    title: 'the grid meter stands still',
    loads: [MINER],
    before: [() => house.meters.freeze('grid'), () => house.seconds(40)],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      'GRID_NOT_FRESH',
      'The battery is full enough.',
      'The grid meter is not fresh, so automation does not act on it.',
    ],
  },
  {
    title: 'the house would draw too much',
    loads: [MINER],
    before: [() => settings({ maxGridImportW: 2_000 }), () => meters({ pvW: 0 }), settle],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      'IMPORT_LIMIT',
      'The battery is full enough.',
      'The grid import would reach 3.5 kW, more than the limit of 2.0 kW.',
    ],
  },
  {
    title: 'it has just been switched on',
    loads: [MINER],
    before: [() => rule()],
    act: () => rule('miner', { setpoint: false }),
    says: [
      'SOC_ABOVE_RESUME',
      'MIN_ON',
      'The battery is full enough.',
      'Miner stays on for another 5 min, so that it does not flap.',
    ],
  },
  {
    title: 'it has just been switched off',
    loads: [RUNNING],
    before: [() => rule('miner', { setpoint: false })],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      'MIN_OFF',
      'The battery is full enough.',
      'Miner stays off for another 5 min, so that it does not flap.',
    ],
  },
  {
    title: 'its budget is spent',
    loads: [SPENT],
    before: [() => rule()],
    act: () => rule('miner', { setpoint: false }),
    says: [
      'SOC_ABOVE_RESUME',
      'WRITE_BUDGET',
      'The battery is full enough.',
      'Miner was written once today, which is its budget.',
    ],
  },
  {
    title: 'a person holds it',
    loads: [MINER],
    before: [() => person({ reason: '' })],
    act: () => rule('miner', { setpoint: false }),
    says: [
      'SOC_ABOVE_RESUME',
      'HELD',
      'The battery is full enough.',
      'Ada holds Miner for another 30 min, and comes before this wish.',
    ],
  },
  {
    title: 'a person asks and says nothing',
    loads: [MINER],
    before: [],
    act: () => person({ reason: ' ' }),
    says: ['SOC_ABOVE_RESUME', null, 'Ada asked for it.', 'Miner is on, read back. It draws 3.0 kW.'],
  },
  {
    title: 'a person says why in a word',
    loads: [MINER],
    before: [],
    act: () => person({ reason: 'guests' }),
    says: ['SOC_ABOVE_RESUME', null, 'Guests.', 'Miner is on, read back. It draws 3.0 kW.'],
  },
  {
    title: 'the house was stopped',
    loads: [MINER],
    before: [() => house.stop().activate(HOME, 'Ada', 'window', null), settle],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      'STOPPED',
      'The battery is full enough.',
      'The house is stopped: nothing moves until a person releases the stop.',
    ],
  },
  {
    title: 'it is a quiet time',
    loads: [MINER],
    safety: QUIET,
    before: [],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      'QUIET',
      'The battery is full enough.',
      'Lunch lasts until 15:00: automation does not start Miner before.',
    ],
  },
  {
    title: 'the device is away',
    loads: [MINER],
    before: [() => house.device('miner').behave('offline')],
    act: () => person({}),
    says: [
      'SOC_ABOVE_RESUME',
      null,
      'The battery is full enough.',
      'Miner could not be reached. The device does not answer. Check its power.',
    ],
  },
  {
    title: 'the device takes it and does nothing',
    loads: [MINER],
    before: [() => house.device('miner').behave('deaf')],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      null,
      'The battery is full enough.',
      'Miner still shows off. Miner is off again, read back.',
    ],
  },
  {
    title: 'the device says on and draws nothing',
    loads: [MINER],
    before: [() => house.device('miner').behave('lying')],
    act: () => rule(),
    says: [
      'SOC_ABOVE_RESUME',
      null,
      'The battery is full enough.',
      'Miner says on, but its power did not follow. Its measured power is 0 W. Miner is off again, read back.',
    ],
  },
  {
    title: 'the device gives less',
    loads: [BATTERY],
    before: [() => house.device('battery').behave('limited')],
    act: () => rule('battery', { setpoint: 3_000 }),
    says: ['SOC_ABOVE_RESUME', null, 'The battery is full enough.', 'Battery limited it to 1800 W.'],
  },
  {
    title: 'the battery is too low to discharge',
    loads: [BATTERY],
    before: [() => rule('battery', { setpoint: 500 }), () => meters({ socPct: 22 }), settle],
    act: () => rule('battery', { setpoint: -2_000 }),
    says: [
      'SOC_ABOVE_RESUME',
      'MIN_ON',
      'The battery is full enough.',
      'The battery at 22 % is below the minimum 30 %. Battery goes to 0 W instead. Battery stays on for another 5 min, so that it does not flap.',
    ],
  },
  {
    title: 'the discharge reaches the floor',
    loads: [BATTERY],
    before: [() => rule('battery', { setpoint: -2_000 }), () => meters({ socPct: 22 }), () => house.seconds(20)],
    act: last,
    says: [
      'SOC_FLOOR',
      null,
      'The battery is below the 30 % that it keeps, so automation discharges it no further.',
      'Battery is at 0 W, read back. Its effect is not measured: the sum of the house counts.',
    ],
  },
  {
    title: 'the meter falls silent',
    loads: [RUNNING],
    safety: { safeImportW: 1_000 },
    before: [() => house.meters.freeze('grid'), () => house.seconds(90)],
    act: last,
    says: [
      'METER_SILENT',
      null,
      'The grid meter is silent, so the loads together are held to 1.0 kW. Miner goes off.',
      'Miner is off, read back. It draws 0 W.',
    ],
  },
  {
    title: 'the fuse is in danger',
    loads: [RUNNING],
    before: [
      () => settings({ maxGridImportW: 3_500 }),
      () => meters({ pvW: 0, householdW: 1_000 }),
      () => house.seconds(30),
    ],
    act: last,
    says: [
      'IMPORT_OVERLOAD',
      null,
      'The house draws 4.0 kW from the grid, more than its 3.5 kW. Miner goes off.',
      'Miner is off, read back. It draws 0 W.',
    ],
  },
  {
    title: 'the car must not be fed by the battery',
    loads: [DISCHARGE, CAR],
    safety: APART,
    before: [() => house.device('car').byHand(true), () => house.seconds(20)],
    act: lastOf('Discharge limit'),
    says: [
      'BATTERY_LOCKED',
      null,
      'Car is not fed from the battery, so its discharge is locked while it runs.',
      'Discharge limit is at 0 W, read back. Its effect is not measured: the sum of the house counts.',
    ],
  },
  {
    title: 'it is too hot',
    loads: [RUNNING],
    safety: HOT,
    before: [() => house.read('probe', 'chips', 'tempC', 90, 3_600_000), () => house.seconds(30)],
    act: last,
    says: [
      'TOO_HOT',
      null,
      'It is 90 °C there, above the 80 °C that Miner may run at.',
      'Miner is off, read back. It draws 0 W.',
    ],
  },
  {
    title: 'somebody switched at the wall',
    loads: [MINER],
    before: [() => house.device('miner').byHand(true), () => house.seconds(40)],
    act: last,
    says: [
      'FOREIGN_CHANGE',
      null,
      'It was changed outside CommandCenter.',
      'Miner was changed from off to on at the device, not by CommandCenter.',
    ],
  },
  {
    title: 'the time of a command is over',
    loads: [MINER],
    before: [() => rule('miner', { leaseMs: 400_000 }), () => house.seconds(420)],
    act: last,
    says: [
      'LEASE_ENDED',
      null,
      'The time of “The battery is full enough” is over, so the channel goes back.',
      'Miner is off, read back. It draws 0 W.',
    ],
  },
];

it.each(SCENARIOS)('the log says why and what: $title', async ({ loads, safety, before, act, says }) => {
  house = await createGuardedHouse(loads, safety ? { safety } : {});
  house.read('meter', 'grid', 'powerW', 0);
  house.read('inverter', 'battery', 'socPct', 90);
  await house.start();
  await settle();
  for (const step of before) await step();
  const { reasonCode, stages, reason, sentence } = await act();
  const decided = stages.findLast(({ outcome }) => outcome !== 'passed')?.code ?? null;
  expect([reasonCode, decided, reason, sentence]).toEqual(says);
});
