import { create } from 'zustand';
import type { SiteId } from '../../preload/contract/base.ts';
import type { CenterStatus, LiveState, Site } from '../../preload/contract/site.ts';
import { createResource } from './resource.ts';

/** Everything that the pages read of the center: one resource a query. */
export const status = createResource('center.status');
export const live = createResource('site.live');
export const overview = createResource('site.overview');
export const devices = createResource('devices.list');
export const drivers = createResource('devices.drivers');
export const actions = createResource('control.actions');
export const proposals = createResource('control.proposals');
export const settledProposals = createResource('control.settledProposals');
export const safety = createResource('safety.get');
export const messages = createResource('messages.get');
export const messageLog = createResource('messages.log');
export const solarForecast = createResource('forecast.get');
export const windForecast = createResource('forecast.get');
export const loadForecast = createResource('forecast.get');
export const priceForecast = createResource('forecast.get');
export const batteryProjection = createResource('forecast.battery');
export const prices = createResource('prices.get');
export const history = createResource('history.get');
/** The power of the last hours per channel, for the small lines on the device cards. */
export const channelHistory = createResource('history.get');
export const health = createResource('health.get');
export const flows = createResource('flows.list');
export const flowRuns = createResource('flows.runs');
export const backups = createResource('backups.list');
export const settings = createResource('settings.get');
export const settingsAudit = createResource('settings.audit');
export const notices = createResource('notices.list');
export const tariff = createResource('tariff.get');
export const tariffPreview = createResource('tariff.preview');
export const feedStatus = createResource('feeds.status');
export const feedConfig = createResource('feeds.config');
export const feedProviders = createResource('feeds.providers');
export const presence = createResource('presence.get');

export const activeSite = (value: CenterStatus | null): Site | null =>
  value?.sites.find((site) => site.id === value.activeSiteId) ?? null;

/** The site on screen; null until the center has answered. */
export const useSite = (): Site | null => status.use((state) => activeSite(state.value));

export const currentSiteId = (): SiteId | null => status.use.getState().value?.activeSiteId ?? null;

/** The largest power that the site has shown, W: it fixes the scale of the energy flow, so that ribbons never jump. */
export const usePeak = create<{ readonly peakW: number }>()(() => ({ peakW: 0 }));

/** Power that comes in from all sources, W; stale and absent ones are left out. */
export const supplyW = (state: LiveState): number => {
  const of = (measure: LiveState['pvW']): number =>
    measure.value === null || measure.freshness === 'stale' ? 0 : measure.value;
  return Math.max(0, of(state.pvW)) + Math.max(0, of(state.gridW)) + Math.max(0, -of(state.batteryW));
};

export const forgetPeak = (): void => usePeak.setState({ peakW: 0 });

export const peakSeen = (powerW: number): void => {
  if (powerW > usePeak.getState().peakW) usePeak.setState({ peakW: powerW });
};
