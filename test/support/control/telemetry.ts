import type { Clock } from '../../../main/clock.ts';
import { type DeviceId, deviceId, type SiteId } from '../../../main/ids.ts';
import { ok, temporary } from '../../../main/result.ts';
import type { Store } from '../../../main/store/types.ts';
import type { FreshReading, Telemetry } from '../../../main/telemetry/types.ts';
import type { Measure } from '../../../preload/contract/base.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import type { TestDevice } from './device.ts';
import { HOME } from './snapshots.ts';

const LIMIT_MS = 35_000;
/** A thermometer in the shed, which no device of the tests is. */
export const SHED_ID = deviceId('shed');

/** The house's own measurements: set by the test, and measured when the test says so. */
interface HouseMeters {
  pvW: number;
  householdW: number;
  batteryW: number;
  socPct: number | null;
  shedC: number;
}

/** Telemetry over the test devices: readings are taken when polled, and grow old when not. */
export const createTestTelemetry = (clock: Clock, store: Store, devices: readonly TestDevice[]) => {
  const meters: HouseMeters = { pvW: 4000, householdW: 500, batteryW: 0, socPct: 90, shedC: 20 };
  let shedC = meters.shedC;
  const power = new Map<DeviceId, FreshReading>();
  const seenAt = new Map<DeviceId, number>();
  const frozen = new Set<'grid' | 'soc'>();
  let house: { at: number; gridW: number; loadW: number; socPct: number | null; socAt: number; gridAt: number } | null =
    null;

  const gridW = (): number =>
    meters.householdW + devices.reduce((sum, device) => sum + device.powerW(), 0) + meters.batteryW - meters.pvW;
  const pollDevice = (device: TestDevice): void => {
    if (!device.reachable()) return;
    const at = clock.now();
    seenAt.set(device.id, at);
    const channelId = device.channel;
    power.set(device.id, {
      channelId,
      metric: 'powerW',
      value: device.powerW(),
      measuredAt: at,
      receivedAt: at,
      quality: 'good',
      limitMs: LIMIT_MS,
    });
  };
  const poll = (): void => {
    const at = clock.now();
    shedC = meters.shedC;
    for (const device of devices) pollDevice(device);
    house = {
      at,
      loadW: gridW() + meters.pvW - meters.batteryW,
      gridW: frozen.has('grid') && house ? house.gridW : gridW(),
      gridAt: frozen.has('grid') && house ? house.gridAt : at,
      socPct: frozen.has('soc') && house ? house.socPct : meters.socPct,
      socAt: frozen.has('soc') && house ? house.socAt : at,
    };
  };
  const channels = store.devices
    .list(HOME)
    .flatMap((record) => record.channels.map((config) => ({ deviceId: record.id, config })));
  const measure = (value: number | null, at: number, unit: string): Measure => {
    if (value === null) return { value: null, unit, measuredAt: null, limitMs: LIMIT_MS, freshness: 'absent' };
    const ageMs = clock.now() - at;
    return { value, unit, measuredAt: at, limitMs: LIMIT_MS, freshness: ageMs > LIMIT_MS ? 'stale' : 'fresh' };
  };
  const live = (siteId: SiteId): LiveState => {
    const now = clock.now();
    const at = house?.at ?? now;
    const or = (value: number | undefined): number | null => (house && value !== undefined ? value : null);
    return {
      siteId,
      at: now,
      pvW: measure(meters.pvW, at, 'W'),
      gridW: measure(or(house?.gridW), house?.gridAt ?? now, 'W'),
      batteryW: measure(meters.batteryW, at, 'W'),
      loadW: measure(or(house?.loadW), at, 'W'),
      householdW: measure(meters.householdW, at, 'W'),
      socPct: measure(house?.socPct ?? null, house?.socAt ?? now, '%'),
      batteryTempC: measure(25, at, '°C'),
      batteryVoltageV: measure(52, at, 'V'),
      unmeasuredW: 0,
      balanced: true,
      loads: [],
    };
  };
  const telemetry: Telemetry = {
    start: () => undefined,
    stop: async () => undefined,
    add: () => undefined,
    remove: async () => undefined,
    configure: () => undefined,
    refresh: async (deviceId) => {
      const device = devices.find(({ id }) => id === deviceId);
      if (!device?.reachable())
        return temporary('device.unreachable', 'The device does not answer.', 'Check its power.');
      pollDevice(device);
      return ok([]);
    },
    latest: (deviceId, channelId, metric) => {
      if (metric === 'powerW') return power.get(deviceId);
      if (metric !== 'tempC' || deviceId !== SHED_ID || !house) return undefined;
      const { at } = house;
      return { channelId, metric, value: shedC, measuredAt: at, receivedAt: at, quality: 'good', limitMs: LIMIT_MS };
    },
    live,
    pollers: () =>
      devices.map((device) => ({
        deviceId: device.id,
        name: device.id,
        state: !seenAt.has(device.id)
          ? 'starting'
          : clock.now() - (seenAt.get(device.id) ?? 0) > LIMIT_MS
            ? 'offline'
            : 'online',
        identity: null,
        periodMs: 10_000,
        lastOkAt: seenAt.get(device.id) ?? null,
        problem: null,
        consecutiveFailures: 0,
        nextAt: null,
        polls24h: 0,
        errors24h: 0,
        rejected24h: 0,
        medianMs: null,
      })),
    channels: () => channels,
  };
  return {
    telemetry,
    meters,
    poll,
    gridW,
    /** As it was measured last, where that is not long ago. */
    shedC: (): number | null => (house && Math.abs(clock.now() - house.at) <= LIMIT_MS ? shedC : null),
    freeze: (what: 'grid' | 'soc') => void frozen.add(what),
    thaw: () => frozen.clear(),
  };
};
