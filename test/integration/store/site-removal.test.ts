import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { RuleNames } from '../../../main/automation/rules/types.ts';
import { newRun } from '../../../main/automation/workflows/run-workflow.ts';
import { channelId, deviceId, siteId } from '../../../main/ids.ts';
import type { Store } from '../../../main/store/types.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../preload/contract/messages.ts';
import { DEFAULT_PLAN_SETTINGS } from '../../../preload/contract/plan-settings.ts';
import { DEFAULT_SAFETY } from '../../../preload/contract/safety.ts';
import type { Workflow } from '../../../preload/contract/workflows.ts';
import { ruleOf } from '../../support/rules/rules.ts';
import {
  actionOf,
  answerOf,
  controlOf,
  experimentOf,
  forecastOf,
  proposalOf,
  questionOf,
  recommendationOf,
  runOf,
  searchOf,
  stopOf,
  WISH,
} from '../../support/store/records.ts';
import { HOME, homeSite, NOW, plugDevice, SWITCH, tempStore } from '../../support/store/temp-store.ts';

const FRESH_FEED = {
  ...{ etag: null, lastModified: null, askedAt: null, okAt: null, failedAt: null, failureCode: null, failure: null },
  ...{ failures: 0, nextAt: NOW, newestAt: null, rejected: 0 },
};

/** One row at least in every table that can hold something of a site. */
const fill = (store: Store, name: string): void => {
  const id = siteId(name);
  const device = deviceId(`plug-${name}`);
  const own = { siteId: id, deviceId: device };
  store.devices.add(plugDevice({ id: device, siteId: id }), NOW);
  const series = store.series.idOf({ ...own, channelId: channelId('switch:0'), metric: 'powerW' });
  store.readings.append([{ seriesId: series, at: NOW, value: 1, quality: 'good' }]);
  const rollup = { seriesId: series, at: NOW, mean: 1, minimum: 1, maximum: 1, count: 1, energyKwh: 1 };
  for (const step of ['15min', 'hour', 'day'] as const) store.rollups.write(step, [{ ...rollup, quality: 'good' }]);
  store.prices.upsert(id, [{ at: NOW, stepMs: 1, importPerKwh: 1, exportPerKwh: 1, source: 's' }]);
  const nothing = { temperatureMaxC: null, temperatureMeanC: null, temperatureMinC: null, sunshineS: null };
  const more = { daylightS: null, cloudCoverPct: null, windMaxKmh: null, source: 's' };
  store.weather.upsert(id, [{ day: '2026-11-21', ...nothing, ...more }]);
  store.actions.insert(actionOf({ ...own, id: `act-${name}` }), null);
  store.proposals.add(proposalOf({ ...own, id: `prop-${name}` }), WISH);
  store.remoteQuestions.put(questionOf({ siteId: id, proposalId: `prop-${name}` }));
  store.remoteQuestions.record(answerOf({ siteId: id, messageId: `m-${name}` }));
  store.channelControl.put(controlOf(own));
  store.channelControl.recordWrite({ deviceId: device, channelId: SWITCH, at: NOW, switched: true, actionId: 'a' });
  store.stops.begin(stopOf({ siteId: id }));
  store.settings.set(id, { minimumSocPct: 33 }, 'Ann', NOW);
  store.events.add(id, { id: `n-${name}`, at: NOW, level: 'info', title: 't', text: 't', kind: 'k' });
  store.flowRuns.put(runOf({ siteId: id, id: `run-${name}` }));
  fillModels(store, name);
  store.forecasts.put(forecastOf(NOW, { siteId: id }));
  store.state.set(`mode:${name}`, 'watch');
  fillFeeds(store, name);
  store.dataQuality.put(id, { source: 'device/d', day: '2026-11-21', good: 1, suspect: 0, rejected: 1, missing: 0 });
  store.dataQuality.reject(id, [
    { source: 'device/d', channelId: 'c', metric: 'powerW', at: NOW, value: 9e9, reason: 'out-of-bounds' },
  ]);
  store.rules.save(id, ruleOf({ id: 'rule' }), 'Ann', NOW);
  store.rules.setMemories(id, new Map([['rule', '{}']]));
  store.rules.addFiring(id, {
    ...{ at: NOW, ruleId: 'rule', ruleName: 'r', branch: 'actions', how: 'asked', sentence: 's', actionIds: [] },
  });
  store.safety.set(id, { ...DEFAULT_SAFETY, fuseA: 25 }, 'Ann', NOW);
  fillWorkflows(store, name);
  fillPlans(store, name);
  fillAdvice(store, name);
  store.messages.setSettings(id, DEFAULT_MESSAGE_SETTINGS, [], { who: 'Ann', at: NOW });
  store.messages.add(id, {
    id: 'm',
    at: NOW,
    title: 't',
    text: 't',
    level: 'info',
    by: [],
    outcome: 'nobody',
    sentence: '',
  });
};

const fillPlans = ({ plans }: Store, name: string): void => {
  const id = siteId(name);
  plans.setSettings(id, { ...DEFAULT_PLAN_SETTINGS, enabled: false }, 'Ann', NOW);
  plans.add({ id: `plan-${name}`, siteId: id, madeAt: NOW, expiresAt: NOW, state: 'ready', input: '{}', plan: '{}' });
  const block = { blockId: 'battery@0', laneId: 'battery', from: NOW, to: NOW + 1, toAt: null };
  plans.putPin({ ...block, siteId: id, pin: 'keep', who: 'Ann', at: NOW });
};

const fillAdvice = ({ advice }: Store, name: string): void => {
  const id = siteId(name);
  advice.putDay(id, { at: NOW, day: null, why: 'Nothing was measured.' });
  advice.putMode(id, { at: NOW, mode: 'watch' });
  advice.putRecommendation({
    recommendation: recommendationOf({ id: `rec-${name}`, siteId: id }),
    basis: '{}',
    settledAt: null,
  });
};

