import type { EnsembleRow } from '../ensemble/types.ts';
import type { HourFrame } from '../features/frame.ts';
import { type HubWind, type WindOutlook, windOutlook } from './hub-wind.ts';
import { curveShare, roseShare } from './power-curve.ts';
import { WIND_FEATURES, type WindMoment } from './wind-features.ts';
import type { WindSite } from './wind-site.ts';
import { type WindState, windState } from './wind-state.ts';

const RUNS = 4;
const AROUND: readonly number[] = [-3, -2, -1, 0, 1, 2, 3];
/** The newest run counts most; each before it less by this factor. */
const OLDER_RUN = 0.55;

/** A direction that is not known moves nothing. */
const directed = (wind: HubWind): HubWind =>
  Number.isNaN(wind.east + wind.north) ? { ...wind, east: 0, north: 0 } : wind;
const there = (wind: HubWind): boolean => !Number.isNaN(wind.speed);

const meanOfRuns = (runs: readonly HubWind[]): HubWind => {
  let [speed, east, north, total] = [0, 0, 0, 0];
  for (const [back, run] of runs.entries()) {
    const weight = OLDER_RUN ** back;
    speed += weight * run.speed;
    east += weight * run.east;
    north += weight * run.north;
    total += weight;
  }
  return { speed: speed / total, east: east / total, north: north / total };
};

/** The hour's mean by each of the newest runs that know of it; where there are fewer, the oldest of them again. */
const runsOf = (outlook: WindOutlook, target: number): readonly HubWind[] => {
  const runs: HubWind[] = [];
  for (let back = 0; back < RUNS; back += 1) {
    const wind = outlook.ofHour(target, back);
    const next = there(wind) ? directed(wind) : runs.at(-1);
    if (next === undefined) return [];
    runs.push(next);
  }
  return runs;
};

const momentOf = (
  frame: HourFrame,
  origin: number,
  target: number,
  site: WindSite,
  state: WindState,
  outlook: WindOutlook,
): WindMoment => {
  const calm: HubWind = { speed: site.meanSpeed, east: 0, north: 0 };
  const found = site.curve.speeds.length === 0 ? [] : runsOf(outlook, target);
  const covered = found.length > 0;
  const runs = covered ? found : [calm];
  const newest = runs[0] ?? calm;
  const runsMean = meanOfRuns(runs);
  const near = (offset: number): HubWind => {
    if (!covered) return calm;
    const wind = outlook.at(target + offset, 0);
    return there(wind) ? directed(wind) : newest;
  };
  const usual = Math.max(0, state.mean30d + (site.hourShares[frame.hour[target] ?? 0] ?? 0));
  const share = ({ speed }: HubWind): number => (covered ? curveShare(site.curve, speed) : usual);
  const curve = share(runsMean);
  return {
    frame,
    target,
    lead: target - origin,
    site,
    state,
    outlook,
    covered,
    runs,
    runsMean,
    near,
    curve,
    curveNewest: share(newest),
    curveTurned: covered ? curve + roseShare(site.rose, runsMean.east, runsMean.north) : usual,
    curveAround: AROUND.reduce((sum, offset) => sum + share(near(offset)), 0) / AROUND.length,
    usual,
  };
};

/** Names of the simple forecasts of a row, in its order. */
export const WIND_EXPERTS = ['power curve', 'power curve by direction', 'power now, fading'] as const;

/** What is now fades to the usual, as quickly as it does here. */
export const fadingShare = ({ state, usual, site, lead }: WindMoment): number =>
  usual + (state.last - usual) * Math.exp(-(lead + state.lastAgeHours + 1) / site.fadeHours);

/** What is known of each hour origin … origin + horizon − 1 within the frame; none where nothing is known of the site. */
export const windMoments = (
  frame: HourFrame,
  origin: number,
  horizon: number,
  site: WindSite,
): readonly WindMoment[] => {
  const outlook = windOutlook(frame, origin);
  const state = windState(frame, origin, site, outlook);
  if (state === null) return [];
  return Array.from({ length: Math.max(0, Math.min(frame.hours - origin, horizon)) }, (_, lead) =>
    momentOf(frame, origin, origin + lead, site, state, outlook),
  );
};

/** Rows of the ensemble: learners learn what the power curve misses, or what the fading power now does. */
export const windRows = (frame: HourFrame, origin: number, horizon: number, site: WindSite): readonly EnsembleRow[] =>
  windMoments(frame, origin, horizon, site).map((moment) => {
    const fading = fadingShare(moment);
    const { covered, curve, curveTurned } = moment;
    const base = covered ? curve : fading;
    return {
      target: moment.target,
      lead: moment.lead,
      base: base * site.capacity,
      scale: site.capacity,
      features: WIND_FEATURES.map(({ value }) => value(moment)),
      experts: [base, covered ? curveTurned : fading, fading].map((share) => share * site.capacity),
    };
  });
