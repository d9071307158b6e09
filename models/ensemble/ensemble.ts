import type { HourFrame } from '../features/frame.ts';
import type { EarlierForecaster, FitContext, FitOutcome, FittedForecaster, ForecastModel } from '../forecast/types.ts';
import type { FittedLearner, LearningRows } from '../learners/types.ts';
import { type Bands, fitBands } from './bands.ts';
import { createFittedEnsemble } from './fitted-ensemble.ts';
import { importancesOf } from './importance.ts';
import { disposeMembers, type FittedMember, fitMembers, memberPredictions, mixtureOf } from './members.ts';
import { sizeLearner, withMixture } from './parts.ts';
import { restoreEnsemble } from './restore-ensemble.ts';
import { stackWeights } from './stacking.ts';
import { askedOf, collectRows, type KnownRows, learningRowsOf } from './training-rows.ts';
import type { EnsembleDesign } from './types.ts';

const DAY_HOURS = 24;
/** The newest days that are held out to weigh members and to size errors: up to eight weeks, a quarter of a short history. */
const MOST_HELD_OUT_DAYS = 56;
const HELD_OUT_SHARE = 0.25;
/** With fewer days there is nothing to learn from and to hold out. */
const LEAST_DAYS = 21;
const LEAST_ROWS = 200;
/** Fewer held-out days before the judged ones do not tell what a member is worth. */
const LEAST_WEIGHED_DAYS = 21;
/** Errors count half for bands after so many days. */
const BAND_HALF_LIFE_DAYS = 28;

interface Windows {
  readonly from: number;
  readonly heldOutFrom: number;
  readonly end: number;
}

const windowsOf = (frame: HourFrame, origin: number, historyHours: number) => {
  const firstKnown = frame.values.findIndex((value) => !Number.isNaN(value));
  const days = firstKnown < 0 ? 0 : Math.max(0, Math.floor((origin - firstKnown) / DAY_HOURS));
  if (days < LEAST_DAYS) return { days, windows: undefined };
  const heldOut = Math.min(MOST_HELD_OUT_DAYS, Math.floor(days * HELD_OUT_SHARE)) * DAY_HOURS;
  const warmUp = Math.min(historyHours, Math.floor((origin - firstKnown) / 6));
  return { days, windows: { from: firstKnown + warmUp, heldOutFrom: origin - heldOut, end: origin } satisfies Windows };
};

const errorRows = (rows: LearningRows, known: KnownRows, mixture: Float64Array): LearningRows => ({
  ...rows,
  inputs: withMixture(rows.inputs, known.rows, mixture),
  targets: Float32Array.from(
    known.rows,
    (row, index) => ((known.truth[index] ?? 0) - (mixture[index] ?? 0)) / row.scale,
  ),
});

/** Held-out weeks: what each member was worth there, and how the mixture erred. */
interface Judgement {
  readonly weights: Float64Array;
  readonly size: FittedLearner;
  readonly bands: Bands;
  readonly importances: FittedForecaster['importances'];
}

/**
 * A forecaster out of a design: its learners and simple experts, mixed by what each was worth on newest weeks that no
 * learner had seen, with bands from the errors of those weeks; then fitted again to everything.
 */
