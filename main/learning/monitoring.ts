import { z } from 'zod';
import type { ModelDrift, ModelKind } from '../../preload/contract/models.ts';
import { driftAlertSchema, driftInputSchema } from '../../preload/contract/models.ts';
import { newId, type SiteId } from '../ids.ts';
import { ok } from '../result.ts';
import { addLocalDays, startOfLocalDay } from '../zone.ts';
import { compareVersions } from './compare-view.ts';
import type { Desk } from './desk.ts';
import { driftDays, driftWindow } from './drift-days.ts';
import { KIND_FACTS, writeError } from './kinds.ts';
import type { Monitoring } from './types.ts';
import { unitOfKind } from './unit-of-kind.ts';

const SHORT_TIMEOUT_MS = 2 * 60_000;
const FOUR_WEEKS = 28;
/** The error of a week that is so much larger than at the training is no chance. */
const WORSE_THAN_TRAINED = 1.25;
const LEAST_DAYS = 5;
const COVERAGE = { least: 70, most: 90 } as const;
const LEAST_COVERED_HOURS = 100;
/** The usual reading of the index: below 0.1 alike, above 0.25 another population. */
const SHIFTED_PSI = 0.25;
const SHIFTED_SD = 1;

type Alert = ModelDrift['alerts'][number];

const reportSchema = z.strictObject({
  version: z.string(),
  inputs: z.array(driftInputSchema),
  alerts: z.array(driftAlertSchema),
});
type Report = z.infer<typeof reportSchema>;