const fillWorkflows = ({ workflows }: Store, name: string): void => {
  const id = siteId(name);
  const action = { do: 'notify', level: 'info', text: 'It is time.' } as const;
  const plan: Workflow = {
    id: 'workflow',
    name: 'Tell',
    enabled: true,
    steps: [{ step: 'act', action, retries: 0, undo: null }],
    resumes: true,
  };
  const when = { kind: 'once', at: NOW } as const;
  workflows.saveSchedule(
    id,
    { id: 'schedule', name: 'Once', enabled: true, when, actions: [action], durationMs: null },
    NOW,
  );
  workflows.claim(id, 'schedule', NOW, { at: NOW, state: 'done', sentence: 'Done.' });
  workflows.saveWorkflow(id, plan, NOW);
  workflows.putRun(id, { run: newRun(`run-${name}`, plan, 'Ann', NOW, PLAIN_NAMES), plan, waitsUntil: null });
  workflows.putSuggestion({
    id: 'habit',
    siteId: id,
    at: NOW,
    title: 'Off at six',
    sentence: 'Shall it be done for you?',
    support: 5,
    chances: 5,
    confidencePct: 75,
    evidence: [],
    rule: null,
    stopAsking: null,
    state: 'open',
  });
};

const PLAIN_NAMES: RuleNames = {
  currency: 'EUR',
  channel: ({ deviceId }) => deviceId,
  device: (id) => id,
  workflow: (id) => id,
  setpoint: (_, value) => String(value),
};

const fillModels = ({ models, modelling, backtests }: Store, name: string): void => {
  const id = siteId(name);
  const version = { siteId: id, kind: 'load', stage: 'shadow', trainedAt: NOW, folder: 'f', card: '{}' } as const;
  models.add({ ...version, id: `m-${name}` }, { at: NOW, why: 'It won.' });
  const day = { siteId: id, kind: 'load', dayAt: NOW, issuedAt: NOW, served: true } as const;
  modelling.records.put({ ...day, role: 'naive', version: null, hours: [{ mean: 1, p10: 0, p90: 2 }] });
  modelling.experiments.put(id, experimentOf({ id: `e-${name}` }));
  const search = searchOf({ siteId: id, id: `s-${name}` });
  const played = { asked: null, startedAt: NOW, finishedAt: NOW, share: 1, sentence: 'Played.', result: null };
  backtests.put({ id: `b-${name}`, startedAt: NOW, view: { ...played, siteId: id, state: 'cancelled' } });
  modelling.searches.put(search);
  modelling.searches.addTrial(search, { number: 1, settings: { width: 3 }, rmse: 4, tookMs: 5 });
  modelling.reports.put(id, { name: 'drift', at: NOW, body: '{}' });
};

const fillFeeds = ({ feeds, tariffs }: Store, name: string): void => {
  const id = siteId(name);
  const row = { at: NOW, stepMs: 3_600_000, provider: 'p', fetchedAt: NOW };
  const table = { startAt: NOW, stepMs: 3_600_000, length: 1, columns: { tempC: Float32Array.of(1) } };
  feeds.issues.put(id, 'weather', { ...table, provider: 'p', issuedAt: NOW, fetchedAt: NOW, confirmedAt: NOW });
  feeds.past.put(id, 'weather', 'p', table, NOW);
  feeds.prices.put(id, [{ ...row, kind: 'spot', perKwh: 0.1, currency: 'EUR' }]);
  feeds.carbon.put(id, [{ ...row, kind: 'measured', gPerKwh: 100 }]);
  feeds.commodities.put(id, [{ ...row, name: 'EUA', value: 70, unit: 'EUR/t' }]);
  feeds.state.put(id, 'weather', 'p', FRESH_FEED);
  feeds.rejects.add(id, [{ topic: 'weather', provider: 'p', foundAt: NOW, reason: 'r', row: '{}' }]);
  feeds.config.put(id, { topics: {} });
  tariffs.add(id, { setAt: NOW, who: 'Ann', validFrom: null, tariff: null });
};

/** Rows of every table of the database, whatever tables there are. */
const countsOf = (path: string): Map<string, number> => {
  const db = new Database(path, { readonly: true });
  const tables = db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  const counts = tables.map(({ name }): [string, number] => [
    name,
    db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${name}`).get()?.count ?? 0,
  ]);
  db.close();
  return new Map(counts);
};

/** Tables that hold nothing of a single site. */
const OF_THE_HOUSE = ['schema_migrations', 'idempotency', 'backups', 'feed_calls'];

it('a removed site leaves no row in any table, and its neighbour loses none', async () => {
  const { store } = await tempStore();
  fill(store, 'home');
  const one = countsOf(store.databasePath);
  const empty = [...one].filter(([table, count]) => count === 0 && !OF_THE_HOUSE.includes(table));
  expect(empty, 'every table of a site is filled, or this test would prove nothing').toEqual([]);

  store.sites.add(homeSite({ id: siteId('second') }), NOW);
  fill(store, 'second');
  store.sites.remove(siteId('second'));
  expect(countsOf(store.databasePath)).toEqual(one);
  expect(store.sites.list().map((site) => site.id)).toEqual([HOME]);

  store.sites.remove(HOME);
  const left = [...countsOf(store.databasePath)].filter(([table, count]) => count > 0 && table !== 'schema_migrations');
  expect(left).toEqual([]);

  // The cache of series must not answer for a site that is gone.
  store.sites.add(homeSite(), NOW);
  fill(store, 'home');
  expect(countsOf(store.databasePath)).toEqual(one);
});
