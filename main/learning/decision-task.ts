import { z } from 'zod';
import { type FittedDecision, fitDecision, restoreDecision } from '../../models/decision/decision-model.ts';
import { type DecisionRow, loggedRow, profileForecasts, replayRows } from '../../models/decision/rows.ts';
import { decisionFeatures, LONGEST_WAIT_HOURS, lowestSoc } from '../../models/decision/situation.ts';
import { channelId } from '../ids.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import type { Backend } from '../tensorflow.ts';
import { type HourSources, withSources } from './hour-sources.ts';
import type { DecideAnswer, DecideTask, DecisionAnswer, DecisionTask } from './protocol.ts';
import { readSiteFrame } from './site-frame.ts';
import { readFolder, writeFolder } from './version-folder.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** Half a year of days is played through: enough of each weather, and quickly done. */
const REPLAYED_DAYS = 180;
/** The forecasts of a day need two weeks before it. */
const WARM_UP_HOURS = 15 * DAY_HOURS;
const TRIES_AN_HOUR = 2;
const NETWORK = 'decision';

const cardSchema = z.strictObject({ files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })) });

const socHours = (sources: HourSources, task: DecisionTask, firstAt: number, hours: number): Float64Array => {
  const values = new Float64Array(hours).fill(Number.NaN);
  const key = { siteId: task.site.id, deviceId: '', channelId: channelId('site:soc'), metric: 'socPct' } as const;
  const id = sources.series.find(key);
  for (const row of id === undefined ? [] : sources.rollups.range('hour', id, firstAt, firstAt + hours * HOUR_MS))
    if (row.quality !== 'suspect') values[(row.at - firstAt) / HOUR_MS] = row.mean;
  return values;
};

/** Rows of the past: runs that were played through, and those that really were. */
const rowsOf = (task: DecisionTask): { readonly rows: readonly DecisionRow[]; readonly logged: number } =>
  withSources(task.databasePath, (sources) => {
    const { site, now, limits } = task;
    const { frame: load, origin } = readSiteFrame(sources, site, 'load', now, REPLAYED_DAYS);
    const { frame: pv } = readSiteFrame(sources, site, 'solar', now, REPLAYED_DAYS);
    const socPct = socHours(sources, task, load.firstAt, origin);
    const tempC = load.signals.get('tempC');
    const forecasts = profileForecasts(load, pv);
    const replayed = replayRows({
      ...{ load, pv, limits, socPct, forecasts, runs: task.runs, triesPerHour: TRIES_AN_HOUR, seed: task.seed },
      ...{ from: WARM_UP_HOURS, to: origin - LONGEST_WAIT_HOURS },
      ...(tempC === undefined ? {} : { tempC }),
    });
    const logged = task.logged.flatMap(({ at, powerW, hours }): readonly DecisionRow[] => {
      const index = Math.floor((at - load.firstAt) / HOUR_MS);
      const soc = socPct[index] ?? Number.NaN;
      if (index < WARM_UP_HOURS || index > origin - LONGEST_WAIT_HOURS || Number.isNaN(soc)) return [];
      const until = index + LONGEST_WAIT_HOURS;
      const lowest = lowestSoc(
        limits,
        soc,
        [...pv.values.subarray(index, until)],
        [...load.values.subarray(index, until)],
        {
          powerW,
          hours,
        },
      );
      if (Number.isNaN(lowest)) return [];
      const known = forecasts(index);
      const when = { hour: load.hour[index] ?? 0, yearShare: load.yearShare[index] ?? 0 };
      return [
        loggedRow(at, { socPct: soc, limits, ...when, ...known, priceRank: null, tempC: null, powerW, hours }, lowest),
      ];
    });
    return { rows: [...replayed, ...logged], logged: logged.length };
  });

/** Learns and asks the model of decisions; the last one that was asked stays loaded. */
export const createDecisionTasks = () => {
  let loaded: { readonly folder: string; readonly fitted: FittedDecision } | undefined;

  const learn = async ({ tf }: Backend, task: DecisionTask): Promise<Result<DecisionAnswer>> => {
    const { rows, logged } = rowsOf(task);
    const fitted = fitDecision(tf, rows, { seed: task.seed });
    if (fitted === null) return ok({ task: 'learn-decision', learnt: null });
    try {
      const { networks, parts } = fitted.save();
      const named = new Map(networks.map((network, number) => [`${NETWORK}-${number}`, network]));
      await writeFolder(
        tf,
        task.folder,
        { networks: named, parts },
        (files) => `${JSON.stringify({ files }, null, 2)}\n`,
      );
      return ok({ task: 'learn-decision', learnt: { rows: rows.length, logged, heldOut: fitted.card.heldOut } });
    } finally {
      fitted.dispose();
    }
  };

  const load = async ({ tf }: Backend, folder: string): Promise<Result<FittedDecision>> => {
    if (loaded?.folder === folder) return ok(loaded.fitted);
    const read = await readFolder(tf, folder, (text) => cardSchema.safeParse(JSON.parse(text)).data);
    if (!read.ok) return read;
    const { networks, parts } = read.value.saved;
    try {
      const inOrder = Array.from({ length: networks.size }, (_, number) => networks.get(`${NETWORK}-${number}`)).filter(
        (network) => network !== undefined,
      );
      const fitted = restoreDecision(tf, { networks: inOrder, parts });
      loaded?.fitted.dispose();
      loaded = { folder, fitted };
      return ok(fitted);
    } catch (thrown) {
      for (const network of networks.values()) network.dispose();
      return permanent(
        'learning.version',
        `The model of decisions in ${folder} does not fit this application: ${messageOf(thrown)}.`,
        'It is learnt again in the coming night.',
      );
    }
  };

  const decide = async (backend: Backend, task: DecideTask): Promise<Result<DecideAnswer>> => {
    const fitted = await load(backend, task.folder);
    if (!fitted.ok) return fitted;
    return ok({ task: 'decide', explanation: fitted.value.explain(decisionFeatures(task.situation)) });
  };

  return { learn, decide };
};
