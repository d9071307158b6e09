import fc from 'fast-check';
import { channelId, deviceId } from '../../../main/ids.ts';
import type { Setpoint } from '../../../preload/contract/base.ts';
import { type ChannelRef, type DailyWindow, DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import { wallClock } from './berlin.ts';
import { quietAt } from './envelopes.ts';
import type { EnvelopeFacts, WriteFacts } from './facts.ts';
import type { House } from './house.ts';
import { HOME } from './snapshots.ts';
import { SHED_ID } from './telemetry.ts';
import { running } from './world-loads.ts';

const refOf = (id: string): ChannelRef => ({ deviceId: deviceId(id), channelId: channelId('switch:0') });
/** The wall button that stops the house. */
export const BUTTON: ChannelRef = { deviceId: deviceId('button'), channelId: channelId('input:0') };
const SHED: ChannelRef = { deviceId: SHED_ID, channelId: channelId('temp') };
/** How long a reading of another load counts as known, ms; less than the product allows, so that the oracle knows less. */
const KNOWN_MS = 30_000;

/** A random envelope of the world's house: each part is there now and then. */
export const worldEnvelopes: fc.Arbitrary<Safety> = fc
  .record({
    fuseA: fc.constantFrom(null, 16, 32, 63),
    inverterMaxW: fc.constantFrom(null, null, 3_000, 9_000),
    batteryMaxChargeW: fc.constantFrom(null, 1_500, 4_000),
    batteryMaxDischargeW: fc.constantFrom(null, 1_000, 4_000),
    apart: fc.boolean(),
    kept: fc.constantFrom(false, false, true),
    quiet: fc.constantFrom<DailyWindow | null>(
      null,
      { from: '12:30', to: '16:00', days: [] },
      { from: '23:00', to: '05:00', days: [] },
      { from: '00:00', to: '23:59', days: [] },
      { from: '00:00', to: '23:59', days: [6, 7] },
      { from: '22:00', to: '06:00', days: [1, 3] },
      // Over the hour that a change of the clocks takes away or gives twice.
      { from: '02:30', to: '03:30', days: [] },
    ),
    maximumC: fc.constantFrom(null, 35),
    perMinute: fc.constantFrom(null, 500, 2_000),
    safeImportW: fc.constantFrom(1_000, 4_000),
    asks: fc.constantFrom<readonly Safety['approvals'][number][]>(
      [],
      [],
      [{ channel: refOf('miner'), ask: 'always', firstTime: false, abovePowerW: null }],
      [{ channel: refOf('boiler'), ask: 'sometimes', firstTime: false, abovePowerW: 1_500 }],
    ),
    button: fc.boolean(),
  })
  .map(
    ({ apart, kept, quiet, maximumC, perMinute, asks, button, ...plain }): Safety => ({
      ...DEFAULT_SAFETY,
      ...plain,
      approvals: [...asks],
      stopInputs: button ? [{ id: 'wall', channel: BUTTON, stopsWhen: 'on' }] : [],
      interlocks: [
        ...(apart
          ? [{ id: 'apart', kind: 'never-together' as const, first: refOf('miner'), second: refOf('boiler') }]
          : []),
        ...(kept ? [{ id: 'kept', kind: 'not-from-battery' as const, load: refOf('wallbox') }] : []),
      ],
      quietWindows: quiet
        ? [{ id: 'quiet', name: 'Rest', window: quiet, channels: [refOf('miner'), refOf('wallbox')] }]
        : [],
      temperatureLimits:
        maximumC === null ? [] : [{ id: 'shed', sensor: SHED, minimumC: null, maximumC, channels: [refOf('miner')] }],
      ramps: perMinute === null ? [] : [{ id: 'slow', channel: refOf('charger'), perMinute }],
    }),
  );

/** Keeps the envelope, and a forecast of the battery that stays at one level for the next hours. */
export const writeEnvelope = (house: House, safety: Safety, poorPct: number | null): void => {
  const now = house.clock.now();
  house.store().safety.set(HOME, safety, 'Ada', now);
  if (poorPct === null) return;
  const points = Array.from({ length: 24 }, (_, index) => ({
    at: now + (index + 1) * 900_000,
    p10: poorPct,
    p50: 90,
    p90: 100,
  }));
  house.store().forecasts.put({
    siteId: HOME,
    kind: 'soc',
    issuedAt: now,
    stepMs: 900_000,
    version: null,
    servedBy: 'baseline',
    because: 'test',
    points,
  });
};

/** What the oracle knows of another load: what was read of it, and when by the clock that never jumps. */
export interface Seen {
  readonly lastRead: Setpoint | null;
  readonly readMs: number;
  readonly controllable: boolean;
}

/** The oracle's own look at what a person wrote down, at the moment of a write. */
export const worldEnvelopeFacts = (
  house: House,
  id: string,
  seenOf: (id: string) => Seen,
  leaseMs: number,
  minOnMs: number,
): EnvelopeFacts => {
  const now = house.clock.now();
  const safety = house.store().safety.get(HOME);
  const live = house.meters.telemetry.live(HOME);
  const usable = ({ value, measuredAt, freshness }: typeof live.loadW): WriteFacts['soc'] =>
    value === null || measuredAt === null
      ? null
      : { value, usable: freshness === 'fresh' && measuredAt - now <= 60_000 && Number.isFinite(value) };
  const isOwn = (ref: ChannelRef): boolean => ref.deviceId === id;
  const known = (other: string): Setpoint | null => {
    const { lastRead, readMs } = seenOf(other);
    return house.clock.monotonicMs() - readMs <= KNOWN_MS && house.device(other).behaviour() !== 'cached'
      ? lastRead
      : null;
  };
  const apart = safety.interlocks.flatMap((one): EnvelopeFacts['apart'] => {
    if (one.kind !== 'never-together' || !(isOwn(one.first) || isOwn(one.second))) return [];
    const state = known(isOwn(one.first) ? one.second.deviceId : one.first.deviceId);
    // What nobody has read lately the product may still know from its meter: only what is sure is held against it.
    return state === null ? [] : [running(state) ? 'runs' : 'rests'];
  });
  const kept = safety.interlocks.some((one) => one.kind === 'not-from-battery' && isOwn(one.load));
  const battery = known('battery');
  const { minute, weekday } = wallClock(now);
  const forecast = house.store().forecasts.latest(HOME, 'soc');
  const recent = forecast && Math.abs(now - forecast.issuedAt) <= 3 * 3_600_000 ? forecast.points : [];
  return {
    lost: false,
    apart,
    batteryLoose: kept && seenOf('battery').controllable && typeof battery === 'number' && battery < 0,
    quiet: safety.quietWindows.some(({ window, channels }) => channels.some(isOwn) && quietAt(window, weekday, minute)),
    warmth: safety.temperatureLimits
      .filter(({ channels }) => channels.some(isOwn))
      .map(({ minimumC, maximumC }) => ({ c: house.meters.shedC(), low: minimumC, high: maximumC })),
    batteryC: usable(live.batteryTempC),
    batteryLowC: safety.batteryMinimumC,
    batteryHighC: safety.batteryMaximumC,
    limits: null,
    mostInW: Math.min(
      safety.batteryMaxChargeW ?? Number.POSITIVE_INFINITY,
      safety.inverterMaxW ?? Number.POSITIVE_INFINITY,
    ),
    mostOutW: Math.min(
      safety.batteryMaxDischargeW ?? Number.POSITIVE_INFINITY,
      safety.inverterMaxW ?? Number.POSITIVE_INFINITY,
    ),
    inverterW: safety.inverterMaxW,
    houseW: usable(live.loadW),
    ownPhasesA: [],
    drawsOn: 1,
    phases: 1,
    fuseA: safety.fuseA,
    volts: safety.voltageV,
    upAMinute: safety.ramps.find(({ channel }) => isOwn(channel))?.perMinute ?? null,
    poor: recent.map(({ at, p10 }) => ({ hoursAhead: (at - now) / 3_600_000, pct: p10 })),
    capacityKwh: house.store().settings.get(HOME).batteryCapacityKwh,
    hours: Math.max(minOnMs, leaseMs) / 3_600_000,
  };
};
