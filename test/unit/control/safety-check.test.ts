import { describe, expect, it } from 'vitest';
import { importAboveFuse, safetyProblems } from '../../../main/control/safety-check.ts';
import type { RatedChannel } from '../../../main/control/safety-ratings.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import { DEFAULT_SETTINGS, type SiteSettings } from '../../../preload/contract/house.ts';
import { type ChannelRef, DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';

const ref = (id: string): ChannelRef => ({ deviceId: deviceId(id), channelId: channelId('switch:0') });
const SWITCH: ControlKind = { kind: 'switch' };
const WATTS: ControlKind = { kind: 'number', unit: 'W', minimum: 0, maximum: 4_000, step: 50 };

const channel = (id: string, change: Partial<RatedChannel> = {}): RatedChannel => ({
  ...ref(id),
  name: id,
  role: 'other-load',
  controllable: true,
  ratedPowerW: 3_000,
  control: SWITCH,
  metrics: ['powerW', 'on'],
  ...change,
});
const CHANNELS: readonly RatedChannel[] = [
  channel('miner'),
  channel('boiler'),
  channel('heater', { control: WATTS }),
  channel('oven', { ratedPowerW: 9_000 }),
  channel('meter', { role: 'grid', controllable: false, control: null, metrics: ['powerW'] }),
  channel('shed', { role: 'none', controllable: false, control: null, metrics: ['tempC'] }),
  channel('button', { role: 'none', controllable: false, control: null, metrics: ['on'] }),
  channel('charge', {
    ...ref('charge'),
    channelId: channelId('max-charge-current'),
    role: 'battery',
    control: { kind: 'number', unit: 'A', minimum: 0, maximum: 100, step: 1 },
  }),
  channel('table', { role: 'battery', control: { kind: 'time-table', slots: 6, maximumW: 8_000 } }),
];

const problems = (change: Partial<Safety>, settings: Partial<SiteSettings> = {}): Readonly<Record<string, string>> =>
  safetyProblems({ ...DEFAULT_SAFETY, ...change }, CHANNELS, { ...DEFAULT_SETTINGS, ...settings });

const window = { from: '22:00', to: '06:00', days: [] };
const quiet = (change: Partial<Safety['quietWindows'][number]>): Partial<Safety> => ({
  quietWindows: [{ id: 'q', name: 'Night', window, channels: [ref('miner')], ...change }],
});
const warm = (change: Partial<Safety['temperatureLimits'][number]>): Partial<Safety> => ({
  temperatureLimits: [
    { id: 't', sensor: ref('shed'), minimumC: null, maximumC: 40, channels: [ref('miner')], ...change },
  ],
});
const together = (first: string, second: string, id = 'i'): Safety['interlocks'][number] => ({
  id,
  kind: 'never-together',
  first: ref(first),
  second: ref(second),
});
const ramp = (id: string, perMinute: number): Partial<Safety> => ({
  ramps: [{ id: 'r', channel: ref(id), perMinute }],
});
const input = (id: string): Partial<Safety> => ({
  stopInputs: [{ id: 's', channel: ref(id), stopsWhen: 'on' }],
});

/** A mistake, the one field that is marked, and a word of its sentence. */
const MISTAKES: readonly (readonly [says: string, change: Partial<Safety>, field: string, word: string])[] = [
  ['a fuse below the import limit', { fuseA: 25 }, 'fuseA', 'Lower the import limit'],
  ['a safe import above the import limit', { safeImportW: 12_000 }, 'safeImportW', 'import limit'],
  [
    'battery temperatures the wrong way round',
    { batteryMinimumC: 50, batteryMaximumC: 50 },
    'batteryMaximumC',
    'above the 50 °C',
  ],
  [
    'a battery above the inverter',
    { inverterMaxW: 5_000, batteryMaxDischargeW: 6_000 },
    'batteryMaxDischargeW',
    'inverter',
  ],
  [
    'more charge than the device itself',
    { batteryMaxChargeW: 7_000 },
    'batteryMaxChargeW',
    'charge itself goes to 6.0 kW',
  ],
  ['a larger inverter than its own table', { inverterMaxW: 9_000 }, 'inverterMaxW', 'table itself goes to 8.0 kW'],
  [
    'a phase that the home has not',
    { channelPhases: [{ channel: ref('miner'), phase: 2 }] },
    'channelPhases.0',
    'phase 1 only',
  ],
  [
    'a load above the fuse of its phase',
    { phases: 3, fuseA: 35, channelPhases: [{ channel: ref('oven'), phase: 1 }] },
    'channelPhases.0',
    '8.1 kW of one phase',
  ],
  [
    'a channel on two phases',
    {
      phases: 3,
      channelPhases: [
        { channel: ref('miner'), phase: 1 },
        { channel: ref('miner'), phase: 2 },
      ],
    },
    'channelPhases.1',
    'already',
  ],
  ['a channel that is gone', { interlocks: [together('miner', 'gone')] }, 'interlocks.0.second', 'no such channel'],
  ['an interlock with itself', { interlocks: [together('miner', 'miner')] }, 'interlocks.0.second', 'two different'],
  ['an interlock with a meter', { interlocks: [together('miner', 'meter')] }, 'interlocks.0.second', 'no load'],
  [
    'the same interlock the other way round',
    { interlocks: [together('miner', 'boiler', 'a'), together('boiler', 'miner', 'b')] },
    'interlocks.1',
    'already',
  ],
  [
    'two interlocks of one id',
    { interlocks: [together('miner', 'boiler'), together('miner', 'heater')] },
    'interlocks.1',
    'same id',
  ],
  [
    'a battery kept from no load',
    { interlocks: [{ id: 'k', kind: 'not-from-battery', load: ref('meter') }] },
    'interlocks.0.load',
    'no load',
  ],
  [
    'a quiet window without a length',
    quiet({ window: { ...window, to: '22:00' } }),
    'quietWindows.0.window',
    'another end',
  ],
  ['a day named twice', quiet({ window: { ...window, days: [1, 1] } }), 'quietWindows.0.window', 'twice'],
  ['a quiet window of a meter', quiet({ channels: [ref('meter')] }), 'quietWindows.0.channels.0', 'cannot be switched'],
  [
    'a channel twice in a window',
    quiet({ channels: [ref('miner'), ref('miner')] }),
    'quietWindows.0.channels.1',
    'already',
  ],
  ['a sensor without a temperature', warm({ sensor: ref('meter') }), 'temperatureLimits.0.sensor', 'no temperature'],
  ['a temperature without a limit', warm({ maximumC: null }), 'temperatureLimits.0.maximumC', 'highest or a lowest'],
  ['limits the wrong way round', warm({ minimumC: 41 }), 'temperatureLimits.0.maximumC', 'above the lowest'],
  ['a ramp of a switch', ramp('miner', 100), 'ramps.0.channel', 'no number'],
  ['a ramp below a step', ramp('heater', 20), 'ramps.0.perMinute', 'for ever'],
  ['a ramp beyond the range', ramp('heater', 5_000), 'ramps.0.perMinute', '0 to 4000 W'],
  [
    'an approval that never asks',
    { approvals: [{ channel: ref('miner'), ask: 'sometimes', firstTime: false, abovePowerW: null }] },
    'approvals.0.abovePowerW',
    'when to ask',
  ],
  ['a stop input that STOP itself switches', input('miner'), 'stopInputs.0.channel', 'itself switches'],
  ['a stop input that is no input', input('meter'), 'stopInputs.0.channel', 'no input'],
];

describe('an envelope is checked before it is kept', () => {
  it('takes the defaults, and one that is well thought out', () => {
    expect(problems({})).toEqual({});
    expect(
      problems({
        phases: 3,
        fuseA: 35,
        inverterMaxW: 8_000,
        batteryMaxChargeW: 5_000,
        batteryMaxDischargeW: 5_000,
        channelPhases: [{ channel: ref('miner'), phase: 2 }],
        interlocks: [together('miner', 'boiler'), { id: 'k', kind: 'not-from-battery', load: ref('oven') }],
        ...quiet({}),
        ...warm({ minimumC: 5 }),
        ...ramp('heater', 500),
        ...input('button'),
        approvals: [{ channel: ref('miner'), ask: 'sometimes', firstTime: true, abovePowerW: null }],
      }),
    ).toEqual({});
  });

  it.each(MISTAKES)('marks %s', (_, change, field, word) => {
    const found = problems(change);
    expect(Object.keys(found)).toEqual([field]);
    expect(found[field]).toContain(word);
    expect(found[field]).toMatch(/^[A-Z0-9a-z].*\.$/);
  });

  it('knows what the fuses carry together', () => {
    const three: Safety = { ...DEFAULT_SAFETY, phases: 3, fuseA: 16 };
    expect(importAboveFuse({ maxGridImportW: 11_040 }, three)).toBeNull();
    expect(importAboveFuse({ maxGridImportW: 11_041 }, three)).toBe(
      'The fuse carries 11.0 kW, less than the import limit of 11.0 kW.',
    );
    expect(importAboveFuse({ maxGridImportW: 1_000_000 }, DEFAULT_SAFETY)).toBeNull();
  });
});
