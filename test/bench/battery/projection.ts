/**
 * Whether the projected band of the battery holds what comes: at each local midnight of later months the band is projected from
 * honest bands of sun and load (quantiles of the hour over the 28 days before) and compared with the battery run on what was
 * measured. `node test/bench/battery/projection.ts [DATA]`
 */
import { type PastBand, sequenceCorrelation } from '../../../models/battery/band.ts';
import { HOURLY_CORRELATION, projectSoc } from '../../../models/battery/projection.ts';
import { simulateBattery } from '../../../models/battery/simulation.ts';
import { profileForecasts } from '../../../models/decision/rows.ts';
import { eschborn, fontana } from '../decision/homes.ts';

const data = process.argv[2] ?? '../shared/data';
const HORIZON = 24;
/** At a limit the band has no width and the truth lies on it to the last digit. */
const TOUCH_PCT = 0.5;

for (const home of [eschborn(data), ...['01', '03', '09', '17'].map((number) => fontana(data, number))]) {
  const { load, pv, limits } = home;
  const forecasts = profileForecasts(load, pv, 28);
  const midnights = Array.from({ length: load.hours - HORIZON }, (_, index) => index).filter(
    (index) => load.hour[index] === 0,
  );
  const past: Record<'pv' | 'load', (PastBand | null)[]> = { pv: [], load: [] };
  let inside = 0;
  let free = 0;
  let freeInside = 0;
  let hours = 0;
  let hit = 0;
  let bandHours = 0;
  for (const origin of midnights.slice(30)) {
    const pvW = Array.from(pv.values.subarray(origin, origin + HORIZON));
    const loadW = Array.from(load.values.subarray(origin, origin + HORIZON));
    if (![...pvW, ...loadW].every(Number.isFinite)) continue;
    const known = forecasts(origin);
    const correlation = {
      pv: sequenceCorrelation(past.pv, HOURLY_CORRELATION.pv),
      load: sequenceCorrelation(past.load, HOURLY_CORRELATION.load),
    };
    const input = { limits, socPct: 50, stepHours: 1, runs: 300, seed: 1, correlation };
    const bands = projectSoc({ ...input, pv: known.pv.slice(0, HORIZON), load: known.load.slice(0, HORIZON) }).slice(1);
    simulateBattery(limits, 50, pvW, loadW, 1).forEach(({ socPct }, hour) => {
      const band = bands[hour] ?? { p10: 0, p50: 0, p90: 0 };
      const holds = socPct >= band.p10 - TOUCH_PCT && socPct <= band.p90 + TOUCH_PCT;
      hours += 1;
      if (holds) inside += 1;
      if (band.p90 - band.p10 > 5) {
        free += 1;
        if (holds) freeInside += 1;
      }
      for (const [name, values] of [
        ['pv', pvW],
        ['load', loadW],
      ] as const) {
        const forecast = known[name][hour];
        const actual = values[hour] ?? Number.NaN;
        past[name].push(forecast === undefined ? null : { ...forecast, actual });
        if (forecast === undefined || forecast.p90 - forecast.p10 < 50) continue;
        bandHours += 1;
        if (actual >= forecast.p10 && actual <= forecast.p90) hit += 1;
      }
    });
  }
  const pct = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${home.name}: SOC within its band ${pct(inside / hours)} of ${hours} hours, ${pct(freeInside / free)} of ${free} hours whose band is wider than 5 points; ` +
      `bands of sun and load held ${pct(hit / bandHours)}; correlation of errors sun ${sequenceCorrelation(past.pv, Number.NaN).toFixed(2)}, load ${sequenceCorrelation(past.load, Number.NaN).toFixed(2)}`,
  );
}
