import { systemClock } from '../clock.ts';
import { createLog } from '../log.ts';
import { createActionRepository } from '../store/actions.ts';
import { openReader } from '../store/connection.ts';
import { createDeviceRepository } from '../store/devices.ts';
import { createFeedRepositories } from '../store/feeds.ts';
import { createForecastRepository } from '../store/forecasts.ts';
import { createPriceRepository } from '../store/prices.ts';
import { createReadingRepository } from '../store/readings.ts';
import { createRollupRepository } from '../store/rollups.ts';
import { createSeriesRepository } from '../store/series.ts';
import type { Store } from '../store/types.ts';
import { createUnreadableRows } from '../store/unreadable.ts';
import { createWeatherRepository } from '../store/weather.ts';

/** The repositories that training and replays read. Over the writing connection in the main thread, over a reading one in the worker. */
export type HourSources = Pick<
  Store,
  'series' | 'rollups' | 'prices' | 'weather' | 'feeds' | 'devices' | 'readings' | 'actions' | 'forecasts'
>;

/** Reads with a connection of its own for as long as `work` runs: an old reader keeps the write-ahead log from shrinking. */
export const withSources = <Value>(databasePath: string, work: (sources: HourSources) => Value): Value => {
  const db = openReader(databasePath);
  try {
    // The main thread reads the same rows with a log of its own; what cannot be read is left out here as there.
    const unreadable = createUnreadableRows(createLog({ write: () => undefined }, systemClock()));
    const series = createSeriesRepository(db, unreadable);
    const readings = createReadingRepository(db, unreadable);
    return work({
      series,
      readings,
      rollups: createRollupRepository(db, series, readings),
      prices: createPriceRepository(db),
      weather: createWeatherRepository(db),
      feeds: createFeedRepositories(db, unreadable),
      devices: createDeviceRepository(db, unreadable),
      actions: createActionRepository(db, unreadable),
      forecasts: createForecastRepository(db, unreadable),
    });
  } finally {
    db.close();
  }
};
