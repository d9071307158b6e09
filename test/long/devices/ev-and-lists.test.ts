import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { importDevices } from '../../../main/devices/device-csv.ts';
import { createRecordBook } from '../../../main/devices/discovery/records.ts';
import { evccReadings } from '../../../main/devices/evcc/readings.ts';
import { changesOf, merged, stateOf } from '../../../main/devices/evcc/state.ts';
import { answerCall } from '../../../main/devices/ocpp/answers.ts';
import { parseFrame } from '../../../main/devices/ocpp/frames.ts';
import type { ChargePointMemory } from '../../../main/devices/ocpp/memory.ts';
import { compositeSchema } from '../../../main/devices/ocpp/messages.ts';
import { limitOf } from '../../../main/devices/ocpp/profiles.ts';
import { DRIVERS } from '../../../main/devices/registry.ts';

const RUNS = { numRuns: 100_000 };
const TIMES = { measuredAt: 1, receivedAt: 2 };
const drivers = DRIVERS.map(({ driver }) => driver);

const key = fc.oneof(
  fc.constantFrom(
    'loadpoints',
    'grid',
    'battery',
    'pvPower',
    'homePower',
    'loadpoints.0.chargePower',
    '__proto__',
    'result',
  ),
  fc.string(),
);
const state = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }));

describe('100,000 inputs', () => {
  it('to the state of evcc give finite numbers or nothing', () => {
    fc.assert(
      fc.property(state, state, (whole, changes) => {
        const first = stateOf(whole);
        const message = changesOf(changes);
        const after = first && message ? merged(first, message) : first;
        if (after) for (const { value } of evccReadings(after, TIMES)) expect(Number.isFinite(value)).toBe(true);
      }),
      RUNS,
    );
  });

  it('as frames of a charger are answered or refused, and samples are finite and never of the future', () => {
    const now = Date.UTC(2026, 5, 1);
    const clock = replayClock(now);
    const sampled = fc.record(
      {
        value: fc.oneof(fc.string(), fc.double().map(String), fc.double()),
        measurand: fc.constantFrom('Power.Active.Import', 'Voltage', 'Current.Import', 'SoC', 'Current.Offered', 'Odd'),
        phase: fc.constantFrom('L1', 'L2', 'L1-N', 'N', ''),
        unit: fc.constantFrom('kW', 'W', 'Wh', 'kWh', 'x'),
        context: fc.constantFrom('Trigger', 'Sample.Periodic'),
        format: fc.constantFrom('Raw', 'SignedData'),
      },
      { requiredKeys: ['value'] },
    );
    const values = fc.record({
      connectorId: fc.integer({ min: 0, max: 2 }),
      meterValue: fc.array(
        fc.record({
          timestamp: fc.oneof(
            fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
            fc.string(),
          ),
          sampledValue: fc.array(sampled, { maxLength: 6 }),
        }),
        { maxLength: 3 },
      ),
    });
    const action = fc.constantFrom('MeterValues', 'BootNotification', 'StatusNotification', 'StartTransaction', 'Odd');
    fc.assert(
      fc.property(fc.string(), action, fc.oneof(values, fc.object({ maxDepth: 2 })), (noise, name, payload) => {
        parseFrame(noise);
        const memory: ChargePointMemory = { boot: null, connectors: new Map(), lastTransactionId: 0 };
        const frame = parseFrame(JSON.stringify([2, 'id', name, payload]));
        if (frame?.kind !== 'call') return;
        expect(['result', 'error']).toContain(answerCall(frame, memory, clock).kind);
        for (const { samples } of memory.connectors.values())
          for (const { value, measuredAt } of samples.values()) {
            expect(Number.isFinite(value)).toBe(true);
            expect(measuredAt).toBeLessThanOrEqual(now);
          }
      }),
      RUNS,
    );
  });

  it('as schedules give a finite limit or none', () => {
    const schedule = fc.record({
      status: fc.constantFrom('Accepted', 'Rejected'),
      chargingSchedule: fc.record({
        chargingRateUnit: fc.constantFrom('A', 'W', ''),
        chargingSchedulePeriod: fc.array(
          fc.record({ startPeriod: fc.integer(), limit: fc.double(), numberPhases: fc.constantFrom(0, 1, 3) }),
          { maxLength: 3 },
        ),
      }),
    });
    fc.assert(
      fc.property(schedule, (value) => {
        const parsed = compositeSchema.safeParse(JSON.parse(JSON.stringify(value)));
        const limitA = parsed.success ? limitOf(parsed.data, 3) : null;
        if (limitA !== null) expect(Number.isFinite(limitA)).toBe(true);
      }),
      RUNS,
    );
  });

  it('as lists of devices are read or refused with a line, and as announcements are let be', () => {
    const cell = fc.oneof(
      fc.constantFrom('device', 'driver', 'host', 'evcc', 'A', '"', ',', '\n', '10.0.0.1'),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 25 }), (cells) => {
        const { problems } = importDevices(`device,driver,host\n${cells.join('')}`, drivers);
        for (const { line } of problems) expect(line).toBeGreaterThan(0);
        const book = createRecordBook(['_http._tcp']);
        book.add(
          [
            { name: cells[0] ?? '', type: 'SRV', data: cells },
            { name: 'x', type: 'PTR', data: cells[1] },
          ],
          'y',
        );
        book.announcements();
        book.questions();
      }),
      RUNS,
    );
  });
});