export const createMonitoring = (desk: Desk): Monitoring => {
  const { store, clock, bus, log } = desk;

  const newest = (id: SiteId, kind: ModelKind): (Report & { readonly at: number }) | undefined => {
    const report = store.modelling.reports.latest(id, `drift:${kind}`);
    const parsed = report && reportSchema.safeParse(JSON.parse(report.body));
    return report && parsed?.success ? { ...parsed.data, at: report.at } : undefined;
  };
  const daysOf = (id: SiteId, kind: ModelKind, count: number): ModelDrift['days'] => {
    const zone = desk.siteOf(id)?.timeZone ?? 'UTC';
    const today = startOfLocalDay(clock.now(), zone);
    return driftDays(store, id, kind, addLocalDays(today, -count, zone), today);
  };

  const alertsOf = (
    unit: string,
    days: ModelDrift['days'],
    trained: number | null,
    inputs: ModelDrift['inputs'],
    before: readonly Alert[],
  ): Alert[] => {
    const now = clock.now();
    const found: Alert[] = [];
    const add = (kind: Alert['kind'], level: Alert['level'], sentence: string): void => {
      found.push({ kind, level, since: before.find((alert) => alert.kind === kind)?.since ?? now, sentence });
    };
    const week = driftWindow(days.slice(-7));
    const month = driftWindow(days);
    const { rmseModel, rmseBaseline } = week;
    if (days.length >= LEAST_DAYS && rmseModel !== null && rmseBaseline !== null && rmseModel > rmseBaseline) {
      const than = trained !== null && rmseModel > trained * WORSE_THAN_TRAINED;
      const figures = `${writeError(rmseModel, unit, 0)} over the last week, against ${writeError(rmseBaseline, unit, 0)} of the simple forecast`;
      if (than)
        add('accuracy', 'attention', `It errs by ${figures} and ${writeError(trained, unit, 0)} when it was trained.`);
      else if (month.rmseModel !== null && month.rmseBaseline !== null && month.rmseModel > month.rmseBaseline)
        add('accuracy', 'attention', `It errs by ${figures}, and has erred more for four weeks.`);
    }
    const { coveragePct } = month;
    if (
      coveragePct !== null &&
      month.hours >= LEAST_COVERED_HOURS &&
      (coveragePct < COVERAGE.least || coveragePct > COVERAGE.most)
    )
      add(
        'coverage',
        'attention',
        `Its 80 % band held ${coveragePct.toFixed(0)} % of the hours of the last ${month.days} days.`,
      );
    const shifted = inputs.filter(({ psi, shiftSd }) => psi > SHIFTED_PSI && Math.abs(shiftSd) > SHIFTED_SD);
    if (shifted.length > 0)
      add('inputs', 'info', `Unlike when it was trained: ${shifted.map(({ name }) => name).join(', ')}.`);
    return found;
  };

  const tellNew = (id: SiteId, kind: ModelKind, alerts: readonly Alert[], before: readonly Alert[]): void => {
    for (const alert of alerts) {
      if (alert.level !== 'attention' || before.some((each) => each.kind === alert.kind)) continue;
      const title =
        alert.kind === 'coverage'
          ? `The ${KIND_FACTS[kind].label.toLowerCase()} forecast misjudges its own doubt`
          : `The ${KIND_FACTS[kind].label.toLowerCase()} forecast has become worse`;
      const notice = {
        ...{ id: newId('notice'), at: clock.now(), level: alert.level, title, text: alert.sentence },
        subject: `model/${kind}/${alert.kind}`,
      };
      store.events.add(id, { ...notice, kind: 'model-drift' });
      bus.emit('notice', notice);
    }
  };

  const check: Monitoring['check'] = async (id, signal) => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const sentences: string[] = [];
    for (const kind of desk.kinds(id)) {
      const name = KIND_FACTS[kind].label;
      const production = store.models.production(id, kind);
      const card = production && desk.card(production);
      if (production === undefined || card === undefined) {
        sentences.push(`${name}: no model serves, so there is nothing to watch.`);
        continue;
      }
      const shift = await desk.worker.run(
        { task: 'shift', ...desk.task(site.value), kind, version: desk.place(production) },
        { signal: desk.ends(signal), timeoutMs: SHORT_TIMEOUT_MS },
      );
      if (!shift.ok) log.warn('The inputs of a model could not be looked at', { kind, why: shift.error.message });
      const inputs = shift.ok ? [...shift.value.inputs] : [];
      const before = newest(id, kind);
      const kept = before?.version === production.id ? before.alerts : [];
      const unit = unitOfKind(kind, site.value.currency);
      const days = daysOf(id, kind, FOUR_WEEKS);
      const alerts = alertsOf(unit, days, card.judged.errors.model.rmse, inputs, kept);
      const report: Report = { version: production.id, inputs, alerts };
      store.modelling.reports.put(id, { name: `drift:${kind}`, at: clock.now(), body: JSON.stringify(report) });
      tellNew(id, kind, alerts, kept);
      const week = driftWindow(days.slice(-7));
      sentences.push(
        alerts.length > 0
          ? `${name}: ${alerts.map((alert) => alert.sentence).join(' ')}`
          : week.rmseModel === null
            ? `${name}: nothing to compare yet.`
            : `${name}: ${writeError(week.rmseModel, unit, 0)} over the last ${week.days} days, as it should be.`,
      );
      desk.tell({ siteId: id, about: 'drift', kind, share: null, sentence: sentences.at(-1) ?? name });
    }
    return ok(sentences.join(' '));
  };

  return {
    check,
    drift: (id, kind, count) => {
      const days = daysOf(id, kind, count);
      const report = newest(id, kind);
      const production = store.models.production(id, kind);
      const card = production && desk.card(production);
      const current = report?.version === production?.id ? report : undefined;
      return {
        siteId: id,
        kind,
        unit: unitOfKind(kind, desk.siteOf(id)?.currency ?? 'EUR'),
        checkedAt: report?.at ?? null,
        version: production?.id ?? null,
        days,
        lastWeek: driftWindow(days.slice(-7)),
        lastFourWeeks: driftWindow(days.slice(-FOUR_WEEKS)),
        rmseAtTraining: card?.judged.errors.model.rmse ?? null,
        alerts: current?.alerts ?? [],
        inputs: current?.inputs ?? [],
      };
    },
    compare: (id, kind, days) => compareVersions(desk, id, kind, days),
    condition: (id) => {
      const serving = desk.kinds(id).filter((kind) => store.models.production(id, kind) !== undefined);
      if (serving.length === 0) return { state: 'off', sentence: 'No model has been trained to serve yet.' };
      const alerts = serving.flatMap((kind) =>
        (newest(id, kind)?.version === store.models.production(id, kind)?.id ? (newest(id, kind)?.alerts ?? []) : [])
          .filter(({ level }) => level === 'attention')
          .map(({ sentence }) => `${KIND_FACTS[kind].label}: ${sentence}`),
      );
      const [first] = alerts;
      return first === undefined
        ? { state: 'ok', sentence: `${serving.length} models serve as they were trained to.` }
        : { state: 'degraded', sentence: first };
    },
  };
};
