import type { Metric } from '../../../preload/contract/base.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import type { OverloadSample } from './overload.ts';

type PhaseFlows = ReadonlyMap<1 | 2 | 3, OverloadSample>;

const PHASE_NAMES: Readonly<Record<string, 1 | 2 | 3>> = { '1': 1, '2': 2, '3': 3, a: 1, b: 2, c: 3 };

/** `grid:l1`, `grid:1`, `em:0:a`: the phase channels beside a meter's own channel. */
const phaseOf = (meter: string, channel: string): 1 | 2 | 3 | null => {
  if (!channel.startsWith(`${meter}:`)) return null;
  const name = channel
    .slice(meter.length + 1)
    .replace(/^l/i, '')
    .toLowerCase();
  return (Object.hasOwn(PHASE_NAMES, name) && PHASE_NAMES[name]) || null;
};

/**
 * What flows in from the grid on each phase, A, where the grid meter measures its phases. A current has no sign: the power
 * beside it says whether it comes in or goes out, and what goes out is no overload that shedding could end.
 */
export const phaseFlowsOf = (
  telemetry: Pick<Telemetry, 'channels' | 'latest'>,
  siteId: Parameters<Telemetry['channels']>[0],
  safety: Safety,
  at: number,
): PhaseFlows => {
  const flows = new Map<1 | 2 | 3, OverloadSample>();
  if (safety.fuseA === null) return flows;
  const channels = telemetry.channels(siteId);
  for (const meter of channels.filter(({ config }) => config.role === 'grid' && config.use === 'primary'))
    for (const { deviceId, config } of channels) {
      const phase = deviceId === meter.deviceId ? phaseOf(meter.config.channelId, config.channelId) : null;
      if (phase === null || phase > safety.phases) continue;
      const fresh = (metric: Metric) => {
        const reading = telemetry.latest(deviceId, config.channelId, metric);
        const usable =
          reading !== undefined &&
          reading.quality !== 'suspect' &&
          Number.isFinite(reading.value) &&
          Math.abs(at - reading.measuredAt) <= reading.limitMs;
        return usable ? reading : undefined;
      };
      const power = fresh('powerW');
      const current = fresh('currentA');
      const volts = fresh('voltageV')?.value;
      const amperes = current
        ? Math.abs(current.value) * (power && power.value < 0 ? -1 : 1)
        : power && power.value / (volts !== undefined && volts > 50 ? volts : safety.voltageV);
      const measuredAt = (current ?? power)?.measuredAt;
      // No fuse lets twenty times its rating through long enough to be measured twice.
      if (amperes === undefined || measuredAt === undefined || amperes > safety.fuseA * 20) continue;
      flows.set(phase, { measuredAt, flows: amperes, limit: safety.fuseA });
    }
  return flows;
};