export const createEnsembleModel = <Prepared>(design: EnsembleDesign<Prepared>): ForecastModel => {
  const aim = design.aim ?? 'mean';

  const judgeMembers = async (
    context: FitContext,
    members: readonly FittedMember[],
    prepared: Prepared,
    windows: Windows,
    onProgress: FitContext['onProgress'],
    explained = true,
  ): Promise<Judgement | null> => {
    const { tf, frame, seed } = context;
    const known = collectRows(design, frame, prepared, windows.heldOutFrom, windows.end, context.horizon);
    const asked = askedOf(known.rows, known.origins, design.features.length);
    const predictions = memberPredictions(members, design.experts.length, known.rows, asked);
    const weights = stackWeights(predictions, known.truth, new Float64Array(known.rows.length).fill(1), aim);
    const mixture = mixtureOf(predictions, weights, design.bounds(prepared));
    const errors = errorRows(learningRowsOf(design, known, windows.end), known, mixture);
    const fitted = await fitBands(tf, sizeLearner, errors, BAND_HALF_LIFE_DAYS, windows.end, seed, (share) =>
      onProgress(share, 'Learning how far it errs'),
    );
    if (fitted === null) return null;
    const importances = explained ? importancesOf(design, members, weights, known, seed) : [];
    return { weights, ...fitted, importances };
  };

  /**
   * The forecaster as it was before the newest days: members that saw none of the held-out weeks, weighed and sized by those
   * before `from`. Null when it was ended; undefined where that would leave too few weeks to weigh by.
   */
  const earlierOf = async (
    context: FitContext,
    members: readonly FittedMember[],
    prepared: Prepared,
    windows: Windows,
  ): Promise<EarlierForecaster | null | undefined> => {
    const { tf, settings, judgedDays } = context;
    const from = windows.end - (judgedDays ?? 0) * DAY_HOURS;
    if (judgedDays === undefined || from - windows.heldOutFrom < LEAST_WEIGHED_DAYS * DAY_HOURS) return undefined;
    const onProgress: FitContext['onProgress'] = (share, sentence) => context.onProgress(0.45 + 0.05 * share, sentence);
    const until = { ...windows, end: from };
    const judgement = await judgeMembers(context, members, prepared, until, onProgress, false);
    if (judgement === null) return null;
    return {
      from,
      forecaster: createFittedEnsemble(design, { tf, settings, prepared, members, usual: [], ...judgement }),
    };
  };

  const fit = async (context: FitContext): Promise<FitOutcome> => {
    const { tf, frame, origin, seed, horizon, onProgress } = context;
    const { days, windows } = windowsOf(frame, origin, design.historyHours);
    if (windows === undefined) return { outcome: 'too-little', days };
    const learners = design.learners(context.settings);
    const early = design.prepare(frame, windows.heldOutFrom);
    const past = collectRows(design, frame, early, windows.from, windows.heldOutFrom, horizon);
    if (past.rows.length < LEAST_ROWS) return { outcome: 'too-little', days };
    const judged = await fitMembers(
      tf,
      learners,
      learningRowsOf(design, past, windows.heldOutFrom),
      seed,
      (share, name) => onProgress(0.4 * share, `Learning from the past: ${name}`),
    );
    if (judged === null) return { outcome: 'cancelled' };
    const judgement = await judgeMembers(context, judged, early, windows, (share, sentence) =>
      onProgress(0.4 + 0.05 * share, sentence),
    );
    const earlier = judgement === null ? null : await earlierOf(context, judged, early, windows);
    if (earlier === null || earlier === undefined) disposeMembers(judged);
    if (judgement === null) return { outcome: 'cancelled' };
    const ended = (): FitOutcome => {
      judgement.size.dispose();
      earlier?.forecaster.dispose();
      return { outcome: 'cancelled' };
    };
    if (earlier === null) return ended();
    const prepared = design.prepare(frame, origin);
    const all = collectRows(design, frame, prepared, windows.from, windows.end, horizon);
    const serving = await fitMembers(tf, learners, learningRowsOf(design, all, windows.end), seed, (share, name) =>
      onProgress(0.5 + 0.5 * share, `Learning the newest weeks as well: ${name}`),
    );
    if (serving === null) return ended();
    const fitted = createFittedEnsemble(design, {
      tf,
      settings: context.settings,
      prepared,
      members: serving,
      weights: judgement.weights,
      size: judgement.size,
      bands: judgement.bands,
      importances: judgement.importances,
      usual: usualFeatures(all),
    });
    return { outcome: 'fitted', fitted, rows: all.rows.length, ...(earlier === undefined ? {} : { earlier }) };
  };

  return {
    target: design.target,
    features: design.features.map(({ name, unit, doc }) => ({ name, unit, doc })),
    fit,
    restore: (tf, saved) => restoreEnsemble(design, tf, saved),
    simple: design.simple,
  };
};

/** The median of each feature over the rows: what an explanation compares an hour with. */
const usualFeatures = ({ rows }: KnownRows): readonly number[] => {
  const width = rows[0]?.features.length ?? 0;
  return Array.from({ length: width }, (_, place) => {
    const sorted = Float64Array.from(rows, (row) => row.features[place] ?? 0).sort();
    return sorted[sorted.length >> 1] ?? 0;
  });
};
