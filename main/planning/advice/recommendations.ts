import type { Problem } from '../../../preload/contract/base.ts';
import type { Recommendation } from '../../../preload/contract/plan.ts';
import type { Site } from '../../../preload/contract/site.ts';
import { newId, type SiteId } from '../../ids.ts';
import { fail, ok, permanent } from '../../result.ts';
import type { StoredRecommendation } from '../../store/advice.ts';
import { chooseAdvice } from './choosing.ts';
import { findAdvice, movablesOf } from './finding.ts';
import { type Basis, type Found, keptBasisSchema } from './found.ts';
import { pricesOfSpan, quartersOf, siteQuarters } from './measured-day.ts';
import { judgedFrom, judgedSpan, type MeasuredAround, outcomeOf } from './outcome.ts';
import { outlookOf } from './outlook.ts';
import type { Recommendations, RecommendationsDeps } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Dismissed advice is looked for among so many. */
const LOOKS_BACK = 200;
/** What was not measured by then never will be. */
const GIVE_UP_MS = 2 * DAY_MS;

const basisOf = ({ basis }: StoredRecommendation): { readonly expiresAt: number; readonly basis: Basis } | null => {
  try {
    const parsed = keptBasisSchema.safeParse(JSON.parse(basis));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // Of an earlier version: it is shown as it is, and not judged.
  }
};

const refused = (code: string, message: string): Problem => ({
  ...{ code, kind: 'permanent', message },
  advice: 'Look at the list again: it shows what is open now.',
});

