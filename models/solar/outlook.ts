import type { HourFrame } from '../features/frame.ts';
import type { WeatherColumn } from '../features/weather-columns.ts';
import { correctionOf } from './correction.ts';
import type { Envelope } from './envelope.ts';
import type { Panels } from './panels.ts';
import { type SkyForecast, skyForecast } from './sky-forecast.ts';

/** The forecast of a whole local day. */
interface OutlookDay {
  readonly sky: number;
  readonly skySpread: number;
  readonly cloud: number;
  readonly tempMost: number;
  readonly humidity: number;
  readonly rain: number;
  readonly freshSnow: number;
}

/** How measured power stood to forecast light before the origin: 1 is as forecast under the panels' own envelope. */
export interface OutlookBias {
  readonly day: number;
  readonly threeDays: number;
  readonly week: number;
}

/** The weather forecast of one hour with its neighbours: never NaN. What is not forecast stands at a neutral value. */
export interface OutlookHour {
  readonly sky: number;
  readonly skyPower: number;
  /** Clearness two and one hours before, one and two after. */
  readonly around: readonly [number, number, number, number];
  readonly beamShare: number;
  readonly vendorSky: number;
  readonly cloud: number;
  readonly cloudAround: number;
  readonly cloudTotal: number;
  readonly cloudLow: number;
  readonly cloudHigh: number;
  readonly temp: number;
  readonly dewSpread: number;
  readonly humidity: number;
  readonly pressure: number;
  readonly wind: number;
  readonly windU: number;
  readonly windV: number;
  readonly rain: number;
  readonly snow: number;
  readonly snowWater: number;
  readonly rainWater: number;
  readonly superCooled: number;
  readonly visibility: number;
  readonly ceiling: number;
  readonly day: OutlookDay;
  readonly bias: OutlookBias;
}

export interface Outlook {
  /** Whether the forecast says anything of the light of this hour. */
  covers(target: number): boolean;
  /** `otherwise` is the clearness that counts where nothing is forecast. */
  hour(target: number, otherwise: number): OutlookHour;
  readonly bias: OutlookBias;
}

const MOST_CEILING_M = 12_000;
const or = (value: number, otherwise: number): number => (Number.isNaN(value) ? otherwise : value);

/** Power that earlier forecasts promised, by the hour, each as it was known when its day began. */
const biasOf = (frame: HourFrame, origin: number, envelope: Envelope, sky: SkyForecast): OutlookBias => {
  const pairs = (days: number) =>
    Array.from({ length: Math.min(days * 24, origin) }, (_, back) => {
      const index = origin - 1 - back;
      return { expected: sky.clearness(index) * envelope.clear(index), measured: frame.values[index] ?? Number.NaN };
    });
  const usual = envelope.peak;
  const ratio = (days: number): number => correctionOf(pairs(days), usual);
  return { day: ratio(1), threeDays: ratio(3), week: ratio(7) };
};

