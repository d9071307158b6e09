import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { channelsOf, type Driver } from '../../../main/devices/types.ts';
import { victronGxMqtt } from '../../../main/devices/victron/gx-mqtt-driver.ts';
import { settingReadings } from '../../../main/devices/victron/gx-mqtt-settings.ts';
import { createGxTree } from '../../../main/devices/victron/gx-mqtt-tree.ts';
import { echoOf, parseNotice, parseTopic } from '../../../main/devices/victron/mqtt-topics.ts';
import { venusReadings } from '../../../main/devices/victron/venus-readings.ts';
import {
  diagnosticsSchema,
  envelopeSchema,
  installationsSchema,
  looseNumber,
  meSchema,
  overviewSchema,
  statsSchema,
  widgetSchema,
} from '../../../main/devices/victron/vrm-answers.ts';
import { createBatteryWidget } from '../../../main/devices/victron/vrm-battery.ts';
import { victronVrm } from '../../../main/devices/victron/vrm-driver.ts';
import { valuesOfRows } from '../../../main/devices/victron/vrm-values.ts';
import type { Reading } from '../../../main/reading.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const PORTAL = 'c0619ab27f31';
const SENSORS = { host: 'gx', port: 1883, options: { sensors: '24' } };

/** Finite, declared, with bounds, and never newer than it came. */
const sound = (driver: Driver, readings: readonly Reading[]): void => {
  const specs = channelsOf(driver, SENSORS);
  for (const { channelId, metric, value, measuredAt, receivedAt } of readings) {
    expect(Number.isFinite(value)).toBe(true);
    const spec = specs.find((channel) => channel.channelId === channelId);
    expect(spec?.metrics).toContain(metric);
    expect(spec?.bounds[metric]).toBeDefined();
    expect(measuredAt).toBeLessThanOrEqual(receivedAt);
  }
};

const SCHEMAS: readonly z.ZodType[] = [
  diagnosticsSchema,
  envelopeSchema,
  installationsSchema,
  meSchema,
  overviewSchema,
  statsSchema,
  widgetSchema,
];

const place = fc.constantFrom(
  ['system', 'Dc/Battery/Soc'],
  ['system', 'Dc/Battery/Power'],
  ['system', 'Dc/Battery/Voltage'],
  ['system', 'Ac/Grid/L1/Power'],
  ['system', 'Ac/Grid/L2/Power'],
  ['system', 'Ac/Consumption/L1/Power'],
  ['system', 'Ac/Consumption/L3/Power'],
  ['system', 'Dc/Pv/Power'],
  ['system', 'ActiveBatteryService'],
  ['system', 'Relay/0/State'],
  ['battery', 'Capacity'],
  ['battery', 'Dc/0/Temperature'],
  ['grid', 'Ac/Energy/Forward'],
  ['temperature', 'Temperature'],
  ['hub4', 'Overrides/Setpoint'],
  ['settings', 'Settings/SystemSetup/MaxChargeCurrent'],
  ['settings', 'Settings/CGwacs/MaxDischargePower'],
);
const instance = fc.constantFrom(0, 0, 0, 24, 512);
const anyValue = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.double().map(String),
  fc.constant(null),
  fc.jsonValue(),
);

const row = fc.record(
  {
    dbusServiceType: fc.oneof(
      place.map(([service]) => service),
      fc.string(),
      fc.constant(null),
    ),
    dbusPath: fc.oneof(
      place.map(([, path]) => `/${path}`),
      fc.string(),
      fc.constant(null),
    ),
    code: fc.oneof(fc.constantFrom('bs', 'Pdc', 'g1', 'constructor', '__proto__'), fc.string()),
    instance: fc.oneof(instance, anyValue),
    rawValue: anyValue,
    timestamp: fc.oneof(
      fc.integer({ min: NOW / 1_000 - 200_000, max: NOW / 1_000 + 2_000 }),
      fc.integer({ min: NOW / 1_000 - 60, max: NOW / 1_000 }).map(String),
      anyValue,
    ),
  },
  { requiredKeys: [] },
);

const message = fc.record({
  topic: fc.oneof(
    fc.tuple(place, instance).map(([[service, path], at]) => `N/${PORTAL}/${service}/${at}/${path}`),
    fc.string(),
  ),
  payload: fc.oneof(
    anyValue.map((value) => JSON.stringify({ value })),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.string(),
    fc.constant(''),
  ),
});

/** What no input may do to the parsers of both doors: throw, or make a reading of what is none. */
export const victronParserProperties = (numRuns: number): void => {
  describe('any answer of VRM', () => {
    it('is parsed or refused, whatever it is', () => {
      const input = fc.oneof(
        fc.jsonValue(),
        fc.record({ success: fc.boolean(), records: fc.jsonValue(), totals: fc.jsonValue(), user: fc.jsonValue() }),
      );
      fc.assert(
        fc.property(input, (value) => {
          for (const schema of SCHEMAS) schema.safeParse(value);
        }),
        { numRuns },
      );
    });

    it('of rows gives sound readings only', () => {
      fc.assert(
        fc.property(fc.array(row, { maxLength: 12 }), (records) => {
          const rows = diagnosticsSchema.parse({ records });
          const { values, rejected } = valuesOfRows(rows, NOW);
          expect(rejected).toBeLessThanOrEqual(rows.length);
          sound(victronVrm, venusReadings(values, { receivedAt: NOW, sensors: [24] }));
        }),
        { numRuns },
      );
    });

    it('of a widget gives sound readings only', () => {
      const item = fc.record({ valueFloat: anyValue, value: anyValue, secondsAgo: anyValue }, { requiredKeys: [] });
      const key = fc.oneof(fc.constantFrom('47', '49', '51', '115', 'hasOldData', 'secondsAgo'), fc.string());
      fc.assert(
        fc.property(fc.dictionary(key, fc.oneof(item, fc.jsonValue())), (data) => {
          const parsed = widgetSchema.safeParse({ records: { data } });
          if (parsed.success) sound(victronVrm, createBatteryWidget().readings(parsed.data, NOW));
        }),
        { numRuns },
      );
    });

    it('of numbers in text is a number only where the whole text is one', () => {
      fc.assert(
        fc.property(fc.string(), (text) => {
          const value = looseNumber(text);
          if (value !== null) expect(Number(text.trim())).toBe(value);
        }),
        { numRuns },
      );
    });
  });

  describe('any message over MQTT', () => {
    it('is taken apart or left alone', () => {
      fc.assert(
        fc.property(fc.string(), fc.uint8Array(), (topic, bytes) => {
          parseTopic(topic);
          const payload = Buffer.from(bytes);
          echoOf(payload);
          const notice = parseNotice(payload);
          if (notice.kind === 'value' && typeof notice.value === 'number')
            expect(Number.isFinite(notice.value)).toBe(true);
        }),
        { numRuns },
      );
    });

    it('gives sound readings only', () => {
      fc.assert(
        fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
          const tree = createGxTree(PORTAL);
          for (const { topic, payload } of messages) tree.hear(topic, Buffer.from(payload), NOW - 1);
          sound(victronGxMqtt, [
            ...venusReadings(tree, { receivedAt: NOW, sensors: [24] }),
            ...settingReadings(tree, NOW),
          ]);
        }),
        { numRuns },
      );
    });
  });
};
