import type { Problem, SiteId } from '../../../preload/contract/base.ts';
import type { HealthView } from '../../../preload/contract/house.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { Automation } from '../../automation/automation.ts';
import type { Clock } from '../../clock.ts';
import type { Commander } from '../../control/types.ts';
import type { Driver } from '../../devices/types.ts';
import type { FlowRunner } from '../../flows/types.ts';
import type { Planner } from '../../planning/live/types.ts';
import { fail, type Result } from '../../result.ts';
import { priceLookup } from '../../store/price-lookup.ts';
import { channelEnergyToday } from '../../store/quarters-today.ts';
import type { ReadClient } from '../../store/read-client.ts';
import type { Store } from '../../store/types.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import { startOfLocalDay } from '../../zone.ts';
import type { Views } from '../rooms.ts';
import { deviceViewOf } from './devices.ts';
import { historyOf } from './history.ts';
import { overviewOf } from './overview.ts';
import { pricesOf } from './prices.ts';
import { intervalsToday } from './today.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface ViewsDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly read: Pick<ReadClient, 'rollups' | 'readings'>;
  readonly telemetry: Pick<Telemetry, 'live' | 'latest' | 'pollers'>;
  readonly commander: Pick<Commander, 'mode' | 'view' | 'pending'>;
  readonly automation: Pick<Automation, 'explain' | 'nextSteps'>;
  readonly planner: Pick<Planner, 'nextSteps' | 'says'>;
  readonly flows: Pick<FlowRunner, 'list'>;
  readonly health: { view(siteId: SiteId): HealthView };
  driverOf(id: string): Driver | undefined;
}

const unknownSite = (siteId: SiteId): Problem => ({
  code: 'site.unknown',
  kind: 'permanent',
  message: `There is no home ${siteId}.`,
  advice: 'Open the window again: it asks for the homes that there are.',
});

/** Assembles the contract's views out of the rooms. Reads only; the pure builders beside it decide what is said. */
export const createViews = (deps: ViewsDeps): Views => {
  const { clock, store, telemetry, commander, automation } = deps;

  const siteOf = (siteId: SiteId): Site => {
    const site = store.sites.get(siteId);
    if (!site) throw new Error(unknownSite(siteId).message);
    return site;
  };

  return {
    overview: (siteId) => {
      const now = clock.now();
      const site = siteOf(siteId);
      const settings = store.settings.get(siteId);
      const dayAt = startOfLocalDay(now, site.timeZone);
      const channels = store.devices.list(siteId).flatMap((device) =>
        device.channels
          .filter((channel) => channel.controllable)
          .map((channel) => {
            const { hold, trouble } = commander.view(device.id, channel.channelId);
            return { deviceId: device.id, name: channel.name, role: channel.role, hold, trouble };
          }),
      );
      return overviewOf({
        now,
        site,
        live: telemetry.live(siteId),
        mode: commander.mode(siteId),
        stop: store.stops.active(siteId) ?? null,
        settings,
        projection: store.forecasts.latest(siteId, 'soc') ?? null,
        decisions: automation.explain(siteId),
        ruleSteps: [...automation.nextSteps(siteId)],
        planSteps: deps.planner.nextSteps(siteId),
        planSays: deps.planner.says(siteId),
        channels,
        pollers: telemetry.pollers(siteId),
        flows: deps.flows.list(siteId),
        pendingProposals: commander.pending(siteId).length,
        intervalsToday: intervalsToday(store, siteId, site.timeZone, now),
        prices: priceLookup(store.prices.range(siteId, dayAt - DAY_MS, now), settings),
      });
    },
    devices: (siteId) => {
      const now = clock.now();
      const { timeZone } = siteOf(siteId);
      const pollers = telemetry.pollers(siteId);
      return store.devices.list(siteId).map((record) =>
        deviceViewOf({
          now,
          record,
          driver: deps.driverOf(record.driverId),
          poller: pollers.find((poller) => poller.deviceId === record.id),
          latest: (channelId, metric) => telemetry.latest(record.id, channelId, metric),
          control: (channelId) => commander.view(record.id, channelId),
          energyTodayKwh: (channelId) =>
            channelEnergyToday(store, { siteId, deviceId: record.id, channelId }, timeZone, now),
        }),
      );
    },
    history: async (query) => {
      const site = store.sites.get(query.siteId);
      if (!site) return fail(unknownSite(query.siteId)) satisfies Result<never, Problem>;
      return historyOf(
        { read: deps.read, find: store.series.find },
        {
          query,
          now: clock.now(),
          site,
          settings: store.settings.get(query.siteId),
          devices: store.devices.list(query.siteId),
          // A day before: the first step may begin before the span, and so may the price that covers it.
          prices: store.prices.range(query.siteId, query.from - DAY_MS - HOUR_MS, query.to),
        },
      );
    },
    prices: ({ siteId, from, to }) =>
      pricesOf({
        site: siteOf(siteId),
        from,
        to,
        rows: store.prices.range(siteId, from, to),
        settings: store.settings.get(siteId),
      }),
    health: (siteId) => deps.health.view(siteId),
  };
};
