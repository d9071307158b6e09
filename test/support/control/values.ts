import fc from 'fast-check';
import type { Setpoint } from '../../../preload/contract/base.ts';
import type { ChannelRole, ControlKind } from '../../../preload/contract/devices.ts';

/** Mostly well, sometimes not: so that each guard is the one that decides often enough. */
export const mostly = <Value>(usual: fc.Arbitrary<Value>, odd: fc.Arbitrary<Value>, weight = 12): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd });

const SWITCH: ControlKind = { kind: 'switch' };
const EV: ControlKind = {
  kind: 'choice',
  options: ['off', 'pv', 'now'].map((value) => ({ value, label: value })),
};
const SAFE_TABLE = '00:00 1000W 60%; 06:00 5000W 60%';

/** One of every kind of control, with a role that goes with it and its safe state. */
export const controls: fc.Arbitrary<{
  role: ChannelRole;
  control: ControlKind;
  safe: Setpoint;
  /** Where its name says what it is. */
  id?: string;
}> = fc.oneof(
  fc
    .constantFrom<ChannelRole>('miner', 'water-heater', 'other-load', 'load', 'none', 'ev', 'heat-pump', 'climate')
    .map((role) => ({ role, control: SWITCH, safe: false })),
  fc.constant({
    role: 'miner' as const,
    control: { kind: 'number' as const, unit: 'W', minimum: 0, maximum: 4000, step: 50 },
    safe: 0,
  }),
  fc.constant({
    role: 'battery' as const,
    control: { kind: 'number' as const, unit: 'W', minimum: -5000, maximum: 5000, step: 10 },
    safe: 0,
  }),
  fc.constant({
    role: 'battery' as const,
    control: { kind: 'number' as const, unit: '%', minimum: 0, maximum: 100, step: 5 },
    safe: 50,
  }),
  fc.constant({
    role: 'grid' as const,
    control: { kind: 'number' as const, unit: 'W', minimum: -20_000, maximum: 20_000, step: 100 },
    safe: 0,
  }),
  fc.constantFrom<ChannelRole>('ev', 'ev', 'heat-pump', 'climate').map((role) => ({ role, control: EV, safe: 'off' })),
  {
    weight: 2,
    arbitrary: fc.constant({
      role: 'battery' as const,
      control: { kind: 'time-table' as const, slots: 2, maximumW: 8000 },
      safe: SAFE_TABLE,
    }),
  },
  fc.constantFrom('max-discharge', 'max-charge').map((id) => ({
    role: 'battery' as const,
    control: { kind: 'number' as const, unit: 'W', minimum: 0, maximum: 9000, step: 10 },
    safe: 3000,
    id,
  })),
);

/** Slots in order and inside the inverter, down to any level of the battery. */
const goodTable: fc.Arbitrary<Setpoint> = fc.oneof(
  fc.constant(SAFE_TABLE),
  // The same table in another spelling is no other table.
  fc.constant('00:00 01000W 60%;06:00 5000W 60%'),
  fc
    .record({
      start: fc.constantFrom('00:00', '05:30'),
      next: fc.constantFrom('06:00', '23:59'),
      powerW: fc.constantFrom(0, 1000, 8000),
      socPct: fc.integer({ min: 0, max: 20 }).map((n) => n * 5),
      flags: fc.constantFrom('', ' grid', ' sell grid', ' generator'),
      inForce: mostly(fc.constant(''), fc.constant('off; ')),
    })
    .map(
      ({ start, next, powerW, socPct, flags, inForce }) =>
        `${inForce}${start} ${powerW}W 60%; ${next} ${powerW}W ${socPct}%${flags}`,
    ),
);
const badTable = fc.constantFrom<Setpoint>(
  '00:00 1000W 60%',
  '00:00 1000W 60%; 06:00 1000W 60%; 12:00 1000W 60%',
  '06:00 1000W 60%; 00:00 1000W 60%',
  '06:00 1000W 60%; 06:00 1000W 60%',
  '00:00 1000W 60%; 06:00 8001W 60%',
  '00:00 1000W 60%; 06:00 1000W 101%',
  '00:00 1000W 60%; 24:00 1000W 60%',
  '00:00 1000W 60%; 06:00 1000W 60% buy',
  'off',
  '',
  true,
  60,
);

/** What the control takes, and what it must never take. */
export const valuesOf = (
  control: ControlKind,
  safe: Setpoint,
): { usual: fc.Arbitrary<Setpoint>; odd: fc.Arbitrary<Setpoint> } => {
  switch (control.kind) {
    case 'switch':
      return { usual: fc.boolean(), odd: fc.constantFrom<Setpoint>(1, Number.NaN, 0) };
    case 'choice':
      return {
        usual: fc.constantFrom<Setpoint>(...control.options.map(({ value }) => value)),
        odd: fc.constantFrom<Setpoint>('', 'fast', 'Off', true, false, 1),
      };
    case 'time-table':
      return { usual: goodTable, odd: badTable };
    case 'number':
      return {
        usual: fc.oneof(
          fc.integer({ min: control.minimum, max: control.maximum }),
          fc.constant(safe),
          fc.integer({ min: 0, max: 20 }).map((n) => control.minimum + n * control.step),
        ),
        odd: fc.constantFrom<Setpoint>(true, 'off', Number.NaN, 1e9, -1e9, Number.POSITIVE_INFINITY),
      };
  }
};

/** Mostly what the control takes. */
export const valueFor = (control: ControlKind, safe: Setpoint): fc.Arbitrary<Setpoint> => {
  const { usual, odd } = valuesOf(control, safe);
  return mostly(usual, odd, control.kind === 'time-table' ? 4 : 15);
};
