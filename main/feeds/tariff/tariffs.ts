import type { Problem } from '../../../preload/contract/base.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { fail, messageOf, ok, permanent, type Result } from '../../result.ts';
import { readCsvPrices } from './csv-prices.ts';
import { CSV_PROVIDER, createFilling, type TariffStore } from './filling.ts';
import { tariffProblems } from './problems.ts';
import { ratesFor } from './rates.ts';
import { siteRates, tariffAt } from './site-rates.ts';
import type { PriceSource, Tariffs } from './types.ts';
import { tariffFromUrdb } from './urdb.ts';

const MINUTE_MS = 60_000;
/** The table's end moves on with time. */
const NEAR_EVERY_MS = 15 * MINUTE_MS;
/** Backfills come in many pieces: the past is looked at after them, not after each. */
const PAST_AT_MOST_EVERY_MS = 60 * MINUTE_MS;
const PAST_AFTER_MS = 30_000;
const NEVER = Number.POSITIVE_INFINITY;

export interface TariffsDeps {
  readonly store: TariffStore;
  readonly feeds: PriceSource;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  /** Homes whose prices are kept: no demo. */
  sites(): readonly Site[];
}

/** What is to be done for the past of one home. */
interface PastWish {
  dueAt: number;
  repriceFrom: number;
}

