import type { FeedProvider } from '../types.ts';
import { metNo } from './met-no.ts';
import { nasaPower } from './nasa-power.ts';
import { openMeteo, openMeteoArchive, openMeteoPastForecasts } from './open-meteo.ts';
import { openMeteoEnsemble } from './open-meteo-ensemble.ts';
import { openWeatherMap } from './openweathermap.ts';

/** In the order in which a new home asks them; those of the past and of bands stand beside the chain. */
export const WEATHER_PROVIDERS: readonly FeedProvider<'weather'>[] = [
  openMeteo,
  metNo,
  openWeatherMap,
  openMeteoEnsemble,
  openMeteoPastForecasts,
  openMeteoArchive,
  nasaPower,
];
