import type { Metric } from '../../preload/contract/base.ts';
import type { Notice } from '../../preload/contract/house.ts';
import type { ChannelRef, Safety } from '../../preload/contract/safety.ts';
import { newId, type SiteId } from '../ids.ts';
import type { FreshReading } from '../telemetry/types.ts';
import { localMinute, localWeekday } from '../zone.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import { phaseFlowsOf } from './guardian/phase-flows.ts';
import type { RosterChannel } from './roster.ts';
import { freshState, isOn } from './stage.ts';
import { names } from './stage-interlock.ts';
import type { ChannelSnapshot, Surroundings } from './types.ts';

/** A forecast of the battery that is older than this was made for another house. */
const FORECAST_LIMIT_MS = 3 * 3_600_000;
/** Enough to look ahead with; more would only make the log larger. */
const PATH_MS = 8 * 3_600_000;
/** Above its standby a thing runs, whatever its relay says. */
const RUNS_ABOVE_W = 10;

interface SurroundingsReader {
  of(
    channel: RosterChannel,
    others: readonly ChannelSnapshot[],
    site: { readonly now: number; readonly timeZone: string },
  ): Surroundings;
}

/** Reads what the envelope names: its document, the site's clock, phases, temperatures, partners, the battery's path. */
export const createSurroundings = ({ store, telemetry, bus, log, bestEffort }: Ground): SurroundingsReader => {
  const told = new Map<SiteId, string>();

  /** A person hears once that limits are missing; automation starts nothing until they are typed again. */
  const tell = (siteId: SiteId, lost: readonly string[], now: number): void => {
    const which = lost.join(', ');
    if ((told.get(siteId) ?? '') === which) return;
    told.set(siteId, which);
    const isLost = lost.length > 0;
    if (isLost) log.error('Limits of the house could not be read.', { which });
    const notice: Notice = {
      id: newId('evt'),
      at: now,
      level: isLost ? 'critical' : 'info',
      title: isLost ? 'Limits of the house could not be read' : 'The limits of the house can be read again',
      text: isLost ? `Automation starts nothing until the page Safety is saved again (${which}).` : '',
      subject: 'safety-limits',
      recovered: !isLost,
    };
    bestEffort.run('tell that limits are lost', () => store.events.add(siteId, { ...notice, kind: 'safety' }));
    bus.emit('notice', notice);
  };

  const fresh = (ref: ChannelRef, metric: Metric, now: number): FreshReading | undefined => {
    const reading = telemetry.latest(ref.deviceId, ref.channelId, metric);
    const usable =
      reading !== undefined &&
      reading.quality !== 'suspect' &&
      Number.isFinite(reading.value) &&
      Math.abs(now - reading.measuredAt) <= reading.limitMs;
    return usable ? reading : undefined;
  };

  const nameOf = ({ deviceId, channelId }: ChannelRef): string =>
    store.devices.get(deviceId)?.channels.find((config) => config.channelId === channelId)?.name ?? channelId;

  /** Any sign that it runs counts; that it does not run has to be known, and a command on its way makes it unknown. */
  const runs = (ref: ChannelRef, others: ReadonlyMap<ChannelKey, ChannelSnapshot>, now: number): boolean | null => {
    const known = others.get(keyOf(ref.deviceId, ref.channelId));
    const state = known ? freshState(known) : null;
    const relay = fresh(ref, 'on', now);
    const power = fresh(ref, 'powerW', now);
    if ((state !== null && isOn(state)) || (relay && relay.value > 0.5) || (power && power.value > RUNS_ABOVE_W))
      return true;
    if (known?.busy) return null;
    return state !== null || relay || (power && !known) ? false : null;
  };

  const partnersOf = (safety: Safety, ref: ChannelRef): readonly ChannelRef[] =>
    safety.interlocks.flatMap((one) => {
      if (one.kind !== 'never-together') return [];
      if (names(one.first, ref.deviceId, ref.channelId)) return [one.second];
      return names(one.second, ref.deviceId, ref.channelId) ? [one.first] : [];
    });

  const poorSocOf = (siteId: SiteId, now: number): Surroundings['poorSoc'] => {
    const forecast = bestEffort.run('read the battery forecast', () => store.forecasts.latest(siteId, 'soc'));
    if (!forecast || Math.abs(now - forecast.issuedAt) > FORECAST_LIMIT_MS) return null;
    const ahead = forecast.points.filter(({ at, p10 }) => at > now && at <= now + PATH_MS && Number.isFinite(p10));
    const [first] = ahead;
    if (!first) return null;
    const socPct = ahead.map(({ p10 }) => Math.round(p10 * 10) / 10);
    return { from: first.at, stepMs: forecast.stepMs, socPct };
  };

  return {
    of: ({ siteId, deviceId, config }, others, { now, timeZone }) => {
      const { safety, unreadable } = store.safety.read(siteId);
      tell(siteId, unreadable, now);
      const { channelId } = config;
      const byKey = new Map(others.map((other) => [keyOf(other.deviceId, other.config.channelId), other]));
      const sensors = safety.temperatureLimits.flatMap((limit) =>
        limit.channels.some((ref) => names(ref, deviceId, channelId)) ? [limit.sensor] : [],
      );
      return {
        safety,
        unreadable,
        local: { timeZone, minute: localMinute(now, timeZone), weekday: localWeekday(now, timeZone) },
        phases: [...phaseFlowsOf(telemetry, siteId, safety, now)].map(([phase, { flows, measuredAt }]) => ({
          phase,
          currentA: flows,
          ageMs: Math.max(0, now - measuredAt),
        })),
        temperatures: sensors.map((sensor) => ({
          sensor,
          name: nameOf(sensor),
          valueC: fresh(sensor, 'tempC', now)?.value ?? null,
        })),
        partners: partnersOf(safety, { deviceId, channelId }).map((channel) => ({
          channel,
          name: nameOf(channel),
          runs: runs(channel, byKey, now),
        })),
        poorSoc: poorSocOf(siteId, now),
      };
    },
  };
};
