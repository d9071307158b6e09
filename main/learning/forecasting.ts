import type { ForecastExplanation, ModelKind } from '../../preload/contract/models.ts';
import type { Site } from '../../preload/contract/site.ts';
import { newId, type SiteId } from '../ids.ts';
import { ok, type Result } from '../result.ts';
import { bandFactorsOf } from './band-keeping.ts';
import { batteryPlan } from './battery-plan.ts';
import type { Desk } from './desk.ts';
import { KIND_FACTS } from './kinds.ts';
import type { LifeCycle } from './life-cycle.ts';
import type { IssuedForecast, KindForecast, ServePlan } from './protocol.ts';
import type { Learning } from './types.ts';
import { unitOfKind } from './unit-of-kind.ts';

const HOUR_MS = 3_600_000;
/** What is short may have to wait for a training to come up for air. */
const SHORT_TIMEOUT_MS = 2 * 60_000;
/** Versions that stand in where the files of production are damaged. */
const STAND_INS = 2;
const SOC_BECAUSE =
  'Simulated over the solar and household forecasts and the usual flexible loads: the battery stores what is left over and gives what is lacking.';

export interface ForecastKeeper extends Pick<Learning, 'forecast' | 'explain'> {
  keep(siteId: SiteId, kind: ModelKind, issued: IssuedForecast): void;
  /** Only where nothing was issued in the day before: a forecast of the time is worth more than one made afterwards. */
  lacksForecast(siteId: SiteId, kind: ModelKind, midnight: number): boolean;
  whyNone(siteId: SiteId, kind: ModelKind): string;
}

