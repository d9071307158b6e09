import type { FlowRunner } from '../flows/types.ts';
import type { SiteId } from '../ids.ts';
import type { Store } from '../store/types.ts';

/** Enough hours for a first model; a younger home waits for its nightly training. */
const LEAST_HOURS = 28 * 24;

/** A home with history and no model yet learns at once, and forecasts with what it learnt. */
export const giveFirstLessons = async (
  store: Pick<Store, 'models' | 'series' | 'rollups'>,
  flows: Pick<FlowRunner, 'run'>,
  siteId: SiteId,
  now: number,
): Promise<void> => {
  const pv = store.series.listOf(siteId).find((series) => series.deviceId === '' && series.channelId === 'site:pv');
  if (pv === undefined || store.models.list(siteId, 'solar').length > 0) return;
  if (store.rollups.range('hour', pv.id, now - 2 * LEAST_HOURS * 3_600_000, now).length < LEAST_HOURS) return;
  const training = flows.run(siteId, 'training', 'start');
  if (!training.ok) return;
  if ((await training.value.done).state === 'cancelled') return;
  const prices = flows.run(siteId, 'training-price', 'start');
  if (prices.ok) await prices.value.done;
  const forecast = flows.run(siteId, 'forecast', 'event');
  if (forecast.ok) await forecast.value.done;
};