const createDays = (frame: HourFrame, sky: SkyForecast, envelope: Envelope) => {
  const kept = new Map<number, OutlookDay>();
  const work = (target: number, otherwise: number): OutlookDay => {
    let [power, most, squares, count, cloud, clouds, humid, humids, rain, rains, fresh] = [
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    let warm = Number.NEGATIVE_INFINITY;
    const day = frame.day[target] ?? 0;
    for (let hour = 0; hour < 24; hour += 1) {
      const index = frame.indexOfLocal(day, hour);
      if (index === undefined) continue;
      const temp = sky.read('tempC', index);
      if (temp > warm) warm = temp;
      const cover = sky.read('cloudPct', index);
      if (!Number.isNaN(cover)) {
        cloud += cover / 100;
        clouds += 1;
      }
      const wet = sky.read('humidityPct', index);
      if (!Number.isNaN(wet)) {
        humid += wet / 100;
        humids += 1;
      }
      const drops = sky.read('precipMm', index);
      if (!Number.isNaN(drops)) {
        rain += drops;
        rains += 1;
      }
      fresh += or(sky.read('freshSnowCm', index), 0);
      const could = envelope.clear(index);
      const share = sky.clearness(index);
      if (Number.isNaN(share) || could <= 0) continue;
      power += share * could;
      most += could;
      squares += share * share * could;
      count += 1;
    }
    const mean = most > 0 ? power / most : otherwise;
    return {
      sky: mean,
      skySpread: count > 1 ? Math.sqrt(Math.max(0, squares / most - mean * mean)) : 0,
      cloud: clouds > 0 ? cloud / clouds : 0,
      tempMost: Number.isFinite(warm) ? warm : 0,
      humidity: humids > 0 ? humid / humids : 0,
      rain: rains > 0 ? rain / rains : 0,
      freshSnow: fresh,
    };
  };
  return (target: number, otherwise: number): OutlookDay => {
    const key = frame.day[target] ?? 0;
    const found = kept.get(key) ?? work(target, otherwise);
    kept.set(key, found);
    return found;
  };
};

/** The weather forecast as the solar model reads it at an origin. */
export const outlookAt = (frame: HourFrame, origin: number, panels: Panels, envelope: Envelope): Outlook => {
  const sky = skyForecast(frame, origin, panels);
  const dayOf = createDays(frame, sky, envelope);
  const bias = biasOf(frame, origin, envelope, sky);
  const share = (column: WeatherColumn, index: number, otherwise: number): number =>
    or(sky.read(column, index) / 100, otherwise);
  return {
    bias,
    covers: (target) => !Number.isNaN(sky.clearness(target)),
    hour: (target, otherwise) => {
      const plain = (column: WeatherColumn): number => or(sky.read(column, target), 0);
      const own = or(sky.clearness(target), otherwise);
      const near = (offset: number): number => or(sky.clearness(target + offset), own);
      const light = sky.light(target);
      const ghi = light === null ? 0 : light.direct + light.diffuse;
      const vendorClear = sky.read('clearSkyWm2', target);
      const total = share('cloudPct', target, 1 - own);
      const cloudAt = (index: number): number =>
        or(sky.read('effectiveCloudPct', index) / 100, share('cloudPct', index, 1 - own));
      const day = dayOf(target, otherwise);
      const speed = plain('windMs');
      const from = (sky.read('windDirDeg', target) * Math.PI) / 180;
      return {
        sky: own,
        skyPower: envelope.peak > 0 ? Math.min(2, (own * envelope.clear(target)) / envelope.peak) : 0,
        around: [near(-2), near(-1), near(1), near(2)],
        beamShare: light !== null && ghi > 0 ? light.direct / ghi : 0,
        vendorSky: vendorClear > 20 ? Math.min(1.4, ghi / vendorClear) : own,
        cloud: cloudAt(target),
        cloudAround: [-2, -1, 0, 1, 2].reduce((sum, offset) => sum + cloudAt(target + offset), 0) / 5,
        cloudTotal: total,
        cloudLow: share('cloudLowPct', target, 0),
        cloudHigh: share('cloudHighPct', target, 0),
        temp: plain('tempC'),
        dewSpread: or(sky.read('tempC', target) - sky.read('dewPointC', target), 0),
        humidity: share('humidityPct', target, 0),
        pressure: or((sky.read('pressureHpa', target) - 1013) / 10, 0),
        wind: speed,
        windU: or(sky.read('windUMs', target), or(-speed * Math.sin(from), 0)),
        windV: or(sky.read('windVMs', target), or(-speed * Math.cos(from), 0)),
        rain: plain('precipMm'),
        snow: plain('snowCm') / 100,
        snowWater: plain('snowWaterKgm2'),
        rainWater: plain('rainWaterKgm2'),
        superCooled: plain('superCooledKgm2'),
        visibility: plain('visibilityM') / 10_000,
        ceiling:
          Math.min(
            MOST_CEILING_M,
            or(sky.read('ceilingM', target), or(sky.read('cloudBaseM', target), MOST_CEILING_M)),
          ) / 1000,
        day,
        bias,
      };
    },
  };
};
