import type { ForecastModel } from '../../models/forecast/types.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Backend } from '../tensorflow.ts';
import type { Card, JudgedDay } from './card.ts';
import { withSources } from './hour-sources.ts';
import { spreadsOf } from './input-shift.ts';
import { cancelledTraining, daysKnown, type JudgedFit, judgeEarlier, judgeFit, tooLittle } from './judged-fit.ts';
import { judgeLately, sumOf, verdictOf } from './judging.ts';
import { HISTORY_DAYS, HORIZON_HOURS, JUDGED_DAYS, KIND_FACTS, writeError } from './kinds.ts';
import type { IssuedForecast, TrainAnswer, TrainTask } from './protocol.ts';
import { readSiteFrame, type SiteFrame } from './site-frame.ts';
import { unitOfKind } from './unit-of-kind.ts';
import type { Models, VersionCache } from './version-cache.ts';
import { writeVersion } from './version-folder.ts';

type Progress = (share: number, sentence: string) => Promise<boolean>;

/** Days that both were judged on, so that neither gains by an easy week. */
const onTheSameDays = (own: readonly JudgedDay[], other: readonly JudgedDay[]) => {
  const days = new Set(other.map((day) => day.at));
  const kept = own.filter((day) => days.has(day.at));
  const ownDays = new Set(kept.map((day) => day.at));
  return { own: sumOf(kept), other: sumOf(other.filter((day) => ownDays.has(day.at))) };
};

/** Whether the new version won, and the sentence that says why. */
const decide = (
  kind: TrainTask['kind'],
  unit: string,
  judged: JudgedFit,
  rival: Card['rival'],
): Pick<Card, 'won' | 'sentence' | 'thresholdPct'> => {
  const { thresholdPct } = KIND_FACTS[kind];
  const verdict = verdictOf(sumOf(judged.record), unit);
  if (!verdict.serves) return { won: false, sentence: verdict.sentence, thresholdPct };
  const { nrmsePct } = judged.errors.model;
  if (nrmsePct !== null && nrmsePct > thresholdPct)
    return {
      won: false,
      sentence: `It errs by ${nrmsePct.toFixed(0)} %, more than the ${thresholdPct} % above which no such model serves.`,
      thresholdPct,
    };
  if (rival === null) return { won: true, sentence: verdict.sentence, thresholdPct };
  const { own, other } = onTheSameDays(judged.record, rival.record);
  if (own.days === 0) return { won: true, sentence: verdict.sentence, thresholdPct };
  const mine = Math.sqrt(own.model / own.hours);
  const theirs = Math.sqrt(other.model / other.hours);
  const digits = writeError(mine, unit, 0) === writeError(theirs, unit, 0) ? 2 : 0;
  const figures = `${writeError(mine, unit, digits)} against ${writeError(theirs, unit, digits)} of the model that serves, over ${own.days} days`;
  return mine < theirs
    ? {
        won: true,
        sentence: `${verdict.sentence} It also errs less than the model that serves: ${figures}.`,
        thresholdPct,
      }
    : { won: false, sentence: `It did not beat the model that serves: it errs by ${figures}.`, thresholdPct };
};

/** What the judged fit, which had not seen those days, said at the asked midnights. */
const hindcastsOf = (
  { frame }: SiteFrame,
  judged: JudgedFit,
  midnights: readonly number[],
  version: string,
): readonly IssuedForecast[] =>
  midnights.flatMap((midnight): readonly IssuedForecast[] => {
    const points = judged.rows
      .filter((row) => frame.atOf(row.issue) === midnight && Number.isFinite(row.p50))
      .map(({ target, p10, p50, p90 }) => ({ at: frame.atOf(target), p10, p50, p90 }));
    const gap = points.findIndex((point, index) => point.at !== midnight + index * 3_600_000);
    const whole = gap < 0 ? points : points.slice(0, gap);
    if (whole.length === 0) return [];
    const because = 'Worked out afterwards, from nothing but what was measured before that midnight.';
    return [{ issuedAt: midnight, servedBy: 'model', version, because, points: whole }];
  });

