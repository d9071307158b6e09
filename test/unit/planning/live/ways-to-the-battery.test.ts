import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelSnapshot } from '../../../../main/control/types.ts';
import { channelId } from '../../../../main/ids.ts';
import { limitsFor, modeFor, wayOf } from '../../../../main/planning/live/battery-way.ts';
import { houseNow, setpointFor, worthWriting, writesLeft } from '../../../../main/planning/live/following.ts';
import type { Does, Intent } from '../../../../main/planning/live/intent.ts';
import { tableFor, tableServes } from '../../../../main/planning/live/time-table.ts';
import { localMinute } from '../../../../main/zone.ts';
import type { ChannelRole } from '../../../../preload/contract/devices.ts';
import { parseTimeTable } from '../../../../preload/contract/time-table.ts';
import { channelOf, configOf, liveOf, measure } from '../../../support/control/snapshots.ts';
import { PLAN_AT, QUARTER } from '../../../support/planning/live-plans.ts';

const number = (id: string, role: ChannelRole, unit: string, minimum: number, more: Partial<ChannelSnapshot> = {}) =>
  channelOf({
    config: configOf({
      channelId: channelId(id),
      role,
      rules: { minOnMs: 0, minOffMs: 0, maxSwitchesPerHour: 99, writeBudgetPerDay: 1_000 },
    }),
    control: { kind: 'number', unit, minimum, maximum: 10_000, step: 10 },
    current: { value: 0, ageMs: 1_000 },
    ...more,
  });
const SETPOINT = number('grid-setpoint', 'grid', 'W', -10_000);
const POWER = number('power', 'battery', 'kW', -10);
const CHARGE = number('charge-limit', 'battery', 'A', -1);
const DISCHARGE = number('discharge-limit', 'battery', 'W', -1);
const MODE = channelOf({
  config: configOf({ channelId: channelId('battery'), role: 'battery' }),
  control: { kind: 'choice', options: ['normal', 'hold', 'charge'].map((value) => ({ value, label: value })) },
});
const TABLE = channelOf({ control: { kind: 'time-table', slots: 6, maximumW: 8_000 } });
const MINIMUM = number('minimum-soc', 'battery', '%', 0);

describe('the way to a battery', () => {
  it.each([
    ['the setpoint at the meter before everything', [TABLE, POWER, SETPOINT], 'follows'],
    ['its own signed power', [TABLE, POWER, MODE], 'follows'],
    ['a mode by name', [DISCHARGE, TABLE, MODE], 'choice'],
    ['a table of the day', [DISCHARGE, TABLE, MINIMUM], 'table'],
    ['limits', [MINIMUM, CHARGE, DISCHARGE], 'limits'],
    ['none', [MINIMUM, number('limit', 'ev', 'W', -10)], 'none'],
  ])('is %s', (_, channels, kind) => {
    expect(wayOf(channels).kind).toBe(kind);
  });

  it('is none that nobody has allowed', () => {
    expect(wayOf([{ ...SETPOINT, config: { ...SETPOINT.config, controllable: false } }]).kind).toBe('none');
  });

  it('by name and by limits does what comes nearest', () => {
    const asked: readonly Does[] = ['self', 'surplus', 'house', 'hold', 'charge', 'discharge'];
    expect(asked.map((does) => modeFor(does, MODE))).toEqual(['normal', 'hold', 'normal', 'hold', 'charge', 'normal']);
    expect(asked.map((does) => limitsFor(does).discharge)).toEqual(['open', 'shut', 'open', 'shut', 'shut', 'open']);
    expect(asked.map((does) => limitsFor(does).charge)).toEqual(['open', 'open', 'shut', 'shut', 'open', 'shut']);
  });
});

