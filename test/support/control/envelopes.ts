import fc from 'fast-check';
import type { ChannelSnapshot, DecisionSnapshot, Proposal, Surroundings } from '../../../main/control/types.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { type ChannelRef, DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import { type EnvelopeFacts, NO_ENVELOPE } from './facts.ts';
import { mostly } from './values.ts';

const SHED: ChannelRef = { deviceId: deviceId('shed'), channelId: channelId('temp') };
const PARTNER: ChannelRef = { deviceId: deviceId('partner'), channelId: channelId('switch:0') };

export const surroundingsOf = (change: Partial<Surroundings> = {}): Surroundings => ({
  safety: DEFAULT_SAFETY,
  unreadable: [],
  local: { timeZone: 'Europe/Berlin', minute: 780, weekday: 3 },
  phases: [],
  temperatures: [],
  partners: [],
  poorSoc: null,
  ...change,
});

const orNull = (value: fc.Arbitrary<number>, weight = 6): fc.Arbitrary<number | null> =>
  mostly<number | null>(fc.constant(null), value, weight);
const clockTime = fc
  .record({ hour: fc.nat(23), minute: fc.constantFrom('00', '30') })
  .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${minute}`);

const safetyFor = (own: ChannelRef): fc.Arbitrary<Safety> =>
  fc
    .record({
      phases: fc.constantFrom(1 as const, 3 as const),
      fuseA: orNull(fc.integer({ min: 6, max: 40 }), 1),
      ownPhase: fc.constantFrom(null, 1 as const, 2 as const),
      inverterMaxW: orNull(fc.integer({ min: 500, max: 12_000 })),
      batteryMaxChargeW: orNull(fc.integer({ min: 500, max: 8_000 })),
      batteryMaxDischargeW: orNull(fc.integer({ min: 500, max: 8_000 })),
      batteryMinimumC: orNull(fc.integer({ min: -10, max: 15 }), 3),
      batteryMaximumC: orNull(fc.integer({ min: 20, max: 50 }), 3),
      apart: mostly(fc.constant(false), fc.constant(true), 7),
      notFromBattery: mostly(fc.constant(false), fc.constant(true), 7),
      quiet: mostly<{ from: string; to: string; days: number[] } | null>(
        fc.constant(null),
        fc.record({
          from: clockTime,
          to: clockTime,
          days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 5 }),
        }),
        2,
      ),
      limits: mostly<{ minimumC: number | null; maximumC: number | null } | null>(
        fc.constant(null),
        fc.record({
          minimumC: orNull(fc.integer({ min: 0, max: 10 }), 1),
          maximumC: orNull(fc.integer({ min: 20, max: 40 }), 1),
        }),
        3,
      ),
      perMinute: orNull(fc.integer({ min: 50, max: 3_000 }), 3),
    })
    .map(({ ownPhase, apart, notFromBattery, quiet, limits, perMinute, ...plain }) => ({
      ...DEFAULT_SAFETY,
      ...plain,
      channelPhases: ownPhase === null ? [] : [{ channel: own, phase: ownPhase }],
      interlocks: [
        ...(apart ? [{ id: 'apart', kind: 'never-together' as const, first: PARTNER, second: own }] : []),
        ...(notFromBattery ? [{ id: 'kept', kind: 'not-from-battery' as const, load: own }] : []),
      ],
      quietWindows: quiet === null ? [] : [{ id: 'quiet', name: 'Night', window: quiet, channels: [own] }],
      temperatureLimits: limits === null ? [] : [{ id: 'shed', sensor: SHED, ...limits, channels: [own] }],
      ramps: perMinute === null ? [] : [{ id: 'slow', channel: own, perMinute }],
    }));

/** A random envelope around one channel, and a random state of what it names. */
export const surroundingsFor = (channel: ChannelSnapshot, at: number): fc.Arbitrary<Surroundings> => {
  const own: ChannelRef = { deviceId: channel.deviceId, channelId: channel.config.channelId };
  return fc
    .record({
      safety: safetyFor(own),
      unreadable: mostly<string[]>(fc.constant([]), fc.constant(['interlocks']), 20),
      minute: fc.nat(1439),
      weekday: fc.integer({ min: 1, max: 7 }),
      measured: fc.boolean(),
      amperes: fc.array(fc.integer({ min: -30, max: 50 }), { minLength: 3, maxLength: 3 }),
      shedC: mostly<number | null>(fc.integer({ min: -5, max: 50 }), fc.constant(null), 4),
      runs: fc.constantFrom<boolean | null>(false, false, true, null),
      poorSoc: mostly(
        fc.constant(null),
        fc.array(fc.integer({ min: 5, max: 100 }), { minLength: 1, maxLength: 30 }).map((socPct) => ({
          from: at + 900_000,
          stepMs: 900_000,
          socPct,
        })),
        1,
      ),
    })
    .map(({ safety, unreadable, minute, weekday, measured, amperes, shedC, runs, poorSoc }) =>
      surroundingsOf({
        safety,
        unreadable,
        local: { timeZone: 'Europe/Berlin', minute, weekday },
        phases: measured
          ? ([1, 2, 3] as const)
              .slice(0, safety.phases)
              .map((phase) => ({ phase, currentA: amperes[phase - 1] ?? 0, ageMs: 1000 }))
          : [],
        temperatures: safety.temperatureLimits.map(({ sensor }) => ({ sensor, name: 'Shed', valueC: shedC })),
        partners: safety.interlocks.flatMap((one) =>
          one.kind === 'never-together' ? [{ channel: one.first, name: 'Partner', runs }] : [],
        ),
        poorSoc,
      }),
    );
};

const minutesOf = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
};
const WEEK = 7 * 1440;

/** By the minutes of a week from each beginning of a window. */
export const quietAt = (
  { from, to, days }: Safety['quietWindows'][number]['window'],
  weekday: number,
  minute: number,
): boolean => {
  const lasts = (minutesOf(to) - minutesOf(from) + 1440) % 1440 || 1440;
  const begins = days.length === 0 ? [1, 2, 3, 4, 5, 6, 7] : days;
  const now = weekday * 1440 + minute;
  return begins.some((day) => (now - day * 1440 - minutesOf(from) + 2 * WEEK) % WEEK < lasts);
};

const orEndless = (...numbers: readonly (number | null)[]): number =>
  Math.min(...numbers.map((number) => number ?? Number.POSITIVE_INFINITY));

const limitsOf = ({ config }: ChannelSnapshot): EnvelopeFacts['limits'] =>
  config.role !== 'battery'
    ? null
    : config.channelId === 'max-discharge'
      ? 'discharge'
      : config.channelId === 'max-charge'
        ? 'charge'
        : null;

/** The oracle's facts of the envelope, read off the snapshot field by field. */
export const envelopeFactsOf = (proposal: Proposal, snapshot: DecisionSnapshot): EnvelopeFacts => {
  const { surroundings, channel, live, at, settings } = snapshot;
  if (!surroundings) return NO_ENVELOPE;
  const { safety, local, phases, poorSoc } = surroundings;
  const usable = ({ value, measuredAt, freshness, limitMs }: typeof live.loadW) =>
    value === null || measuredAt === null
      ? null
      : { value, usable: freshness === 'fresh' && at - measuredAt <= limitMs };
  const named = safety.phases === 3 ? safety.channelPhases[0]?.phase : undefined;
  const drawsOn = named === undefined ? safety.phases : 1;
  const kept = safety.interlocks.some(({ kind }) => kind === 'not-from-battery');
  // The base load of the snapshots is smaller than their sun: the battery has nothing to give to the house.
  const lock = snapshot.others.find(({ config }) => config.channelId === 'max-discharge' && config.controllable);
  const shown = lock?.current && lock.current.ageMs <= 120_000 ? lock.current.value : null;
  return {
    lost: surroundings.unreadable.length > 0,
    apart: surroundings.partners.map(({ runs }) => (runs === null ? 'unknown' : runs ? 'runs' : 'rests')),
    batteryLoose: kept && lock !== undefined && !(typeof shown === 'number' && shown <= 200),
    quiet: safety.quietWindows.some(({ window }) => quietAt(window, local.weekday, local.minute)),
    warmth: safety.temperatureLimits.map(({ minimumC, maximumC }, index) => ({
      c: surroundings.temperatures[index]?.valueC ?? null,
      low: minimumC,
      high: maximumC,
    })),
    batteryC: usable(live.batteryTempC),
    batteryLowC: safety.batteryMinimumC,
    batteryHighC: safety.batteryMaximumC,
    limits: limitsOf(channel),
    mostInW: orEndless(safety.batteryMaxChargeW, safety.inverterMaxW),
    mostOutW: orEndless(safety.batteryMaxDischargeW, safety.inverterMaxW),
    inverterW: safety.inverterMaxW,
    houseW: usable(live.loadW),
    ownPhasesA: phases.filter(({ phase }) => named === undefined || phase === named).map(({ currentA }) => currentA),
    drawsOn,
    phases: safety.phases,
    fuseA: safety.fuseA,
    volts: safety.voltageV,
    upAMinute: safety.ramps[0]?.perMinute ?? null,
    poor: (poorSoc?.socPct ?? []).map((pct, index) => ({
      hoursAhead: ((poorSoc?.from ?? at) + index * (poorSoc?.stepMs ?? 0) - at) / 3_600_000,
      pct,
    })),
    capacityKwh: settings.batteryCapacityKwh,
    hours: Math.max(channel.config.rules?.minOnMs ?? 0, proposal.leaseMs ?? 900_000) / 3_600_000,
  };
};