export const createTariffs = (deps: TariffsDeps): Tariffs => {
  const { store, bus, clock } = deps;
  const log = deps.log.room('tariffs');
  const filling = createFilling(deps);
  const life = new AbortController();
  const past = new Map<SiteId, PastWish>();
  const lastPastAt = new Map<SiteId, number>();
  const removers: (() => void)[] = [];
  let cancelTimer = (): void => undefined;
  let running: Promise<void> = Promise.resolve();
  let started = false;

  const siteOf = (siteId: SiteId): Result<Site, Problem> => {
    const site = store.sites.get(siteId);
    return site ? ok(site) : permanent('site.unknown', 'There is no such home.', 'Choose a home that is listed.');
  };

  let telling = false;
  const fillNear = (site: Site): void => {
    try {
      if (!filling.fillNear(site)) return;
      // Windows hear of it; this room does not hear itself.
      telling = true;
      bus.emit('feeds', { siteId: site.id, topic: 'price', at: clock.now() });
    } catch (thrown) {
      log.error('Prices could not be kept.', { site: site.id, why: messageOf(thrown) });
    } finally {
      telling = false;
    }
  };
  const fillDuePast = async (): Promise<void> => {
    for (const site of deps.sites()) {
      const wish = past.get(site.id);
      if (wish === undefined || wish.dueAt > clock.now()) continue;
      past.delete(site.id);
      lastPastAt.set(site.id, clock.now());
      try {
        await filling.fillPast(site, wish.repriceFrom, life.signal);
      } catch (thrown) {
        log.error('Past prices could not be kept.', { site: site.id, why: messageOf(thrown) });
      }
    }
  };
  const wishPast = (siteId: SiteId, dueAt: number, repriceFrom: number): void => {
    const wish = past.get(siteId);
    past.set(siteId, {
      dueAt: Math.min(dueAt, wish?.dueAt ?? NEVER),
      repriceFrom: Math.min(repriceFrom, wish?.repriceFrom ?? NEVER),
    });
    schedule();
  };
  const homeOf = (siteId: SiteId): Site | undefined => deps.sites().find(({ id }) => id === siteId);

  let nearAt = 0;
  const schedule = (): void => {
    cancelTimer();
    if (!started || life.signal.aborted) return;
    const dueAt = Math.min(nearAt, ...[...past.values()].map((wish) => wish.dueAt));
    cancelTimer = clock.after(Math.min(NEAR_EVERY_MS, Math.max(0, dueAt - clock.now())), tick);
  };
  const tick = (): void => {
    if (nearAt <= clock.now() || nearAt > clock.now() + NEAR_EVERY_MS) {
      for (const site of deps.sites()) fillNear(site);
      nearAt = clock.now() + NEAR_EVERY_MS;
    }
    running = running.then(fillDuePast).finally(schedule);
  };

  const reprice = (siteId: SiteId, from: number): void => {
    const site = homeOf(siteId);
    if (site === undefined) return;
    fillNear(site);
    wishPast(siteId, clock.now(), from);
  };

  return {
    start: (signal) => {
      started = true;
      signal.addEventListener('abort', () => life.abort(), { once: true });
      removers.push(
        bus.on('feeds', ({ siteId, topic }) => {
          const site = topic === 'price' && !telling ? homeOf(siteId) : undefined;
          if (site === undefined) return;
          fillNear(site);
          const last = lastPastAt.get(siteId) ?? Number.NEGATIVE_INFINITY;
          wishPast(siteId, Math.max(clock.now() + PAST_AFTER_MS, last + PAST_AT_MOST_EVERY_MS), NEVER);
        }),
        bus.on('settings', ({ siteId }) => {
          const site = homeOf(siteId);
          if (site !== undefined) fillNear(site);
        }),
      );
      for (const site of deps.sites()) wishPast(site.id, clock.now() + PAST_AFTER_MS, NEVER);
      schedule();
    },
    stop: async () => {
      life.abort();
      cancelTimer();
      for (const remove of removers.splice(0)) remove();
      await running;
      cancelTimer();
    },
    get: (siteId) => {
      const versions = store.tariffs.versions(siteId);
      return {
        siteId,
        tariff: tariffAt(versions, clock.now()),
        changes: versions.map(({ setAt, who, validFrom, tariff }) => ({
          setAt,
          who,
          validFrom,
          name: tariff?.name ?? null,
        })),
      };
    },
    tariffAt: (siteId, at) => tariffAt(store.tariffs.versions(siteId), at),
    ratesOf: (siteId, from, to) => {
      const site = store.sites.get(siteId);
      if (site === undefined) return [];
      const [versions, fixed] = [store.tariffs.versions(siteId), store.settings.get(siteId)];
      return siteRates({ ...{ site, versions, fixed, from, to }, prices: filling.pricesOf(siteId, from, to) });
    },
    preview: ({ siteId, from, to, tariff }) => {
      const found = siteOf(siteId);
      if (!found.ok) return found;
      const site = found.value;
      const prices = filling.pricesOf(siteId, from, to);
      const base = { siteId, currency: tariff?.currency ?? site.currency };
      if (tariff === null) {
        const [versions, fixed] = [store.tariffs.versions(siteId), store.settings.get(siteId)];
        return ok({ ...base, rates: [...siteRates({ site, versions, prices, fixed, from, to })], problems: [] });
      }
      const problems = [...tariffProblems(tariff, site.currency)];
      // A clock that does not exist shows no time.
      const rates = problems.some(({ kind }) => kind === 'zone')
        ? []
        : ratesFor({ tariff, prices, from, to, siteZone: site.timeZone });
      return ok({ ...base, rates: [...rates], problems });
    },
    set: ({ siteId, who, tariff, validFrom }) => {
      const found = siteOf(siteId);
      if (!found.ok) return found;
      const problems = tariff === null ? [] : tariffProblems(tariff, found.value.currency);
      const [first] = problems;
      if (first !== undefined)
        return fail({
          code: 'tariff.wrong',
          kind: 'permanent',
          message: first.sentence,
          advice: 'Correct the named lines. Nothing was changed.',
          fields: Object.fromEntries(problems.toReversed().map(({ part, sentence }) => [part, sentence])),
        });
      const now = clock.now();
      const isFirst = store.tariffs.versions(siteId).length === 0;
      const from = validFrom === undefined ? (isFirst ? null : now) : validFrom;
      store.tariffs.add(siteId, { setAt: now, who, validFrom: from, tariff });
      log.info('The tariff was changed.', { site: siteId, who, name: tariff?.name ?? null });
      reprice(siteId, from ?? 0);
      return ok(undefined);
    },
    importUrdb: ({ siteId, json }) => {
      const found = siteOf(siteId);
      if (!found.ok) return found;
      const read = tariffFromUrdb(json, clock.now());
      if (!read.ok) return read;
      const { tariff, notes } = read.value;
      return ok({ tariff, notes: [...notes], problems: [...tariffProblems(tariff, found.value.currency)] });
    },
    importCsv: ({ siteId, who, csv, dryRun, zone, kind, unit }) => {
      const found = siteOf(siteId);
      if (!found.ok) return found;
      const site = found.value;
      const { rows, problems, notes } = readCsvPrices({ csv, site, kind, unit, zone: zone ?? site.timeZone });
      const imported = !dryRun && rows.length > 0;
      if (imported) {
        const now = clock.now();
        store.feeds.prices.put(
          siteId,
          rows.map((row) => ({ ...row, provider: CSV_PROVIDER, fetchedAt: now })),
        );
        log.info('Prices were taken from a file.', { site: siteId, who, rows: rows.length });
        reprice(siteId, NEVER);
      }
      const last = rows.at(-1);
      const sentence =
        rows.length === 0
          ? `Nothing was taken: ${problems[0]?.sentence ?? 'there is no price in the file.'}`
          : `${rows.length} prices ${imported ? 'were taken' : 'can be taken'}.`;
      return ok({
        ...{ imported, rows: rows.length, sentence },
        from: rows[0]?.at ?? null,
        to: last === undefined ? null : last.at + last.stepMs,
        stepMs: rows.length === 0 ? null : Math.min(...new Set(rows.map(({ stepMs }) => stepMs))),
        problems: [...problems],
        notes: [...notes],
      });
    },
  };
};
