import type { ModelCard, ModelKind, ModelList, ModelSummary } from '../../preload/contract/models.ts';
import type { SiteId } from '../ids.ts';
import { ok, permanent } from '../result.ts';
import type { ModelVersion } from '../store/model-types.ts';
import { addLocalDays } from '../zone.ts';
import type { Desk } from './desk.ts';
import { readFindings } from './kept-findings.ts';
import { KIND_FACTS, LEARNING_DAYS } from './kinds.ts';
import type { LifeCycle } from './life-cycle.ts';
import { measuredHours } from './measured-hours.ts';
import type { ModelRegistry } from './types.ts';
import { unitOfKind } from './unit-of-kind.ts';

const HOUR_MS = 3_600_000;
/** Hours that are looked at to say when learning starts: enough to know that it has. */
const LOOKED_AT_HOURS = 60 * 24;
const ARCHIVED_SHOWN = 20;

/** The versions of a site with their cards, and what a person may do with them. */
export const createRegistry = (desk: Desk, life: LifeCycle): ModelRegistry => {
  const { store, clock } = desk;

  /** Undefined for a version of another age, whose card cannot be read any more. */
  const summaryOf = (version: ModelVersion): ModelSummary | undefined => {
    const card = desk.card(version);
    if (card === undefined) return undefined;
    const last = store.models.stagesOf(version.id).at(-1);
    const { record: _, ...judged } = card.judged;
    return {
      version: version.id,
      kind: version.kind,
      stage: version.stage,
      sentence: last?.why ?? card.sentence,
      stagedAt: last?.at ?? version.trainedAt,
      rolledBack: last?.rolledBack ?? false,
      usable: desk.usable(version),
      unit: card.unit,
      trainedAt: version.trainedAt,
      tookMs: card.tookMs,
      data: card.data,
      settings: card.settings,
      seed: card.seed,
      codeVersion: card.codeVersion,
      backend: card.backend,
      judged,
      thresholdPct: card.thresholdPct,
    };
  };

  /** Days of measurements so far, and when there will be enough. */
  const progressOf = (id: SiteId, kind: ModelKind, zone: string) => {
    const now = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
    const from = now - LOOKED_AT_HOURS * HOUR_MS;
    const { values } = measuredHours(store, id, kind, from, LOOKED_AT_HOURS);
    const first = values.findIndex((value) => !Number.isNaN(value));
    if (first < 0) return { measuredDays: 0, learningStartsAt: null };
    const startsAt = addLocalDays(from + first * HOUR_MS, LEARNING_DAYS + 1, zone);
    return {
      measuredDays: Math.floor((LOOKED_AT_HOURS - first) / 24),
      learningStartsAt: startsAt > clock.now() ? startsAt : null,
    };
  };

  const kindOf = (id: SiteId, kind: ModelKind): ModelList['kinds'][number] => {
    const site = desk.siteOf(id);
    const versions = store.models.list(id, kind);
    const of = (stage: ModelVersion['stage']): ModelSummary[] =>
      versions.filter((version) => version.stage === stage).flatMap((version) => summaryOf(version) ?? []);
    const latest = store.forecasts.latest(id, kind);
    return {
      kind,
      label: KIND_FACTS[kind].label,
      unit: unitOfKind(kind, site?.currency ?? 'EUR'),
      sentence: latest?.because ?? 'No forecast has been issued yet.',
      findings: [...readFindings(desk, id, kind)],
      ...progressOf(id, kind, site?.timeZone ?? 'UTC'),
      production: of('production')[0] ?? null,
      shadow: of('shadow')[0] ?? null,
      candidates: of('candidate'),
      archived: of('archived').slice(0, ARCHIVED_SHOWN),
      rollBackTo: store.models.production(id, kind) === undefined ? null : (life.earlier(id, kind)[0]?.id ?? null),
    };
  };

  return {
    list: (id) => ({ siteId: id, kinds: desk.kinds(id).map((kind) => kindOf(id, kind)) }),
    card: (id, name) => {
      const version = store.models.get(name);
      const card = version?.siteId === id ? desk.card(version) : undefined;
      const summary = version && summaryOf(version);
      if (version === undefined || card === undefined || summary === undefined)
        return permanent('learning.version', 'There is no such version.', 'Choose one from the list.');
      const whole: ModelCard = {
        ...summary,
        features: card.features,
        importances: card.importances,
        shares: card.shares.map(({ member, share }) => ({ member, sharePct: 100 * share })),
        stages: store.models.stagesOf(name).map(({ at, stage, why }) => ({ at, stage, sentence: why })),
        files: card.files,
      };
      return ok(whole);
    },
    promote: life.promote,
    rollBack: life.rollBack,
  };
};
