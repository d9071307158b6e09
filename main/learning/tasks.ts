import { projectSoc } from '../../models/battery/projection.ts';
import { judge } from '../../models/evaluation/judge.ts';
import { judgeRecent } from '../../models/evaluation/judge-recent.ts';
import type { HourFrame } from '../../models/features/frame.ts';
import { type BaselineName, baselineForecast } from '../../models/forecaster/baseline-forecast.ts';
import { type BandRow, forecastWith } from '../../models/forecaster/forecaster.ts';
import { canTrain, HORIZON_HOURS, trainForecaster } from '../../models/forecaster/train.ts';
import { loadDesign } from '../../models/load/design.ts';
import type { ForecastDesign } from '../../models/network/design.ts';
import { solarDesign } from '../../models/solar/design.ts';
import type { BandPoint, ForecastKind } from '../../preload/contract/insight.ts';
import { ok, type Result, temporary } from '../result.ts';
import { openReader } from '../store/connection.ts';
import { reportOfFrame, sentenceOfFrame } from './frame-report.ts';
import type {
  ForecastAnswer,
  ForecastTask,
  IssuedForecast,
  PrepareAnswer,
  PrepareTask,
  ServePlan,
  TrainAnswer,
  TrainTask,
} from './protocol.ts';
import type { Backend } from './tensorflow.ts';
import { RECENT_DAYS, readFrame, TRAINING_DAYS } from './training-data.ts';
import { disposeVersion, type LoadedVersion, readVersion, writeVersion } from './version-folder.ts';

const HOUR_MS = 3_600_000;
const KINDS: readonly ForecastKind[] = ['solar', 'load'];
const DESIGNS: Readonly<Record<ForecastKind, ForecastDesign>> = { solar: solarDesign, load: loadDesign };
const NAMES: Readonly<Record<BaselineName, 'seasonal-naive' | 'physical'>> = {
  seasonalNaive: 'seasonal-naive',
  physical: 'physical',
};
const SOC_RUNS = 200;

/** Points without a hole from the origin on: what follows a hole is left out rather than guessed. */
const pointsOf = (frame: HourFrame, origin: number, rows: readonly BandRow[]): readonly BandPoint[] => {
  const hole = rows.findIndex((row, index) => row.target !== origin + index || !Number.isFinite(row.p50));
  return rows
    .slice(0, hole < 0 ? rows.length : hole)
    .map(({ target, p10, p50, p90 }) => ({ at: frame.atOf(target), p10, p50, p90 }));
};

const simplyBecause = (why: string): string =>
  `A simple forecast serves: ${why.slice(0, 1).toLowerCase()}${why.slice(1)}`;

const issueBaseline = (
  design: ForecastDesign,
  wished: BaselineName,
  frame: HourFrame,
  origin: number,
  issuedAt: number,
  because: string,
): IssuedForecast => {
  const others: readonly BaselineName[] = wished === 'physical' ? ['physical', 'seasonalNaive'] : ['seasonalNaive'];
  for (const name of others) {
    const points = pointsOf(frame, origin, baselineForecast(design, name, frame, origin, HORIZON_HOURS));
    if (points.length > 0) return { issuedAt, servedBy: NAMES[name], version: null, because, points };
  }
  return {
    issuedAt,
    servedBy: 'none',
    version: null,
    because: `There is no forecast: less than a day of ${design.kind === 'solar' ? 'solar power' : 'household power'} has been measured.`,
    points: [],
  };
};

/** Reads what the next training will read, and says of each kind whether it is enough. */
export const runPreparation = (task: PrepareTask): Result<PrepareAnswer> => {
  const db = openReader(task.databasePath);
  try {
    const sentences = KINDS.map((kind) => {
      const data = readFrame(db, task.site, kind, task.now, TRAINING_DAYS);
      return sentenceOfFrame(kind, reportOfFrame(data), canTrain(DESIGNS[kind], data.frame, data.origin));
    });
    return ok({ task: 'prepare', sentences });
  } finally {
    db.close();
  }
};

