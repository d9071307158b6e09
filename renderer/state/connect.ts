import type { Site } from '../../preload/contract/site.ts';
import type { QueryInput } from '../../preload/contract.ts';
import { addDays, startOfDay } from '../format/time.ts';
import { reloadAutomation } from './automation.ts';
import { bridge } from './bridge.ts';
import { deviceSearch } from './device-search.ts';
import * as house from './house.ts';
import { useLink } from './link.ts';
import { createModelNews, modelList } from './model-life.ts';
import { centerNow, clockHeard } from './now.ts';
import { createPlanNews, plan, savings } from './planning.ts';
import { withAction, withFlowRun, withNotice, withRun } from './reducers.ts';
import { clearAllBut, reloadAll } from './resource.ts';

const OVERVIEW_MS = 30_000;
const CHART_MS = 60_000;
const QUIET_MS = 250;

/** Calls that come close together become one: events arrive in bursts, a query is asked once. */
const settled = (run: () => Promise<void>, quietMs = QUIET_MS): (() => void) => {
  let timer: number | null = null;
  return () => {
    if (timer !== null) return;
    timer = window.setTimeout(() => {
      timer = null;
      void run();
    }, quietMs);
  };
};

const priceSpan = ({ id, timeZone }: Site): QueryInput<'prices.get'> => {
  const midnight = startOfDay(centerNow(), timeZone);
  return { siteId: id, from: midnight, to: addDays(midnight, 2, timeZone) };
};

/** Reads what the shell and the overview need for a site; the other pages ask for their own when they open. */
const loadSite = async (): Promise<void> => {
  const site = house.activeSite(house.status.use.getState().value);
  if (!site) return;
  const siteId = site.id;
  await Promise.all([
    house.live.load({ siteId }),
    house.overview.load({ siteId }),
    house.settings.load({ siteId }),
    house.batteryProjection.load({ siteId }),
    house.solarForecast.load({ siteId, kind: 'solar', hours: 48 }),
    house.loadForecast.load({ siteId, kind: 'load', hours: 48 }),
    house.prices.load(priceSpan(site)),
    house.devices.load({ siteId }),
    house.proposals.load({ siteId }),
    house.notices.load({ siteId }),
    savings.load({ siteId, days: 31 }),
  ]);
};

/**
 * On a new connection: the questions that were asked last, with those of the page that is open. The first site, or
 * another one, asks its own questions as soon as its status is known.
 */
const readAll = async (): Promise<void> => {
  const before = house.currentSiteId();
  await house.status.load({});
  const heard = house.status.use.getState().value;
  if (heard) clockHeard(heard.now);
  if (before !== null && before === heard?.activeSiteId) await reloadAll();
};

/** Prices of tomorrow come during the day, and at midnight another day is shown. */
const pricesAnew = async (): Promise<void> => {
  const site = house.activeSite(house.status.use.getState().value);
  if (site) await house.prices.load(priceSpan(site));
};

const refreshCharts = async (): Promise<void> => {
  await Promise.all([
    pricesAnew(),
    house.batteryProjection.reload(),
    house.solarForecast.reload(),
    house.loadForecast.reload(),
    house.windForecast.reload(),
    house.priceForecast.reload(),
    house.overview.reload(),
    modelList.reload(),
    plan.reload(),
  ]);
};

/** Wires events and refreshes to the stores; answers the function that unwires them. */
export const connect = (): (() => void) => {
  const door = bridge();
  const overviewSoon = settled(house.overview.reload);
  const devicesSoon = settled(house.devices.reload);
  const proposalsSoon = settled(async () => {
    await Promise.all([house.proposals.reload(), house.settledProposals.reload()]);
  });
  const automationSoon = settled(reloadAutomation);
  const messagesSoon = settled(async () => {
    await Promise.all([house.messages.reload(), house.messageLog.reload()]);
  });
  const chartsSoon = settled(refreshCharts);
  const feedsSoon = settled(house.feedStatus.reload);
  const settingsSoon = settled(async () => {
    await Promise.all([house.settings.reload(), house.settingsAudit.reload(), house.safety.reload(), refreshCharts()]);
  });
  const ends = [
    door.subscribe('live', (state) => {
      clockHeard(state.at);
      if (state.siteId !== house.currentSiteId()) return;
      house.live.use.setState({ value: state, problem: null, receivedAt: centerNow() });
      house.peakSeen(house.supplyW(state));
    }),
    door.subscribe('status', (state) => {
      clockHeard(state.now);
      house.status.use.setState({ value: state, problem: null, receivedAt: centerNow() });
    }),
    // Whoever brought the news of another home, an event or an answer: nothing of the one before is left on screen.
    house.status.use.subscribe(({ value }, before) => {
      if (!value || value.activeSiteId === before.value?.activeSiteId) return;
      if (before.value) {
        clearAllBut(house.status);
        house.forgetPeak();
      }
      // The questions name times of the center's day: its clock comes first.
      clockHeard(value.now);
      void loadSite();
    }),
    door.subscribe('stop', (stop) => {
      if (stop !== null && stop.siteId !== house.currentSiteId()) return;
      house.status.patch((value) => ({ ...value, stop }));
      overviewSoon();
      devicesSoon();
      if (stop === null) void house.status.reload();
    }),
    door.subscribe('mode', ({ siteId, mode }) => {
      if (siteId !== house.currentSiteId()) return;
      house.status.patch((value) => ({ ...value, mode }));
      overviewSoon();
      proposalsSoon();
    }),
    door.subscribe('action', (action) => {
      if (action.siteId !== house.currentSiteId()) return;
      house.actions.patch((value) => withAction(value, action));
      devicesSoon();
      overviewSoon();
    }),
    door.subscribe('devices', () => {
      devicesSoon();
      overviewSoon();
    }),
    door.subscribe('proposals', ({ siteId, pending }) => {
      if (siteId !== house.currentSiteId()) return;
      house.status.patch((value) => ({ ...value, pendingProposals: pending }));
      proposalsSoon();
    }),
    door.subscribe('forecast', chartsSoon),
    door.subscribe('flow', (run) => {
      if (run.siteId !== house.currentSiteId()) return;
      house.flows.patch((value) => withFlowRun(value, run));
      house.flowRuns.patch((value) => withRun(value, run));
      if (run.state !== 'running') void house.backups.reload();
    }),
    door.subscribe('models', createModelNews(settled)),
    door.subscribe('plan', createPlanNews(settled)),
    door.subscribe('feeds', ({ siteId }) => {
      if (siteId === house.currentSiteId()) feedsSoon();
    }),
    door.subscribe('settings', settingsSoon),
    door.subscribe('rules', ({ siteId }) => {
      if (siteId === house.currentSiteId()) automationSoon();
    }),
    door.subscribe('messages', ({ siteId }) => {
      if (siteId === house.currentSiteId()) messagesSoon();
    }),
    door.subscribe('search', deviceSearch.seen),
    door.subscribe('notice', (notice) => house.notices.patch((value) => withNotice(value, notice))),
    useLink.subscribe((now, before) => {
      if (now.connections > before.connections) void readAll();
    }),
  ];
  const timers = [
    window.setInterval(overviewSoon, OVERVIEW_MS),
    window.setInterval(() => {
      if (document.visibilityState === 'visible') chartsSoon();
    }, CHART_MS),
  ];
  if (useLink.getState().link === 'open') void readAll();
  return () => {
    for (const end of ends) end();
    for (const timer of timers) window.clearInterval(timer);
  };
};