export const createRecommendations = (deps: RecommendationsDeps): Recommendations => {
  const { store, clock, bus } = deps;
  const log = deps.log.room('advice');

  const tell = (siteId: SiteId, sentence: string): void =>
    bus.emit('plan', { siteId, about: 'recommendations', share: null, sentence });

  const put = (stored: StoredRecommendation, changes: Partial<Recommendation>, settledAt = stored.settledAt): void =>
    store.advice.putRecommendation({
      ...stored,
      recommendation: { ...stored.recommendation, ...changes },
      settledAt,
    });

  /** Unanswered advice whose time has passed. */
  const expire = (siteId: SiteId): void => {
    const now = clock.now();
    for (const stored of store.advice.open(siteId, now)) {
      const until = basisOf(stored)?.expiresAt ?? stored.recommendation.endAt;
      if (stored.recommendation.status === 'pending' && until <= now) put(stored, { status: 'expired' });
    }
  };

  const keep = (siteId: SiteId, { basis, expiresAt, ...found }: Found): void => {
    const now = clock.now();
    store.advice.putRecommendation({
      recommendation: {
        ...{ id: newId('rec'), siteId, ...found, madeAt: now, status: 'pending' },
        ...{ answeredAt: null, answeredBy: null, outcome: null },
      },
      basis: JSON.stringify({ expiresAt, basis }),
      settledAt: null,
    });
  };

  const measuredAround = (site: Site, basis: Basis, from: number, to: number): MeasuredAround => {
    const energy = (rows: ReturnType<typeof quartersOf>) => (at: number) => {
      const row = rows.get(at);
      return row === undefined ? null : row.mean / 4000;
    };
    const own = (series: 'grid' | 'load' | 'battery') => energy(siteQuarters(store, site.id, series, from, to));
    const soc = siteQuarters(store, site.id, 'soc', from, to);
    const load = basis.is === 'run' ? basis.load : null;
    return {
      ...{ grid: own('grid'), houseLoad: own('load'), battery: own('battery') },
      socPct: (at) => soc.get(at)?.mean ?? null,
      load:
        load === null
          ? () => null
          : energy(quartersOf(store, { siteId: site.id, ...load, metric: 'powerW' }, from, to)),
      price: pricesOfSpan(store, site.id, from, to),
    };
  };

  const isControllable = (siteId: SiteId, laneId: string): boolean =>
    store.devices
      .list(siteId)
      .some(({ id, channels }) =>
        channels.some((channel) => channel.controllable && `${id}/${channel.channelId}` === laneId),
      );

  const settleOne = (site: Site, stored: StoredRecommendation): boolean => {
    const now = clock.now();
    const { recommendation } = stored;
    const kept = basisOf(stored);
    const nobodyAsks = recommendation.status === 'dismissed' || kept === null;
    if (nobodyAsks || (kept.basis.is === 'run' && kept.basis.load === null)) {
      put(stored, {}, now);
      return false;
    }
    const told = { recommendation, basis: kept.basis, currency: site.currency, zone: site.timeZone };
    if (now < judgedFrom(told)) return false;
    const { from, to } = judgedSpan(told);
    const outcome = outcomeOf(told, measuredAround(site, kept.basis, from - HOUR_MS, to + HOUR_MS));
    if (outcome === null && now < judgedFrom(told) + GIVE_UP_MS) return false;
    // Advice that nobody took and nobody followed says nothing about itself.
    const worthSaying = recommendation.status === 'taken' || outcome?.cameTrue === true;
    put(stored, { outcome: worthSaying ? outcome : null }, now);
    return outcome !== null && worthSaying;
  };

  return {
    list: (siteId, limit) => {
      expire(siteId);
      return store.advice.recommendations(siteId, limit).map(({ recommendation }) => recommendation);
    },
    find: async (siteId) => {
      const site = store.sites.get(siteId);
      if (!site) return permanent('site.unknown', 'There is no such home.', 'Choose a home that is listed.');
      expire(siteId);
      const problem = await deps.problemOf(siteId);
      if (!problem.ok) return problem;
      const now = clock.now();
      const settings = deps.planSettingsOf(siteId);
      const outlook = outlookOf(problem.value, settings.aim.perKgCo2);
      const found = findAdvice({
        outlook,
        movables: movablesOf(store, siteId, site.timeZone, now),
        windMs: deps.windOf(siteId, outlook.startAt, outlook.startAt + outlook.importPrice.length * outlook.stepMs),
        beforeStormPct: settings.reserve.beforeStormPct,
        planActs: settings.enabled && deps.mode(siteId) !== 'watch',
      });
      const open = store.advice.open(siteId, now);
      const { add, withdraw } = chooseAdvice({
        ...{ now, found, open: open.map(({ recommendation }) => recommendation) },
        dismissed: store.advice
          .recommendations(siteId, LOOKS_BACK)
          .flatMap(({ recommendation }) => (recommendation.status === 'dismissed' ? [recommendation] : [])),
      });
      for (const stored of open)
        if (withdraw.includes(stored.recommendation.id)) put(stored, { status: 'expired' }, now);
      for (const each of add) keep(siteId, each);
      const left = open.length - withdraw.length + add.length;
      const sentence =
        left === 0
          ? 'Nothing is worth doing at another time.'
          : `${add.length} new, ${left} open${add[0] === undefined ? '.' : `: ${add.map(({ title }) => title).join('; ')}.`}`;
      if (add.length + withdraw.length > 0) tell(siteId, sentence);
      return ok({ found: add.length, sentence });
    },
    settle: (siteId) => {
      const site = store.sites.get(siteId);
      if (!site) return 0;
      expire(siteId);
      const settled = store.advice.unsettled(siteId, clock.now()).filter((stored) => settleOne(site, stored)).length;
      if (settled > 0) tell(siteId, 'It is known what became of earlier advice.');
      return settled;
    },
    answer: async ({ siteId, who, recommendationId, answer }) => {
      expire(siteId);
      const stored = store.advice.recommendation(siteId, recommendationId);
      if (!stored) return fail(refused('recommendation.unknown', 'There is no such recommendation.'));
      const { recommendation } = stored;
      const status = answer === 'take' ? 'taken' : 'dismissed';
      if (recommendation.status === status) return ok(undefined);
      if (recommendation.status === 'expired') return fail(refused('recommendation.expired', 'Its time has passed.'));
      if (recommendation.status !== 'pending')
        return fail(
          refused(
            'recommendation.answered',
            `${recommendation.answeredBy ?? 'Somebody'} has ${recommendation.status === 'taken' ? 'taken' : 'dismissed'} it already.`,
          ),
        );
      put(stored, { status, answeredAt: clock.now(), answeredBy: who });
      const { laneId, startAt } = recommendation;
      const isPlanned =
        laneId !== null &&
        recommendation.kind === 'shift' &&
        deps.planSettingsOf(siteId).loads.some((load) => `${load.deviceId}/${load.channelId}` === laneId);
      const mayPin = status === 'taken' && isPlanned && deps.pin !== undefined && isControllable(siteId, laneId);
      const pinned = mayPin && deps.pin ? await deps.pin({ siteId, laneId, startAt, who }) : null;
      // Taken is taken: where the plan cannot be moved, the person still starts it by hand.
      if (pinned?.ok === false) log.warn('The plan was not moved for taken advice.', { why: pinned.error.message });
      tell(
        siteId,
        pinned?.ok === false
          ? `${who} took “${recommendation.title}”. The plan stays as it is: ${pinned.error.message}`
          : `${who} ${status === 'taken' ? 'took' : 'dismissed'} “${recommendation.title}”.`,
      );
      return ok(undefined);
    },
  };
};