/** Trains, judges and writes one version; looks back on the asked midnights with the model that had not seen them. */
export const runTraining = async (
  backend: Backend,
  task: TrainTask,
  onProgress: (share: number, sentence: string) => Promise<boolean>,
): Promise<Result<TrainAnswer>> => {
  const { tf } = backend;
  const design = DESIGNS[task.kind];
  const db = openReader(task.databasePath);
  const { frame, origin, measured } = (() => {
    try {
      return readFrame(db, task.site, task.kind, task.now, TRAINING_DAYS);
    } finally {
      db.close();
    }
  })();
  const outcome = await trainForecaster(tf, design, frame, origin, task.settings, onProgress);
  if (outcome.outcome === 'cancelled')
    return temporary('learning.cancelled', 'The training was cancelled.', 'Start it again when it suits you.');
  if (outcome.outcome === 'too-little')
    return temporary(
      'learning.too-little',
      `There are only ${outcome.days} days of measurements; a model needs about six weeks.`,
      'Nothing has to be done: a simple forecast serves until enough has been measured. History can also be imported.',
    );
  const { serving, judgedAt, evaluation, windows, rows } = outcome.trained;
  try {
    const verdict = judge(evaluation);
    const past = { ...judgedAt(origin), from: frame.atOf(windows.calibrationFrom) };
    const card = await writeVersion(tf, task.folder, serving, past, {
      schema: 1,
      kind: task.kind,
      version: task.version,
      trainedAt: task.now,
      backend: backend.name,
      seed: task.settings.seed,
      data: {
        from: frame.atOf(windows.trainFrom),
        to: frame.atOf(windows.end),
        rows,
        days: Math.round(measured / 24),
      },
      test: { from: frame.atOf(windows.testFrom), to: frame.atOf(windows.end), days: evaluation.days },
      features: [...design.features],
      metrics: {
        model: evaluation.model,
        seasonalNaive: evaluation.seasonalNaive,
        physical: evaluation.physical,
        second: evaluation.second,
        pinballW: evaluation.pinballW,
        skillByLead: [...evaluation.skillByLead],
      },
      ...verdict,
    });
    const because = 'Worked out afterwards, from nothing but what was measured before that midnight.';
    const hindcasts = task.hindcasts.flatMap((midnight): readonly IssuedForecast[] => {
      const past = Math.floor((midnight - frame.firstAt) / HOUR_MS);
      if (past <= 0 || past >= origin) return [];
      if (!verdict.promoted) return [issueBaseline(design, verdict.bestBaseline, frame, past, midnight, because)];
      const points = pointsOf(frame, past, forecastWith(tf, judgedAt(past), design, frame, past, HORIZON_HOURS));
      return [{ issuedAt: midnight, servedBy: 'model', version: task.version, because, points }];
    });
    return ok({
      task: 'train',
      card,
      backend: backend.name,
      hindcasts: hindcasts.filter((each) => each.points.length > 0),
    });
  } finally {
    disposeVersion({ networks: serving.networks, past: { ...judgedAt(origin), from: 0 } });
  }
};

/** Loaded versions by folder, so that an hourly forecast does not read them again. */
export interface VersionCache {
  get(folder: string): Promise<Result<LoadedVersion>>;
}

/** Keeps the newest few versions loaded; a version that could not be read is tried again next time. */
export const createVersionCache = (backend: Backend, kept: number): VersionCache => {
  const loaded = new Map<string, LoadedVersion>();
  return {
    get: async (folder) => {
      const known = loaded.get(folder);
      if (known !== undefined) return ok(known);
      const read = await readVersion(backend.tf, folder);
      if (!read.ok) return read;
      loaded.set(folder, read.value);
      for (const [oldest, version] of loaded) {
        if (loaded.size <= kept) break;
        disposeVersion(version);
        loaded.delete(oldest);
      }
      return read;
    },
  };
};

/** Whether a version that serves still may: each recent day is forecast again by networks that had not seen it. */
const judgeLately = (
  { tf }: Backend,
  { past, card, networks, standardiser }: LoadedVersion,
  design: ForecastDesign,
  frame: HourFrame,
  origin: number,
) => {
  const indexOf = (at: number): number => Math.round((at - frame.firstAt) / HOUR_MS);
  const serving = { networks, standardiser, from: indexOf(card.data.to) };
  const fits = past === null ? [serving] : [{ ...past, from: indexOf(past.from) }, serving];
  return judgeRecent(tf, design, frame, origin, fits);
};

/** Issues solar and load for 48 h from the hour that holds now, and the battery over them. */
export const runForecast = async (
  backend: Backend,
  versions: VersionCache,
  task: ForecastTask,
): Promise<Result<ForecastAnswer>> => {
  const loaded: Partial<Record<ForecastKind, Result<LoadedVersion>>> = {};
  for (const kind of KINDS) {
    const { production } = task.plans[kind];
    if (production !== null) loaded[kind] = await versions.get(production.folder);
  }
  const db = openReader(task.databasePath);
  try {
    const begun = performance.now();
    const issue = (kind: ForecastKind, { production, because, baseline }: ServePlan): IssuedForecast => {
      const design = DESIGNS[kind];
      const { frame, origin } = readFrame(db, task.site, kind, task.now, RECENT_DAYS);
      const simply = (why: string, name: BaselineName): IssuedForecast =>
        issueBaseline(design, name, frame, origin, task.now, simplyBecause(why));
      const version = loaded[kind];
      if (production === null || version === undefined) return simply(because, baseline);
      if (!version.ok) return simply(version.error.message, baseline);
      const verdict = judgeLately(backend, version.value, design, frame, origin);
      if (!verdict.promoted) return simply(verdict.sentence, verdict.bestBaseline ?? baseline);
      const rows = forecastWith(backend.tf, version.value, design, frame, origin, HORIZON_HOURS);
      const points = pointsOf(frame, origin, rows);
      if (points.length < HORIZON_HOURS)
        return simply('Too little was measured lately for the model.', verdict.bestBaseline ?? baseline);
      return { issuedAt: task.now, servedBy: 'model', version: production.version, because: verdict.sentence, points };
    };
    const solar = issue('solar', task.plans.solar);
    const load = issue('load', task.plans.load);
    const soc =
      task.battery === null || solar.points.length === 0 || load.points.length === 0
        ? []
        : projectSoc({
            ...task.battery,
            pv: solar.points,
            load: load.points,
            stepHours: 1,
            runs: SOC_RUNS,
            seed: 1,
          });
    const firstAt = Math.floor(task.now / HOUR_MS) * HOUR_MS;
    const socPoints = soc.map((band, index) => ({ at: firstAt + index * HOUR_MS, ...band }));
    return ok({ task: 'forecast', solar, load, soc: socPoints, tookMs: performance.now() - begun });
  } finally {
    db.close();
  }
};
