import { rmSync } from 'node:fs';
import type { ModelKind } from '../../preload/contract/models.ts';
import type { SiteId } from '../ids.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { ModelVersion } from '../store/model-types.ts';
import { addLocalDays, startOfLocalDay } from '../zone.ts';
import type { Card } from './card.ts';
import type { Desk } from './desk.ts';
import { sumOf } from './judging.ts';
import { KIND_FACTS, writeError } from './kinds.ts';
import { commonHours, issuedDays, squaresOf } from './record-errors.ts';
import { unitOfKind } from './unit-of-kind.ts';

/** Nights that a new version forecasts beside production before it may take its place. */
const SHADOW_NIGHTS = 1;
/** Compared hours that decide; with fewer it waits, but no longer than so many nights. */
const LEAST_SHADOW_HOURS = 12;
const MOST_SHADOW_NIGHTS = 4;
/** Older folders of a kind are removed; their cards stay in the database. */
const FOLDERS_KEPT = 5;

const nightsBetween = (from: number, to: number, zone: string): number => {
  let nights = 0;
  for (let at = startOfLocalDay(from, zone); at < startOfLocalDay(to, zone); at = addLocalDays(at, 1, zone))
    nights += 1;
  return nights;
};

export interface LifeCycle {
  /** Decides on the shadow of a kind if its time has come; a sentence, or null where nothing was decided. */
  settle(siteId: SiteId, kind: ModelKind): string | null;
  /** Gives a new version its first stage by what its card says. */
  admit(version: Omit<ModelVersion, 'stage'>, card: Card): ModelVersion['stage'];
  promote(siteId: SiteId, version: string, who: string): Result<void>;
  rollBack(siteId: SiteId, kind: ModelKind, who: string): Result<string>;
  /** Archived versions that have served and may serve again, the last one first. */
  earlier(siteId: SiteId, kind: ModelKind): readonly ModelVersion[];
  /** Whether a person took the version back. */
  rolledBack(version: string): boolean;
}

