import type { FlowLoad, LiveState } from '../../../preload/contract/site.ts';
import { inSentence, listed, seen } from './words.ts';

/** Below this a flow is noise of the meters, W. */
const IDLE_W = 50;

interface Flows {
  readonly pv: number | null;
  readonly grid: number | null;
  readonly battery: number | null;
}

/** Where the house's energy comes from, the largest first. */
const sourcesOf = ({ pv, grid, battery }: Flows): readonly string[] =>
  [
    { name: 'the sun', powerW: pv ?? 0 },
    { name: 'the battery', powerW: -(battery ?? 0) },
    { name: 'the grid', powerW: grid ?? 0 },
  ]
    .filter((source) => source.powerW > IDLE_W)
    .sort((a, b) => b.powerW - a.powerW)
    .map((source) => source.name);

const charging = (flows: Flows): string => {
  const sources = sourcesOf(flows).filter((name) => name !== 'the battery');
  const from = sources.length > 0 ? ` from ${listed(sources)}` : '';
  const rest = (flows.grid ?? 0) < -IDLE_W ? ' and exporting the rest' : '';
  return `Charging the battery${from}${rest}`;
};

const exporting = (flows: Flows, full: boolean): string => {
  const sources = sourcesOf(flows);
  if (sources.length === 0) return 'Exporting to the grid';
  if (sources.length === 1 && sources[0] === 'the sun')
    return full ? 'The battery is full: exporting surplus sun' : 'Exporting surplus sun';
  return `Exporting from ${listed(sources)}`;
};

const mainClause = (live: LiveState): string | null => {
  const flows: Flows = { pv: seen(live.pvW), grid: seen(live.gridW), battery: seen(live.batteryW) };
  const load = seen(live.loadW);
  if (flows.pv === null && flows.grid === null && flows.battery === null && load === null) return null;
  if ((flows.battery ?? 0) > IDLE_W) return charging(flows);
  if ((flows.grid ?? 0) < -IDLE_W) return exporting(flows, (seen(live.socPct) ?? 0) >= 99);
  const sources = sourcesOf(flows);
  if (sources.length > 0) return `Running the house from ${listed(sources)}`;
  return load !== null && load > IDLE_W ? 'Running the house' : 'The house rests: nothing flows';
};

const unseen = (live: LiveState): readonly string[] =>
  [
    { name: 'the sun', measure: live.pvW },
    { name: 'the battery', measure: live.batteryW },
    { name: 'the grid', measure: live.gridW },
  ]
    .filter(({ measure }) => measure.freshness === 'stale')
    .map(({ name }) => name);

/** Below this a load that is switched on does nothing: a thermostat or the machine itself has ended it, W. */
const DOES_NOTHING_W = 15;

/** Loads that are seen to draw power now; one that is not seen is left out, not guessed. */
const running = (loads: readonly FlowLoad[]): readonly FlowLoad[] =>
  loads.filter((load) => load.on !== false && (seen(load.power) ?? 0) > DOES_NOTHING_W);

/**
 * What the house does now, in one sentence, from what is measured: `Charging the battery from the sun while Miner A and
 * the water heater run.` What is stale is said to be unseen; what was never measured is not mentioned.
 */
export const liveSentence = (live: LiveState): string => {
  const clause = mainClause(live);
  const on = running(live.loads);
  const names = listed(on.map(inSentence));
  const run = on.length === 1 ? 'runs' : 'run';
  if (clause === null)
    return on.length > 0
      ? `${names.charAt(0).toUpperCase()}${names.slice(1)} ${run}; the rest of the house is not seen.`
      : 'Nothing current is measured, so what the house does is not known.';
  const missing = unseen(live);
  const during = on.length > 0 ? ` while ${names} ${run}` : '';
  const hidden = missing.length > 0 ? `; ${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not seen` : '';
  return `${clause}${during}${hidden}.`;
};