/** Issues forecasts, keeps them, and records once a day what each forecaster said. */
export const createForecastKeeper = (desk: Desk, life: LifeCycle): ForecastKeeper => {
  const { store, clock, bus, log } = desk;
  /** Why the last attempt had nothing to say, by site and kind. */
  const whyNone = new Map<string, string>();
  const saidDamaged = new Set<string>();

  const planOf = (id: SiteId, kind: ModelKind): ServePlan => {
    const versions = store.models.list(id, kind);
    const production = versions.find(({ stage }) => stage === 'production');
    const shadow = versions.find(({ stage }) => stage === 'shadow');
    const newest = versions[0] && desk.card(versions[0]);
    const standIns = production === undefined ? [] : life.earlier(id, kind).slice(0, STAND_INS);
    return {
      versions: [...(production ? [production] : []), ...standIns].map(desk.place),
      shadow: shadow === undefined ? null : desk.place(shadow),
      bands: bandFactorsOf(desk, id, kind),
      because: newest?.sentence ?? 'No model has been trained yet.',
    };
  };

  const keep: ForecastKeeper['keep'] = (id, kind, issued) => {
    const { issuedAt, servedBy, version, because, points } = issued;
    if (points.length === 0) {
      whyNone.set(`${id} ${kind}`, because);
      return;
    }
    store.forecasts.put({
      siteId: id,
      kind,
      issuedAt,
      stepMs: HOUR_MS,
      version,
      servedBy,
      because,
      points: [...points],
    });
  };

  /** What is said first of a day is recorded, and again when another forecaster joins in: all at the same moment. */
  const record = (id: SiteId, kind: ModelKind, { issuedAt, records }: KindForecast): void => {
    const dayAt = records[0]?.dayAt;
    if (dayAt === undefined) return;
    const known = store.modelling.records.range(id, kind, dayAt, dayAt + 1);
    const there = new Set(known.map(({ role, version }) => `${role} ${version ?? ''}`));
    if (records.every(({ role, version }) => there.has(`${role} ${version ?? ''}`))) return;
    for (const each of records) store.modelling.records.put({ siteId: id, kind, issuedAt, ...each });
  };

  const tellDamaged = (site: Site, kind: ModelKind, { unreadable, version }: KindForecast): void => {
    for (const damaged of unreadable) {
      if (saidDamaged.has(damaged.version)) continue;
      saidDamaged.add(damaged.version);
      const instead = version === null ? 'A simple forecast serves' : 'An earlier version serves';
      const text = `${damaged.why} ${instead} until a new one is trained.`;
      log.warn('A model could not be read', { kind, version: damaged.version, why: damaged.why });
      const notice = {
        ...{ id: newId('notice'), at: clock.now(), level: 'attention' as const, text },
        title: `A ${KIND_FACTS[kind].label.toLowerCase()} model could not be read`,
      };
      store.events.add(site.id, { ...notice, kind: 'model-unreadable' });
      bus.emit('notice', notice);
    }
  };

  const forecast: Learning['forecast'] = async (id, signal) => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const now = clock.now();
    const kinds = desk.kinds(id);
    const battery = batteryPlan(desk, id, site.value.timeZone, now);
    const plans = Object.fromEntries(kinds.map((kind) => [kind, planOf(id, kind)]));
    const answer = await desk.worker.run(
      { task: 'forecast', ...desk.task(site.value), now, plans, battery },
      { signal: desk.ends(signal), timeoutMs: SHORT_TIMEOUT_MS },
    );
    if (!answer.ok) return answer;
    const { soc, tookMs, kinds: issued } = answer.value;
    log.debug('Issued forecasts', { tookMs: Math.round(tookMs) });
    const sentences: string[] = [];
    store.transaction(() => {
      for (const kind of kinds) {
        const own = issued[kind];
        if (own === undefined) continue;
        const before = store.forecasts.latest(id, kind)?.servedBy;
        if (own.servedBy !== before)
          log.info('Another forecast serves', {
            ...{ kind, before: before ?? 'none', servedBy: own.servedBy, because: own.because },
          });
        keep(id, kind, own);
        record(id, kind, own);
        sentences.push(`${KIND_FACTS[kind].label} for ${own.points.length} h. ${own.because}`);
      }
      if (soc.length > 0)
        store.forecasts.put({
          ...{ siteId: id, kind: 'soc', issuedAt: now, stepMs: HOUR_MS, version: null, servedBy: 'physical' },
          because: SOC_BECAUSE,
          points: [...soc],
        });
    });
    for (const kind of kinds) if (issued[kind] !== undefined) tellDamaged(site.value, kind, issued[kind]);
    bus.emit('forecast', { siteId: id, issuedAt: now });
    sentences.push(
      soc.length > 0
        ? `Battery from ${Math.round(soc[0]?.p50 ?? 0)} % over ${soc.length - 1} h.`
        : battery === null
          ? 'No battery projection: its capacity or its state of charge is not known.'
          : 'No battery projection without both forecasts.',
    );
    return ok({ issuedAt: now, sentences });
  };

  const explain: Learning['explain'] = async (id, kind, at): Promise<Result<ForecastExplanation>> => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const common = { siteId: id, kind, at, unit: unitOfKind(kind, site.value.currency) };
    const latest = store.forecasts.latest(id, kind);
    const version = latest?.version == null ? undefined : store.models.get(latest.version);
    if (latest === undefined || version === undefined) {
      const sentence = `No model says why: ${latest?.because ?? 'no forecast has been issued yet.'}`;
      return ok({ ...common, base: null, mean: null, contributions: [], sentence });
    }
    const answer = await desk.worker.run(
      { task: 'explain', ...desk.task(site.value), now: latest.issuedAt, kind, version: desk.place(version), at },
      { signal: desk.ends(new AbortController().signal), timeoutMs: SHORT_TIMEOUT_MS },
    );
    if (!answer.ok) return answer;
    const { explanation, features } = answer.value;
    if (explanation === null)
      return ok({
        ...common,
        base: null,
        mean: null,
        contributions: [],
        sentence: 'Nothing moves this hour: it is certain.',
      });
    const docs = new Map(features.map((feature) => [feature.name, feature]));
    const contributions = explanation.contributions
      .map(({ name, value }) => ({ name, value, unit: docs.get(name)?.unit ?? '', doc: docs.get(name)?.doc ?? name }))
      .toSorted((one, other) => Math.abs(other.value) - Math.abs(one.value));
    const mean = explanation.base + contributions.reduce((sum, each) => sum + each.value, 0);
    const [most] = contributions;
    const sentence =
      most === undefined
        ? 'No input moved it.'
        : `Moved most by: ${most.doc.replace(/\.$/, '')} (${most.value >= 0 ? 'up' : 'down'}).`;
    return ok({ ...common, base: explanation.base, mean, contributions, sentence });
  };

  return {
    keep,
    forecast,
    explain,
    lacksForecast: (id, kind, midnight) =>
      (store.forecasts.issuedBefore(id, kind, midnight)?.issuedAt ?? 0) < midnight - 24 * HOUR_MS,
    whyNone: (id, kind) => whyNone.get(`${id} ${kind}`) ?? 'No forecast has been issued yet.',
  };
};