export const createLifeCycle = (desk: Desk): LifeCycle => {
  const { store, clock } = desk;
  const log = desk.log;

  const of = (id: SiteId, kind: ModelKind, stage: ModelVersion['stage']): readonly ModelVersion[] =>
    store.models.list(id, kind).filter((version) => version.stage === stage);
  const move = (version: ModelVersion, stage: ModelVersion['stage'], why: string, rolledBack = false): void => {
    store.models.setStage(version.id, stage, { at: clock.now(), why, rolledBack });
    log.info('A model changed its stage', { version: version.id, stage, why });
  };
  const told = (siteId: SiteId, kind: ModelKind, sentence: string): string => {
    desk.tell({ siteId, about: 'versions', kind, share: null, sentence });
    return sentence;
  };
  const rolledBack: LifeCycle['rolledBack'] = (version) => store.models.stagesOf(version).at(-1)?.rolledBack === true;
  const earlier: LifeCycle['earlier'] = (id, kind) => {
    const lastServed = (version: ModelVersion): number =>
      store.models.stagesOf(version.id).findLast(({ stage }) => stage === 'production')?.at ?? Number.NEGATIVE_INFINITY;
    return of(id, kind, 'archived')
      .filter((version) => lastServed(version) > 0 && !rolledBack(version.id) && desk.usable(version))
      .toSorted((one, other) => lastServed(other) - lastServed(one));
  };

  const prune = (id: SiteId, kind: ModelKind): void => {
    const kept = new Set(
      earlier(id, kind)
        .slice(0, 1)
        .map((version) => version.id),
    );
    for (const version of store.models.list(id, kind).slice(FOLDERS_KEPT)) {
      if (version.stage === 'production' || version.stage === 'shadow' || kept.has(version.id)) continue;
      rmSync(desk.place(version).folder, { recursive: true, force: true });
    }
  };

  /** Squared errors of shadow, production and the better simple forecast: on the judged days, and as issued side by side since. */
  const compared = (shadow: ModelVersion, card: Card, production: ModelVersion) => {
    const since = startOfLocalDay(shadow.trainedAt, desk.siteOf(shadow.siteId)?.timeZone ?? 'UTC');
    const days = issuedDays(store, shadow.siteId, shadow.kind, since, clock.now());
    const total = { hours: 0, shadow: 0, production: 0, baseline: 0, naive: 0 };
    for (const day of days) {
      if (day.said.shadow?.version !== shadow.id || day.said.production?.version !== production.id) continue;
      const hours = commonHours(day, ['shadow', 'production', 'baseline', 'naive']);
      total.hours += hours.length;
      for (const role of ['shadow', 'production', 'baseline', 'naive'] as const)
        total[role] += squaresOf(day, role, hours);
    }
    const beside = total.hours;
    const rival = card.rival?.version === production.id ? card.rival.record : [];
    const rivalDays = new Map(rival.map((day) => [day.at, day]));
    const judged = sumOf(card.judged.record.filter((day) => rivalDays.has(day.at)));
    const theirs = sumOf(card.judged.record.flatMap((day) => rivalDays.get(day.at) ?? []));
    return {
      beside,
      hours: total.hours + judged.hours,
      shadow: total.shadow + judged.model,
      // Their days may hold an hour more or less: their mean on as many hours as ours.
      production: total.production + (theirs.hours > 0 ? (theirs.model / theirs.hours) * judged.hours : 0),
      simple: Math.min(total.baseline + judged.baseline, total.naive + judged.naive),
    };
  };

  const settle: LifeCycle['settle'] = (id, kind) => {
    const site = desk.siteOf(id);
    const [shadow] = of(id, kind, 'shadow');
    if (site === undefined || shadow === undefined) return null;
    const card = desk.card(shadow);
    const name = KIND_FACTS[kind].label;
    if (card === undefined || !desk.usable(shadow)) {
      move(shadow, 'archived', 'Its files are not there or of another age.');
      return told(id, kind, `${name}: the version that watched cannot be read and was archived.`);
    }
    const nights = nightsBetween(shadow.trainedAt, clock.now(), site.timeZone);
    if (nights < SHADOW_NIGHTS) return null;
    const production = store.models.production(id, kind);
    if (production === undefined || !desk.usable(production)) {
      move(shadow, 'production', 'It watched, and nothing else could serve.');
      return told(id, kind, `${name}: the version that watched serves from now on.`);
    }
    const sums = compared(shadow, card, production);
    if (sums.beside < LEAST_SHADOW_HOURS && nights < MOST_SHADOW_NIGHTS) return null;
    const unit = unitOfKind(kind, site.currency);
    const rmse = (squares: number): number => Math.sqrt(squares / Math.max(1, sums.hours));
    const digits = writeError(rmse(sums.shadow), unit, 0) === writeError(rmse(sums.production), unit, 0) ? 2 : 0;
    const figures = `${writeError(rmse(sums.shadow), unit, digits)} against ${writeError(rmse(sums.production), unit, digits)} of the version before, ${sums.beside} hours of it side by side`;
    if (sums.hours > 0 && sums.shadow < sums.production && sums.shadow < sums.simple) {
      move(shadow, 'production', `It stayed better: it errs by ${figures}.`);
      prune(id, kind);
      return told(id, kind, `${name}: a new version serves from now on. It errs by ${figures}.`);
    }
    move(shadow, 'archived', `It did not stay better: it errs by ${figures}.`);
    return told(id, kind, `${name}: the version that watched did not stay better. It errs by ${figures}.`);
  };

  const admit: LifeCycle['admit'] = (version, card) => {
    const { siteId, kind } = version;
    const production = store.models.production(siteId, kind);
    const [watching] = of(siteId, kind, 'shadow');
    const served = production !== undefined && desk.usable(production);
    // A shadow that still waits for its hours is not pushed out by the next night's version.
    const stage = !card.won ? 'candidate' : !served ? 'production' : watching ? 'candidate' : 'shadow';
    const why =
      stage === 'candidate' && card.won ? `${card.sentence} Another new version watches first.` : card.sentence;
    store.transaction(() => {
      for (const before of of(siteId, kind, 'candidate')) move(before, 'archived', 'A newer version was trained.');
      store.models.add({ ...version, stage }, { at: clock.now(), why });
    });
    prune(siteId, kind);
    told(siteId, kind, `${KIND_FACTS[kind].label}: ${why}`);
    return stage;
  };

  const promote: LifeCycle['promote'] = (id, name, who) => {
    const version = store.models.get(name);
    if (version === undefined || version.siteId !== id)
      return permanent('learning.version', 'There is no such version.', 'Choose one from the list.');
    if (version.stage === 'production')
      return permanent('learning.version', 'This version is in production already.', 'Nothing has to be done.');
    if (!desk.usable(version))
      return permanent(
        'learning.version',
        'The files of this version were removed or belong to another version of the application.',
        'Choose a version whose files are there, or train a new one.',
      );
    move(version, 'production', `${who} took it into production.`);
    told(id, version.kind, `${who} took a version into production.`);
    return ok(undefined);
  };

  const rollBack: LifeCycle['rollBack'] = (id, kind, who) => {
    const production = store.models.production(id, kind);
    const [before] = earlier(id, kind);
    if (production === undefined || before === undefined)
      return permanent(
        'learning.no-earlier',
        'There is no earlier version whose files are still there.',
        'Train a new version; while it loses, a simple forecast serves by itself.',
      );
    store.transaction(() => {
      move(before, 'production', `${who} brought it back.`);
      move(production, 'archived', `${who} took it out of production.`, true);
      for (const shadow of of(id, kind, 'shadow'))
        move(shadow, 'archived', 'It was compared with a version that was taken back.');
    });
    told(id, kind, `${who} rolled back to the version before.`);
    return ok(before.id);
  };

  return { settle, admit, promote, rollBack, earlier, rolledBack };
};