/** Both settings judged on the same days; the better of the two are the version's. */
const judgeChallenger = async (
  backend: Backend,
  model: ForecastModel,
  data: SiteFrame,
  task: TrainTask,
  challenger: NonNullable<TrainTask['challenger']>,
  onProgress: Progress,
) => {
  const { settings, seed } = task;
  const first = await judgeFit(backend, model, data, settings, seed, (share, text) => onProgress(share * 0.5, text));
  if (first.outcome !== 'judged') return { outcome: first, settings, challenger: null };
  const begun = performance.now();
  const second = await judgeFit(backend, model, data, challenger, seed, (share) =>
    onProgress(0.5 + share * 0.5, 'Trying the settings that a search found'),
  );
  if (second.outcome !== 'judged') return { outcome: second, settings, challenger: null };
  const won = second.judged.errors.model.rmse < first.judged.errors.model.rmse;
  return {
    outcome: won ? second : first,
    settings: won ? challenger : settings,
    challenger: { won, errors: second.judged.errors, tookMs: performance.now() - begun },
  };
};

/** Trains, judges and writes one version; looks back on the asked midnights with the fit that had not seen them. */
export const runTraining = async (
  backend: Backend,
  models: Models,
  versions: VersionCache,
  task: TrainTask,
  onProgress: Progress,
): Promise<Result<TrainAnswer>> => {
  const { kind, site, seed } = task;
  const model = models[kind];
  if (model === undefined) return permanent('learning.no-model', `There is no model for ${kind}.`, 'Nothing is to do.');
  const begun = performance.now();
  const unit = unitOfKind(kind, site.currency);
  const data = withSources(task.databasePath, (sources) => readSiteFrame(sources, site, kind, task.now, HISTORY_DAYS));
  const { frame, origin } = data;
  const part =
    (from: number, to: number): Progress =>
    (share, sentence) =>
      onProgress(from + share * (to - from), sentence);
  const tried =
    task.challenger === null ? null : await judgeChallenger(backend, model, data, task, task.challenger, part(0, 0.5));
  if (tried?.outcome.outcome === 'cancelled') return cancelledTraining();
  const settings = tried?.settings ?? task.settings;
  const begin = tried === null ? 0 : 0.5;
  const fit = await model.fit({
    ...{ tf: backend.tf, frame, origin, seed, horizon: HORIZON_HOURS, settings },
    ...(tried === null ? { judgedDays: JUDGED_DAYS + 1 } : {}),
    onProgress: part(begin, begin + 0.8 * (1 - begin)),
  });
  if (fit.outcome === 'cancelled') return cancelledTraining();
  if (fit.outcome === 'too-little') return tooLittle(kind, fit.days);
  try {
    const judge = part(begin + 0.8 * (1 - begin), 1);
    const outcome =
      tried?.outcome ??
      (fit.earlier === undefined
        ? await judgeFit(backend, model, data, settings, seed, judge)
        : await judgeEarlier(model, data, fit.earlier, judge));
    if (outcome.outcome === 'cancelled') return cancelledTraining();
    if (outcome.outcome === 'too-little') return tooLittle(kind, outcome.days);
    const { judged } = outcome;
    const loaded = task.rival === null ? null : await versions.get(kind, task.rival.folder);
    const rival =
      task.rival !== null && loaded?.ok === true
        ? { version: task.rival.version, record: [...judgeLately(loaded.value, model, frame, origin)] }
        : null;
    const firstKnown = frame.values.findIndex((value) => !Number.isNaN(value));
    const card = await writeVersion(backend.tf, task.folder, fit.fitted.save(), {
      schema: 2,
      kind,
      version: task.version,
      unit,
      trainedAt: task.now,
      tookMs: Math.round(performance.now() - begun),
      backend: backend.name,
      seed,
      codeVersion: task.codeVersion,
      settings,
      data: {
        from: frame.atOf(Math.max(0, firstKnown)),
        to: frame.atOf(origin),
        days: daysKnown(data),
        rows: fit.rows,
        sha256: data.sha256,
      },
      judged: {
        from: judged.from,
        to: judged.to,
        days: judged.record.length,
        errors: judged.errors,
        byLead: [...judged.byLead],
        record: [...judged.record],
      },
      rival,
      ...decide(kind, unit, judged, rival),
      features: [...model.features],
      shares: [...fit.fitted.shares],
      importances: fit.fitted.importances.toSorted((one, other) => other.errorRisePct - one.errorRisePct),
      inputs: [...spreadsOf(frame, origin, unit)],
    });
    return ok({
      task: 'train',
      card,
      backend: backend.name,
      hindcasts: hindcastsOf(data, judged, task.hindcasts, task.version),
      challenger: tried?.challenger ?? null,
    });
  } finally {
    fit.fitted.dispose();
    fit.earlier?.forecaster.dispose();
  }
};
