import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initSync, Prophet } from '@bsull/augurs/prophet';
import { optimizer } from '@bsull/augurs-prophet-wasmstan';
import type { HourFrame } from '../../../models/features/frame.ts';
import { PROPHET, type Yardstick } from './yardsticks.ts';

let isReady = false;
const ready = (): void => {
  if (isReady) return;
  const require = createRequire(import.meta.url);
  initSync({ module: readFileSync(require.resolve('@bsull/augurs/prophet').replace(/\.js$/, '_bg.wasm')) });
  isReady = true;
};

const HOUR_S = 3600;
/** Local wall clock as if it were UTC, seconds: a home's days follow the clock on its wall. */
const wallSeconds = (frame: HourFrame, index: number): number =>
  ((frame.day[index] ?? 0) * 24 + (frame.hour[index] ?? 0)) * HOUR_S;

/** Prophet as it comes: hourly data, its own daily and weekly seasonality, refitted when told to. */
export const createProphet = (): Yardstick => {
  ready();
  let model: Prophet | null = null;
  return {
    name: PROPHET,
    forecast: async (seen, origin, horizon, refit) => {
      if (model === null || refit) {
        const known: number[] = [];
        for (let index = 0; index < origin; index += 1) if (!Number.isNaN(seen.values[index])) known.push(index);
        // The second pass of an hour in autumn has the same wall clock: Prophet takes both.
        model?.free();
        model = new Prophet({ optimizer, uncertaintySamples: 0 });
        model.fit({
          ds: known.map((index) => wallSeconds(seen, index)),
          y: known.map((index) => seen.values[index] ?? 0),
        });
      }
      const ds = Array.from({ length: horizon }, (_, lead) => wallSeconds(seen, origin + lead));
      return Float64Array.from(model.predict({ ds }).yhat.point);
    },
  };
};
