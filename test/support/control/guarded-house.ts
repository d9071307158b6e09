import { createGuardian } from '../../../main/control/guardian/guardian.ts';
import type { Guardian } from '../../../main/control/guardian/types.ts';
import type { ChannelId, DeviceId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { FreshReading } from '../../../main/telemetry/types.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import type { Notice } from '../../../preload/contract/house.ts';
import { DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import { createHouse, type LoadOptions } from './house.ts';
import { HOME } from './snapshots.ts';

/** Channels beside the loads are known by their name: `meter/grid`, `inverter/battery`. */
const roleOf = (key: string): 'grid' | 'battery' | 'none' =>
  key.endsWith('/grid') ? 'grid' : key.endsWith('/battery') ? 'battery' : 'none';

/** A test home with its guard, polled every second. What the live state says can be bent by the test. */
export const createGuardedHouse = async (
  loads: readonly LoadOptions[],
  options: Parameters<typeof createHouse>[1] & { readonly safety?: Partial<Safety> } = {},
) => {
  const house = await createHouse(loads, options);
  let safety: Safety = { ...DEFAULT_SAFETY, ...options.safety };
  let bend: (live: LiveState) => LiveState = (live) => live;
  let unreadable: readonly string[] = [];
  const notices: Notice[] = [];
  const inputs = new Map<string, FreshReading>();
  house.bus.on('notice', (notice) => void notices.push(notice));
  const telemetry = { ...house.meters.telemetry };
  const seen = {
    ...telemetry,
    live: (siteId: typeof HOME) => bend(telemetry.live(siteId)),
    latest: (deviceId: DeviceId, channelId: ChannelId, metric: Metric) =>
      inputs.get(`${deviceId}/${channelId}/${metric}`) ?? telemetry.latest(deviceId, channelId, metric),
    channels: () => [
      ...telemetry.channels(HOME),
      ...[...new Set([...inputs.keys()].map((key) => key.split('/').slice(0, 2).join('/')))].map((key) => ({
        deviceId: key.split('/')[0] as DeviceId,
        config: {
          channelId: key.split('/')[1] as ChannelId,
          name: key.split('/')[0] ?? '',
          role: roleOf(key),
          use: 'primary' as const,
          priority: 5,
          safeState: null,
          ratedPowerW: null,
          rules: null,
          controllable: false,
        },
      })),
    ],
  };
  // The commander sees the same house.
  Object.assign(house.meters.telemetry, { live: seen.live, latest: seen.latest, channels: seen.channels });
  let guardian: Guardian | null = null;
  let life = new AbortController();
  const guard = (): void => {
    life = new AbortController();
    guardian = createGuardian({
      clock: house.clock,
      log: createLog(memorySink(), house.clock),
      bus: house.bus,
      store: house.store(),
      telemetry: seen,
      commander: house.commander(),
      emergencyStop: house.stop(),
      safetyOf: () => safety,
      unreadableOf: () => unreadable,
      siteIds: () => [HOME],
      lastAutomationRunAt: () => house.clock.now(),
    });
    guardian.start(life.signal);
  };
  const applySafety = (): void => {
    house.store().safety.set(HOME, safety, 'Ada', house.clock.now());
  };
  applySafety();
  return {
    ...house,
    notices,
    guardian: () => guardian,
    safety: (change: Partial<Safety>) => {
      safety = { ...safety, ...change };
      applySafety();
    },
    /** What everybody reads as live state. */
    bend: (next: (live: LiveState) => LiveState) => {
      bend = next;
    },
    /** A reading of a channel beside the loads, such as a button or a phase. */
    read: (deviceId: string, channelId: string, metric: Metric, value: number, limitMs = 35_000) => {
      const at = house.clock.now();
      inputs.set(`${deviceId}/${channelId}/${metric}`, {
        channelId: channelId as ChannelId,
        metric,
        value,
        measuredAt: at,
        receivedAt: at,
        quality: 'good',
        limitMs,
      });
      house.bus.emit('readings', { siteId: HOME, deviceId: deviceId as DeviceId, readings: [] });
    },
    unreadable: (parts: readonly string[]) => {
      unreadable = parts;
    },
    start: async () => {
      await house.start();
      guard();
    },
    kill: async () => {
      life.abort();
      await house.kill();
    },
    /** Second by second, polled each second. */
    seconds: async (count: number, each: (second: number) => void = () => undefined) => {
      for (let second = 0; second < count; second += 1) {
        await house.clock.advance(1_000);
        each(second);
        house.meters.poll();
      }
    },
    close: () => {
      life.abort();
      house.close();
    },
  };
};
export type GuardedHouse = Awaited<ReturnType<typeof createGuardedHouse>>;
