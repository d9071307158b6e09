import type { DeviceId, Metric, Problem, SiteId } from '../../preload/contract/base.ts';
import type { ChannelConfig } from '../../preload/contract/devices.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import { type ChannelUseOfRules, type Drill, drillSchema, type Safety } from '../../preload/contract/safety.ts';
import type { Clock } from '../clock.ts';
import type { ChannelSpec } from '../devices/types.ts';
import { fail, ok, type Result } from '../result.ts';
import type { DeviceRecord, Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';
import { startOfLocalDay } from '../zone.ts';
import { importAboveFuse, safetyProblems } from './safety-check.ts';
import type { RatedChannel } from './safety-ratings.ts';

const HOUR_MS = 3_600_000;

export interface SafetyServiceDeps {
  readonly store: Pick<Store, 'devices' | 'channelControl' | 'safety' | 'settings' | 'sites' | 'state'>;
  readonly telemetry: Pick<Telemetry, 'latest'>;
  readonly clock: Clock;
  /** What the driver of a device declares of its channels; empty where nobody knows the driver. */
  specsOf(record: DeviceRecord): readonly ChannelSpec[];
}

export interface SafetyService {
  get(siteId: SiteId): { safety: Safety; use: ChannelUseOfRules[]; lastDrill: Drill | null };
  /** Refused as `safety.unsafe` with a sentence a field; then nothing is changed. */
  set(siteId: SiteId, safety: Safety, who: string): Result<Safety, Problem>;
  /** What settings would contradict the envelope, by the name of the setting. */
  settingsProblems(siteId: SiteId, settings: SiteSettings): Readonly<Record<string, string>>;
}

/** The metric by which the age of a channel is told: what the house decides on first. */
const toldBy = (metrics: readonly Metric[]): readonly Metric[] => [
  ...(['socPct', 'powerW', 'on', 'tempC'] as const).filter((metric) => metrics.includes(metric)),
  ...metrics,
];

/** Where the emergency stop keeps its newest drill. */
const drillName = (siteId: SiteId): string => `drill:${siteId}`;

/** The envelope of a home as the page shows it: the document, what every channel has used up, and whether it is safe. */
export const createSafetyService = ({ store, telemetry, clock, specsOf }: SafetyServiceDeps): SafetyService => {
  const channelsOf = (siteId: SiteId) =>
    store.devices.list(siteId).flatMap((record) => {
      const specs = specsOf(record);
      return record.channels.map((config) => ({
        deviceId: record.id,
        config,
        spec: specs.find(({ channelId }) => channelId === config.channelId),
      }));
    });

  const ratedOf = (siteId: SiteId): readonly RatedChannel[] =>
    channelsOf(siteId).map(({ deviceId, config, spec }) => ({
      deviceId,
      channelId: config.channelId,
      name: config.name,
      role: config.role,
      controllable: config.controllable,
      ratedPowerW: config.ratedPowerW,
      control: spec?.control?.control ?? null,
      metrics: spec?.metrics ?? null,
    }));

  const freshnessOf = (
    deviceId: DeviceId,
    { channelId }: ChannelConfig,
    spec: ChannelSpec,
  ): ChannelUseOfRules['freshness'] => {
    for (const metric of toldBy(spec.metrics)) {
      const reading = telemetry.latest(deviceId, channelId, metric);
      if (reading) return { observedMs: reading.observedMs ?? null, limitMs: reading.limitMs };
    }
    return null;
  };

  const rulesUsed = (siteId: SiteId): ChannelUseOfRules[] => {
    const now = clock.now();
    const dayStart = startOfLocalDay(now, store.sites.get(siteId)?.timeZone ?? 'UTC');
    return channelsOf(siteId).flatMap(({ deviceId, config, spec }): readonly ChannelUseOfRules[] => {
      if (!spec?.control) return [];
      const { channelId } = config;
      const { control, defaultRules } = spec.control;
      return [
        {
          channel: { deviceId, channelId },
          name: config.name,
          rules: config.rules ?? defaultRules,
          writesToday: store.channelControl.countSince(deviceId, channelId, dayStart).writes,
          switchesLastHour: store.channelControl.countSince(deviceId, channelId, now - HOUR_MS).switches,
          range:
            control.kind === 'number'
              ? { unit: control.unit, minimum: control.minimum, maximum: control.maximum }
              : null,
          freshness: freshnessOf(deviceId, config, spec),
        },
      ];
    });
  };

  /** None where none was made, or where what was kept is of another version. */
  const lastDrillOf = (siteId: SiteId): Drill | null => {
    const kept = store.state.get(drillName(siteId));
    return kept === undefined ? null : (drillSchema.safeParse(JSON.parse(kept)).data ?? null);
  };

  return {
    get: (siteId) => ({ safety: store.safety.get(siteId), use: rulesUsed(siteId), lastDrill: lastDrillOf(siteId) }),
    set: (siteId, safety, who) => {
      const fields = safetyProblems(safety, ratedOf(siteId), store.settings.get(siteId));
      const [first] = Object.values(fields);
      if (first !== undefined)
        return fail({
          code: 'safety.unsafe',
          kind: 'permanent',
          message: first,
          advice: 'Correct the marked field. Nothing was changed.',
          fields,
        });
      return ok(store.safety.set(siteId, safety, who, clock.now()));
    },
    settingsProblems: (siteId, settings) => {
      const above = importAboveFuse(settings, store.safety.get(siteId));
      return above === null ? {} : { maxGridImportW: `${above} Lower it, or type a larger fuse under Safety first.` };
    },
  };
};
