import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { answerCall } from '../../../main/devices/ocpp/answers.ts';
import { parseFrame } from '../../../main/devices/ocpp/frames.ts';
import type { ChargePointMemory } from '../../../main/devices/ocpp/memory.ts';
import { meterValuesSchema } from '../../../main/devices/ocpp/messages.ts';
import {
  limitOf,
  profileRequest,
  shownBy,
  type Wish,
  wishEndsMs,
  wishedA,
} from '../../../main/devices/ocpp/profiles.ts';
import { type Samples, withMeterValues } from '../../../main/devices/ocpp/samples.ts';

const NOW = Date.UTC(2026, 5, 1, 12);

const samplesOf = (sampledValue: object[], timestamp = new Date(NOW).toISOString(), known: Samples = new Map()) => {
  const message = meterValuesSchema.parse({ connectorId: 1, meterValue: [{ timestamp, sampledValue }] });
  return withMeterValues(known, message, NOW);
};
const valuesOf = (samples: Samples) => Object.fromEntries([...samples].map(([name, { value }]) => [name, value]));

describe('meter values of a charger', () => {
  it('are turned into our units, totals before lines', () => {
    const samples = samplesOf([
      { value: '7.2', measurand: 'Power.Active.Import', unit: 'kW' },
      { value: '9', measurand: 'Power.Active.Import', unit: 'W', phase: 'L1' },
      { value: '12.25', measurand: 'Energy.Active.Import.Register', unit: 'kWh' },
      { value: '16', measurand: 'Current.Offered' },
      { value: '71', measurand: 'SoC', unit: 'Percent', location: 'EV' },
    ]);
    expect(valuesOf(samples)).toEqual({ powerW: 7_200, energyKwh: 12.25, offeredA: 16, socPct: 71 });
  });

  it('are Wh of imported energy where nothing is said', () => {
    expect(valuesOf(samplesOf([{ value: '12345' }]))).toEqual({ energyKwh: 12.345 });
  });

  it('are summed over the lines, and reckoned from current and voltage only as an estimate', () => {
    const lines = ['L1', 'L2', 'L3'].map((phase) => ({ value: '1000', measurand: 'Power.Active.Import', phase }));
    expect(samplesOf(lines).get('powerW')).toMatchObject({ value: 3_000, estimated: false });
    const reckoned = samplesOf([
      { value: '10', measurand: 'Current.Import', phase: 'L1' },
      { value: '0', measurand: 'Current.Import', phase: 'L2' },
      { value: '230', measurand: 'Voltage', phase: 'L1-N' },
    ]);
    expect(reckoned.get('powerW')).toMatchObject({ value: 2_300, estimated: true });
    expect(reckoned.get('currentA')?.value).toBe(10);
  });

  it.each([
    ['text', [{ value: 'n/a', measurand: 'SoC' }]],
    ['nothing', [{ value: '', measurand: 'SoC' }]],
    ['a signed block', [{ value: '12', measurand: 'SoC', format: 'SignedData' }]],
    ['current without voltage', [{ value: '10', measurand: 'Current.Export', phase: 'L1' }]],
  ])('are left out where the value is %s', (_, sampled) => {
    expect(valuesOf(samplesOf(sampled))).toEqual({});
  });

  it('that were kept while the charger was cut off are no measurement of now', () => {
    const soc = { value: '50', measurand: 'SoC' };
    expect(valuesOf(samplesOf([soc], new Date(NOW - 600_000).toISOString()))).toEqual({});
    const asked = samplesOf([{ ...soc, context: 'Trigger' }], new Date(NOW - 600_000).toISOString());
    expect(asked.get('socPct')?.measuredAt).toBe(NOW);
    expect(samplesOf([soc], new Date(NOW + 3_600_000).toISOString()).get('socPct')?.measuredAt).toBe(NOW);
    expect(samplesOf([soc], 'yesterday').get('socPct')?.measuredAt).toBe(NOW);
    const newer = samplesOf([soc]);
    const late = samplesOf([{ ...soc, value: '40' }], new Date(NOW - 30_000).toISOString(), newer);
    expect(valuesOf(late)).toEqual({ socPct: 50 });
  });
});

describe('profiles', () => {
  const ground = { connectorId: 1, unit: 'A' as const, phases: 3, now: Date.parse('2026-08-19T18:00:00Z') };

  it('are written as the published frames have them', () => {
    expect(profileRequest(ground, { limitA: 0, stackLevel: 10, durationMs: null })).toEqual({
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 12,
        stackLevel: 10,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          startSchedule: '2026-08-19T17:59:00.000Z',
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }],
        },
      },
    });
  });

  it('say nothing of a limit where there is none', () => {
    expect(limitOf({ status: 'Accepted' }, 3)).toBeNull();
    const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [] };
    expect(limitOf({ status: 'Accepted', chargingSchedule: schedule }, 3)).toBeNull();
  });

  const part = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 1e9 }));
  const wish: fc.Arbitrary<Wish> = fc.record({
    charging: fc.boolean(),
    limitA: fc.oneof(fc.constant(0), fc.integer({ min: 6, max: 32 })),
    chargingUntilMs: part,
    limitUntilMs: part,
  });

  it('show a wish as it was asked where the charger follows it, and the truth where it does not', () => {
    fc.assert(
      fc.property(wish, fc.integer({ min: 0, max: 32 }), (asked, other) => {
        expect(shownBy(wishedA(asked), asked)).toEqual({
          charging: asked.charging,
          limitA: asked.limitA,
          isOurs: true,
        });
        if (other === wishedA(asked)) return;
        const shown = shownBy(other, asked);
        expect(shown.charging).toBe(other > 0);
        if (other > 0) expect(shown.limitA).toBe(other);
      }),
    );
  });

  it('never let a charger go on charging longer than either lease', () => {
    fc.assert(
      fc.property(wish, (asked) => {
        const ends = wishEndsMs(asked);
        if (wishedA(asked) > 0) {
          expect(ends).toBeLessThanOrEqual(asked.chargingUntilMs);
          expect(ends).toBeLessThanOrEqual(asked.limitUntilMs);
        } else expect([asked.chargingUntilMs, asked.limitUntilMs]).toContain(ends);
      }),
    );
  });
});

describe('frames', () => {
  const memory = (): ChargePointMemory => ({ boot: null, connectors: new Map(), lastTransactionId: 0 });

  it.each([
    ['[2,"a","Heartbeat",{}]', 'call'],
    ['[3,"a",{}]', 'result'],
    ['[4,"a","NotImplemented","",{}]', 'error'],
    ['[4,"a","GenericError"]', 'error'],
  ])('%s is a %s', (text, kind) => {
    expect(parseFrame(text)?.kind).toBe(kind);
  });

  it('of any kind are read or refused, never thrown at us', () => {
    const clock = replayClock(NOW);
    const action = fc.constantFrom('BootNotification', 'MeterValues', 'StatusNotification', 'StartTransaction', 'Odd');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), action, fc.object(), (text, name, payload) => {
        parseFrame(text);
        const frame = parseFrame(JSON.stringify([2, 'id', name, payload]));
        if (frame?.kind === 'call') expect(['result', 'error']).toContain(answerCall(frame, memory(), clock).kind);
      }),
    );
  });
});
