import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportDevices, importDevices } from '../../../main/devices/device-csv.ts';
import type { DriverEntry } from '../../../main/devices/driver-entry.ts';
import { DRIVERS } from '../../../main/devices/registry.ts';
import { type ChannelSpec, channelsOf } from '../../../main/devices/types.ts';
import {
  type ChannelConfig,
  type Connection,
  type ControlKind,
  channelConfigSchema,
  POWER_SCALES,
} from '../../../preload/contract/devices.ts';

const drivers = DRIVERS.map(({ driver }) => driver);

/** What people and other programs write into names: signs of the format itself, formulas, other scripts. */
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength }),
      fc.string({
        unit: fc.constantFrom('"', ',', ';', '\n', '\t', "'", '=', '-', '1', 'a', ' ', 'ü'),
        minLength: 1,
        maxLength,
      }),
    )
    .map((value) => value.replaceAll('\r', '').slice(0, maxLength).trim())
    .filter((value) => value !== '');

const safeStateOf = (control: ControlKind): fc.Arbitrary<ChannelConfig['safeState']> => {
  switch (control.kind) {
    case 'switch':
      return fc.boolean();
    case 'number':
      return fc.double({ min: control.minimum, max: control.maximum, noNaN: true }).map((value) => value + 0);
    case 'choice':
      return fc.constantFrom(...control.options.map(({ value }) => value));
    case 'time-table':
      return fc.constantFrom('00:00 5000W 30%', '00:00 5000W 30%; 02:00 5000W 100% grid');
  }
};

const channelOf = ({ channelId, control }: ChannelSpec): fc.Arbitrary<ChannelConfig> =>
  fc
    .record({
      channelId: fc.constant(channelId),
      name: text(80),
      role: fc.constantFrom(...channelConfigSchema.shape.role.options),
      use: fc.constantFrom('primary' as const, 'check' as const),
      priority: fc.integer({ min: 1, max: 9 }),
      safeState: control === null ? fc.constant(null) : safeStateOf(control.control),
      ratedPowerW: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0)),
      rules: fc.option(
        fc.record({
          minOnMs: fc.integer({ min: 0, max: 1e7 }),
          minOffMs: fc.integer({ min: 0, max: 1e7 }),
          maxSwitchesPerHour: fc.integer({ min: 1, max: 100 }),
          writeBudgetPerDay: fc.integer({ min: 1, max: 10_000 }),
        }),
      ),
      controllable: control === null ? fc.constant(false) : fc.boolean(),
      powerScale: fc.option(fc.constantFrom(...POWER_SCALES), { nil: undefined }),
    })
    .map(({ powerScale, ...rest }) => (powerScale === undefined ? rest : { ...rest, powerScale }));

const connectionOf = ({ driver, sample }: DriverEntry): fc.Arbitrary<Connection> =>
  fc
    .record({
      host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
      port: fc.integer({ min: 1, max: 65_535 }),
      unitId: driver.needsUnitId
        ? fc.integer({ min: 0, max: 247 })
        : fc.option(fc.integer({ min: 0, max: 247 }), { nil: undefined }),
      encryption: fc.option(fc.constantFrom('off' as const, 'verify' as const), { nil: undefined }),
      note: text(60),
    })
    .map(({ note, unitId, encryption, ...place }) => {
      const wordy = (driver.options ?? []).find(
        ({ kind, name }) => kind === 'text' && sample.connection?.options?.[name] === undefined,
      );
      const options = { ...sample.connection?.options, ...(wordy ? { [wordy.name]: note } : {}) };
      const wished = {
        ...place,
        ...(unitId === undefined ? {} : { unitId }),
        ...(encryption === undefined ? {} : { encryption }),
        ...(Object.keys(options).length === 0 ? {} : { options }),
      };
      const parsed = driver.connectionSchema.safeParse(wished);
      return parsed.success ? parsed.data : null;
    })
    .filter((connection) => connection !== null);

const device = fc.constantFrom(...DRIVERS).chain((entry) =>
  connectionOf(entry).chain((connection) => {
    const specs = channelsOf(entry.driver, connection).slice(0, 4);
    return fc.record({
      name: text(80),
      driverId: fc.constant(entry.driver.id),
      connection: fc.constant(connection),
      channels: fc.tuple(...specs.map(channelOf)).map((channels) => channels),
    });
  }),
);
const devices = fc.uniqueArray(device, {
  minLength: 1,
  maxLength: 4,
  comparator: (a, b) =>
    a.name === b.name || JSON.stringify([a.driverId, a.connection]) === JSON.stringify([b.driverId, b.connection]),
});

describe('a list of devices', () => {
  it('comes back as it was sent out', () => {
    fc.assert(
      fc.property(devices, fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\uFEFF'), (sent, newline, mark) => {
        const csv = mark + exportDevices(sent).replaceAll('\n', newline);
        const { rows, problems } = importDevices(csv, drivers);
        expect(problems).toEqual([]);
        expect(rows.map(({ line, ...row }) => row)).toEqual(sent);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('of any text whatever is read or refused with a line and a fix, and never half', () => {
    const noise = fc.oneof(
      fc.string(),
      fc
        .array(fc.array(fc.string(), { maxLength: 8 }), { maxLength: 6 })
        .map((lines) => lines.map((cells) => cells.join(',')).join('\n')),
      devices.chain((sent) =>
        fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 3 })).map(([at, bit]) => {
          const csv = exportDevices(sent);
          return csv.slice(0, at % csv.length) + bit + csv.slice((at % csv.length) + 1);
        }),
      ),
    );
    fc.assert(
      fc.property(noise, (csv) => {
        const { rows, problems } = importDevices(csv, drivers);
        for (const { line, message, fix } of problems) {
          expect(line).toBeGreaterThan(0);
          expect(message.length).toBeGreaterThan(5);
          expect(fix.length).toBeGreaterThan(5);
        }
        const troubled = new Set(problems.map((problem) => problem.device));
        for (const { name } of rows) expect(troubled.has(name)).toBe(false);
        expect(rows.length + problems.length).toBeGreaterThan(csv.trim().includes('\n') ? 0 : -1);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
