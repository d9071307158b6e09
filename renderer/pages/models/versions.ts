import type { ModelCard, ModelKind, ModelList, ModelStage, ModelSummary } from '../../../preload/contract/models.ts';
import type { IconName } from '../../components/icon-paths.ts';
import type { Hue } from '../../components/roles.ts';
import { decimal } from '../../format/numbers.ts';
import { lessErrorPct } from './errors.ts';

export type KindView = ModelList['kinds'][number];

/** One hue and one icon a kind, as everywhere. */
export const KIND_LOOKS: Readonly<Record<ModelKind, { readonly hue: Hue; readonly icon: IconName }>> = {
  solar: { hue: 'solar', icon: 'sun' },
  wind: { hue: 'wind', icon: 'wind' },
  load: { hue: 'home', icon: 'house' },
  price: { hue: 'grid', icon: 'coins' },
};

export const STAGES: Readonly<Record<ModelStage, { readonly icon: IconName; readonly word: string }>> = {
  production: { icon: 'shield-check', word: 'Production' },
  shadow: { icon: 'eye', word: 'Shadow' },
  candidate: { icon: 'flask-conical', word: 'Candidate' },
  archived: { icon: 'archive', word: 'Archived' },
};

/** Every version of a kind: what serves first, then the shadow, the candidates and the archive, newest first. */
export const versionsOf = ({ production, shadow, candidates, archived }: KindView): ModelSummary[] => [
  ...(production ? [production] : []),
  ...(shadow ? [shadow] : []),
  ...candidates,
  ...archived,
];

/** The version whose card is shown: production, else the nearest to it. */
export const shownVersion = (kind: KindView): ModelSummary | null => versionsOf(kind)[0] ?? null;

/** Versions carry their hash behind the date: a person knows one by its end. */
export const shortVersion = (version: string): string => /_([0-9a-f]{4,})/i.exec(version)?.[1]?.slice(0, 6) ?? version;

/** What happens on a promotion, one sentence a line; doubts included. */
export const promotionWords = (version: ModelSummary, production: ModelSummary | null): string[] => {
  const { model, baseline } = version.judged.errors;
  const words = [
    production === null
      ? 'No version is in production now. This one takes its place at the next forecast.'
      : 'It takes the place of the version in production at the next forecast. That one is kept and can come back in one click.',
    'At each forecast it still has to win: where it errs more than a simple forecast lately, the simple one serves.',
  ];
  const better = lessErrorPct(model.rmse, baseline?.rmse);
  if (better !== null && better < 0)
    words.push(`When it was judged, it erred ${decimal(-better, 0)} % more than the baseline.`);
  const before = production === null ? null : lessErrorPct(model.rmse, production.judged.errors.model.rmse);
  if (before !== null && before < 0)
    words.push(
      `When they were judged, it erred ${decimal(-before, 0)} % more than the version in production${sameDays(version, production) ? '' : ', though on other days'}.`,
    );
  if (model.nrmsePct !== null && model.nrmsePct > version.thresholdPct)
    words.push(
      `Its error of ${decimal(model.nrmsePct, 0)} % lies above the ${decimal(version.thresholdPct, 0)} % that any version of this kind may have, so it will not serve until it does better.`,
    );
  return words;
};

/** Errors are only comparable on the same days. */
export const sameDays = (one: ModelSummary, other: ModelSummary | null): boolean =>
  other !== null && one.judged.from === other.judged.from && one.judged.to === other.judged.to;

/** The settings of a version or a trial, in words. */
export const settingsWords = (settings: Readonly<Record<string, number>>): string => {
  const entries = Object.entries(settings);
  if (entries.length === 0) return 'its own settings';
  return entries.map(([name, value]) => `${plainName(name)} ${tidy(value)}`).join(', ');
};

/** `learningRate` and `learning-rate` as words. */
export const plainName = (name: string): string => {
  const words = name
    .replaceAll(/[-_.]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Za-z])(\d)/g, '$1 $2')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What an input is, as a label: its documentation without the full stop, or its name in words. */
export const inputWords = ({ name, doc }: { readonly name: string; readonly doc: string }): string => {
  const words = doc.replace(/\.$/, '');
  return words === '' ? plainName(name) : words.charAt(0).toUpperCase() + words.slice(1);
};

/** A setting or an input with as many decimals as it needs. */
export const tidy = (value: number): string => {
  if (Number.isInteger(value)) return decimal(value, 0);
  const size = Math.abs(value);
  return decimal(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : size >= 0.001 ? 4 : 6);
};

export interface NamedInput {
  readonly name: string;
  readonly doc: string;
  readonly unit: string;
  /** Null where it was not measured. */
  readonly errorRisePct: number | null;
}

/** The inputs with what they bring, most first; those without a measure come last, by name. */
export const inputsOf = ({ features, importances }: Pick<ModelCard, 'features' | 'importances'>): NamedInput[] => {
  const rise = new Map(importances.map(({ name, errorRisePct }) => [name, errorRisePct]));
  const docs = new Map(features.map((feature) => [feature.name, feature]));
  const measured = importances.map(({ name, errorRisePct }) => ({
    name,
    doc: docs.get(name)?.doc ?? '',
    unit: docs.get(name)?.unit ?? '',
    errorRisePct,
  }));
  const rest = features
    .filter(({ name }) => !rise.has(name))
    .map(({ name, doc, unit }) => ({ name, doc, unit, errorRisePct: null }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return [...measured.sort((a, b) => b.errorRisePct - a.errorRisePct), ...rest];
};