describe('a setpoint that follows', () => {
  const way = wayOf([SETPOINT]);
  if (way.kind !== 'follows') throw new Error('no way');
  const LIMITS = { floorPct: 20, maxChargeKw: 5, maxDischargeKw: 5, maxExportKw: 10 };
  const HOLD: Intent = { does: 'hold', targetKw: 0, leastKw: 0, mostKw: 0, capKw: Number.POSITIVE_INFINITY };
  const SELF: Intent = { ...HOLD, does: 'self', leastKw: -5, mostKw: 5 };
  const now = (netKw: number, socPct = 50) => ({ netKw, socPct, gridKw: 0 });

  it('holds the meter where the house is, and leaves what the inverter does by itself to it', () => {
    expect(setpointFor(way, HOLD, now(1.234), LIMITS)).toBe(1_230);
    expect(setpointFor(way, HOLD, now(-2.5), LIMITS)).toBe(-2_500);
    expect(setpointFor(way, SELF, now(1.234), LIMITS)).toBe(0);
    // Empty, it would give nothing: the setpoint says so, whatever the inverter's own floor is.
    expect(setpointFor(way, SELF, now(1.234, 20), LIMITS)).toBe(1_230);
  });

  it('is known from meter and battery alone, and from nothing that is not fresh', () => {
    const live = liveOf({ gridW: measure(1_500), batteryW: measure(-500), socPct: measure(60, 1_000, 'fresh', '%') });
    expect(houseNow(live)).toMatchObject({ netKw: 2, socPct: 60 });
    for (const dark of ['gridW', 'batteryW', 'socPct'] as const) {
      expect(houseNow({ ...live, [dark]: measure(1_500, 1_000, 'stale') })).toBeNull();
      expect(houseNow({ ...live, [dark]: measure(1_500, 60_000) })).toBeNull();
      expect(houseNow({ ...live, [dark]: measure(null) })).toBeNull();
      expect(houseNow({ ...live, [dark]: measure(Number.NaN) })).toBeNull();
    }
  });

  it('is written at once for another intent, never for noise, and more seldom the fewer writes are left', () => {
    const last = { value: 1_000, atMs: 0, intent: HOLD };
    const at = (monotonicMs: number, intent = HOLD) => ({ intent, monotonicMs, dayLeftMs: 3_600_000 });
    expect(worthWriting(way, 1_060, 1_000, last, at(600_000))).toBe(false);
    expect(worthWriting(way, 1_300, 1_000, last, at(10_000))).toBe(false);
    expect(worthWriting(way, 1_300, 1_000, last, at(31_000))).toBe(true);
    expect(worthWriting(way, 4_000, 1_000, last, at(16_000))).toBe(true);
    expect(worthWriting(way, 0, 1_000, last, at(1_000, SELF))).toBe(true);
    const spent = { ...way, channel: { ...way.channel, writesToday: 890 } };
    expect(writesLeft(spent.channel)).toBe(10);
    expect(worthWriting(spent, 1_300, 1_000, last, at(31_000))).toBe(false);
    expect(worthWriting(spent, 1_300, 1_000, last, at(361_000))).toBe(true);
  });
});

describe('a table for a plan', () => {
  const intent = fc.record({
    does: fc.constantFrom<Does>('self', 'surplus', 'house', 'hold', 'charge', 'discharge'),
    mostKw: fc.double({ min: -5, max: 5, noNaN: true }),
  });
  const inputOf = (wishes: readonly { does: Does; mostKw: number; socPct: number }[], now: number) => ({
    ...{ startAt: PLAN_AT, stepMs: QUARTER, zone: 'Europe/Berlin', slots: 6, maximumW: 5_000, floorPct: 20, now },
    steps: wishes.map(({ socPct }) => ({ socPct })),
    intents: wishes.map(({ does, mostKw }) => ({
      ...{ does, mostKw, targetKw: 0, leastKw: 0, capKw: Number.POSITIVE_INFINITY },
    })),
  });

  it('fits the inverter whatever is planned, keeps the floor, and does now what is intended now', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(intent, fc.double({ min: 0, max: 100, noNaN: true }), fc.integer({ min: 1, max: 12 })), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 0, max: 10 }),
        (stretches, later) => {
          const wishes = stretches.flatMap(([one, socPct, length]) =>
            Array.from({ length }, () => ({ ...one, socPct })),
          );
          const now = PLAN_AT + Math.min(later, wishes.length - 1) * QUARTER + 1_000;
          const text = tableFor(inputOf(wishes, now));
          if (text === null) throw new Error('no table');
          const table = parseTimeTable(text);
          if ('problem' in table) throw new Error(table.problem);
          expect(table.slots).toHaveLength(6);
          expect(table.slots[0]?.startMinute).toBe(0);
          for (const { socPct, powerW } of table.slots) {
            expect(socPct).toBeGreaterThanOrEqual(20);
            expect(powerW).toBeLessThanOrEqual(5_000);
          }
          const minute = localMinute(now, 'Europe/Berlin');
          const current = table.slots.findLast(({ startMinute }) => startMinute <= minute);
          const wanted = wishes[Math.floor((now - PLAN_AT) / QUARTER)];
          expect(current?.gridCharge).toBe(wanted?.does === 'charge');
          expect(current?.sell).toBe(wanted?.does === 'discharge');
          expect(tableServes(text, text, now, 'Europe/Berlin')).toBe(true);
        },
      ),
    );
  });

  it('leaves the hours that nobody has planned to the battery itself', () => {
    const night = Array.from({ length: 8 }, () => ({ does: 'charge' as const, mostKw: 5, socPct: 90 }));
    const text = tableFor(inputOf(night, PLAN_AT)) ?? '';
    const table = parseTimeTable(text);
    if ('problem' in table) throw new Error(table.problem);
    // 13:00 to 15:00 in Berlin.
    expect(table.slots.filter(({ gridCharge }) => gridCharge).map(({ startMinute }) => startMinute)).toEqual([13 * 60]);
    expect(tableServes(text, text.replace('90%', '91%'), PLAN_AT, 'Europe/Berlin')).toBe(true);
    expect(tableServes(text, text.replace('90% grid', '90%'), PLAN_AT, 'Europe/Berlin')).toBe(false);
    expect(tableServes(`off; ${text}`, text, PLAN_AT, 'Europe/Berlin')).toBe(false);
  });
});
