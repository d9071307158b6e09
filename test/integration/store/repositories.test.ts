import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { channelId, deviceId, siteId } from '../../../main/ids.ts';
import { MIGRATIONS } from '../../../main/store/migrate.ts';
import type { WeatherDay } from '../../../main/store/types.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import {
  actionOf,
  answerOf,
  controlOf,
  forecastOf,
  proposalOf,
  questionOf,
  runOf,
  settlementOf,
  stopOf,
  WISH,
} from '../../support/store/records.ts';
import { HOME, homeSite, NOW, PLUG, plugDevice, SWITCH, tempStore } from '../../support/store/temp-store.ts';

/** A second connection, as damage from outside would come. */
const vandal = (path: string, sql: string): void => {
  const db = new Database(path);
  db.exec(sql);
  db.close();
};

describe('what is stored comes back the same', () => {
  it('sites and devices', async () => {
    const { store } = await tempStore();
    expect(store.sites.list()).toEqual([homeSite()]);
    store.devices.add(plugDevice(), NOW);
    expect(store.devices.list(HOME)).toEqual([plugDevice()]);
    const renamed = plugDevice({ name: 'Miner B', identity: null, connection: { host: 'h', port: 502, unitId: 3 } });
    store.devices.update(renamed);
    expect(store.devices.get(PLUG)).toEqual(renamed);
    store.channelControl.put(controlOf());
    store.devices.remove(PLUG, NOW);
    expect(store.devices.list(HOME)).toEqual([]);
    expect(store.devices.get(PLUG)).toBeUndefined();
    expect(store.channelControl.get(PLUG, SWITCH)).toBeUndefined();
  });

  it('readings: a second value for the same time replaces the first, and a value that is no number is left out', async () => {
    const { store } = await tempStore();
    const id = store.series.idOf({ siteId: HOME, deviceId: PLUG, channelId: SWITCH, metric: 'powerW' });
    store.readings.append([
      { seriesId: id, at: NOW, value: 1, quality: 'good' },
      { seriesId: id, at: NOW, value: 2, quality: 'suspect' },
      { seriesId: id, at: NOW + 1, value: Number.NaN, quality: 'good' },
      { seriesId: id, at: NOW + 2, value: -3.25, quality: 'demo' },
    ]);
    expect(store.readings.range(id, NOW, NOW + 2)).toEqual([{ seriesId: id, at: NOW, value: 2, quality: 'suspect' }]);
    expect(store.readings.latest(id)).toEqual({ seriesId: id, at: NOW + 2, value: -3.25, quality: 'demo' });
    expect(store.readings.count()).toBe(2);
    expect(store.unreadableRows()).toBe(1);
    expect(store.sizes()).toMatchObject({
      readings: 2,
      oldestReadingAt: NOW,
      schemaVersion: MIGRATIONS.at(-1)?.number,
    });
    expect(store.readings.prune(NOW + 1)).toBe(1);
    expect(store.sizes().oldestReadingAt).toBe(NOW + 2);
    expect(store.readings.latest(id + 1)).toBeUndefined();
  });

  it('series keep their ids, and a rolled-back one leaves no id behind', async () => {
    const { store } = await tempStore();
    const key = { siteId: HOME, deviceId: '' as const, channelId: channelId('site:pv'), metric: 'powerW' as const };
    expect(store.series.find(key)).toBeUndefined();
    expect(() =>
      store.transaction(() => {
        store.series.idOf(key);
        throw new Error('undone');
      }),
    ).toThrow('undone');
    const other = store.series.idOf({ ...key, channelId: channelId('site:load') });
    const id = store.series.idOf(key);
    expect(id).not.toBe(other);
    expect(store.series.find(key)).toBe(id);
    expect(store.series.listOf(HOME)).toEqual([
      { ...key, channelId: 'site:load', id: other },
      { ...key, id },
    ]);
  });

  it('prices and weather, newest word wins', async () => {
    const { store } = await tempStore();
    const price = { at: NOW, stepMs: 3_600_000, importPerKwh: 0.3, exportPerKwh: 0.08, source: 'a' };
    store.prices.upsert(HOME, [price, { ...price, at: NOW + 3_600_000 }]);
    store.prices.upsert(HOME, [{ ...price, importPerKwh: -0.01, source: 'b' }]);
    expect(store.prices.range(HOME, NOW, NOW + 3_600_000)).toEqual([{ ...price, importPerKwh: -0.01, source: 'b' }]);
    const day: WeatherDay = {
      day: '2026-11-21',
      temperatureMaxC: 5,
      temperatureMeanC: null,
      temperatureMinC: -1,
      sunshineS: 3600,
      daylightS: 30000,
      cloudCoverPct: 80,
      windMaxKmh: null,
      source: 'x',
    };
    store.weather.upsert(HOME, [day, { ...day, day: '2026-11-22' }]);
    store.weather.upsert(HOME, [{ ...day, sunshineS: 0 }]);
    expect(store.weather.range(HOME, '2026-11-20', '2026-11-21')).toEqual([{ ...day, sunshineS: 0 }]);
  });

  it('actions: found by id, time, channel, and by having no outcome', async () => {
    const { store } = await tempStore();
    const first = actionOf();
    store.actions.insert(first, '{"at":1}');
    store.actions.insert(actionOf({ id: 'act_2', createdAt: NOW + 1, sentAt: NOW + 2 }), null);
    store.actions.insert(actionOf({ id: 'act_3', createdAt: NOW + 3, outcome: 'refused' }), null);
    expect(store.actions.get('act_1')).toEqual(first);
    expect(store.actions.snapshotOf('act_1')).toBe('{"at":1}');
    expect(store.actions.snapshotOf('act_2')).toBeUndefined();
    expect(store.actions.list(HOME, 2).map((action) => action.id)).toEqual(['act_3', 'act_2']);
    expect(store.actions.list(HOME, 5, NOW + 1).map((action) => action.id)).toEqual(['act_1']);
    expect(store.actions.unfinished().map((action) => action.id)).toEqual(['act_1', 'act_2']);
    expect(store.actions.lastOf(PLUG, SWITCH)?.id).toBe('act_2');
    store.actions.update(actionOf({ outcome: 'confirmed', finishedAt: NOW + 9, sentAt: NOW }));
    expect(store.actions.unfinished().map((action) => action.id)).toEqual(['act_2']);
    expect(store.actions.get('act_1')?.outcome).toBe('confirmed');
  });

  it('channel control and its counts', async () => {
    const { store } = await tempStore();
    store.channelControl.put(controlOf());
    store.channelControl.put(controlOf({ hold: null, owned: { value: 7.5, readAt: NOW } }));
    expect(store.channelControl.all(HOME)).toEqual([controlOf({ hold: null, owned: { value: 7.5, readAt: NOW } })]);
    const write = { deviceId: PLUG, channelId: SWITCH, at: NOW, switched: true, actionId: 'a' };
    store.channelControl.recordWrite(write);
    store.channelControl.recordWrite({ ...write, at: NOW + 5, switched: false, actionId: 'b' });
    store.channelControl.recordWrite({ ...write, channelId: channelId('switch:1'), actionId: 'c' });
    expect(store.channelControl.countSince(PLUG, SWITCH, NOW)).toEqual({ writes: 2, switches: 1 });
    expect(store.channelControl.countSince(PLUG, SWITCH, NOW + 1)).toEqual({ writes: 1, switches: 0 });
    expect(store.channelControl.countSince(deviceId('none'), SWITCH, 0)).toEqual({ writes: 0, switches: 0 });
    expect(store.channelControl.pruneWrites(NOW + 1)).toBe(2);
  });

  it('a proposal is settled once, and its ends are told newest first', async () => {
    const { store } = await tempStore();
    store.proposals.add(proposalOf(), WISH);
    expect(store.proposals.pending(HOME)).toEqual([proposalOf()]);
    expect(store.proposals.get('prop_1')).toEqual({ proposal: proposalOf(), wish: WISH, settlement: null });
    expect(store.proposals.settled(HOME, 10)).toEqual([]);
    const approved = settlementOf();
    const won = [approved, settlementOf({ state: 'denied' }), settlementOf({ state: 'expired' }), approved].map((end) =>
      store.proposals.settle('prop_1', end),
    );
    expect(won).toEqual([true, false, false, false]);
    expect(store.proposals.settle('unknown', approved)).toBe(false);
    expect(store.proposals.pending(HOME)).toEqual([]);
    expect(store.proposals.get('prop_1')).toEqual({ proposal: proposalOf(), wish: WISH, settlement: approved });
    const later = settlementOf({ state: 'cancelled', settledAt: NOW + 2000, who: null, surface: null, actionId: null });
    store.proposals.add(proposalOf({ id: 'prop_2' }), { ...WISH, leaseMs: null });
    store.proposals.settle('prop_2', later);
    expect(store.proposals.settled(HOME, 10)).toEqual([
      { proposal: proposalOf({ id: 'prop_2' }), ...later },
      { proposal: proposalOf(), ...approved },
    ]);
    expect(store.proposals.settled(HOME, 1)).toHaveLength(1);
  });

  it('what was ever sent or approved is known of each channel and origin', async () => {
    const { store } = await tempStore();
    const done = () => store.proposals.everDone(PLUG, SWITCH, 'rule');
    store.actions.insert(actionOf({ id: 'a', origin: 'rule', asked: true, sentAt: null }), null);
    store.actions.insert(actionOf({ id: 'b', origin: 'plan', asked: true, sentAt: NOW }), null);
    store.actions.insert(
      actionOf({ id: 'l', origin: 'rule', asked: true, sentAt: NOW, reasonCode: 'LEASE_ENDED' }),
      null,
    );
    expect(done()).toEqual([]);
    store.actions.insert(actionOf({ id: 'c', origin: 'rule', asked: false, sentAt: NOW }), null);
    expect(done()).toEqual([0]);
    store.proposals.add(proposalOf({ setpoint: 'heat' }), WISH);
    expect(done()).toEqual([0]);
    store.proposals.settle('prop_1', settlementOf());
    expect(done()).toEqual([0, 'heat']);
  });

  it('the end of a proposal is the end of every secret that was sent about it', async () => {
    const { store } = await tempStore();
    store.proposals.add(proposalOf(), WISH);
    const asked = [questionOf(), questionOf({ messenger: 'sms' })];
    for (const one of asked) store.remoteQuestions.put(one);
    expect(store.remoteQuestions.since(HOME, NOW)).toHaveLength(2);
    expect(store.remoteQuestions.since(HOME, NOW + 1)).toEqual([]);
    store.remoteQuestions.sent('prop_1', 'sms', 'SM1');
    expect([store.remoteQuestions.wrongTry('prop_1', 'sms'), store.remoteQuestions.wrongTry('prop_1', 'sms')]).toEqual([
      1, 2,
    ]);
    store.remoteQuestions.void('prop_1', 'sms');
    expect(store.remoteQuestions.get('prop_1', 'sms')).toEqual(
      questionOf({ messenger: 'sms', messageId: 'SM1', wrongTries: 2, open: false }),
    );
    expect(store.remoteQuestions.get('prop_1', 'telegram')?.open).toBe(true);
    store.proposals.settle('prop_1', settlementOf({ state: 'denied' }));
    expect(store.remoteQuestions.get('prop_1', 'telegram')?.open).toBe(false);
    store.remoteQuestions.closed('prop_1', 'telegram', NOW + 5);
    expect(store.remoteQuestions.get('prop_1', 'telegram')?.closedAt).toBe(NOW + 5);
  });

  it('the first record of an answer stands', async () => {
    const { store } = await tempStore();
    expect(store.remoteQuestions.answered('telegram', 'm1')).toBeUndefined();
    store.remoteQuestions.record(answerOf());
    store.remoteQuestions.record(answerOf({ outcome: 'Another.' }));
    expect(store.remoteQuestions.answered('telegram', 'm1')).toBe('Approved.');
    expect(store.remoteQuestions.answered('sms', 'm1')).toBeUndefined();
    expect(store.remoteQuestions.answers(HOME, 5)).toEqual([answerOf()]);
  });

  it('a stop lasts until it is released, and pressing twice is one stop', async () => {
    const { store } = await tempStore();
    expect(store.stops.active(HOME)).toBeUndefined();
    store.stops.begin(stopOf());
    store.stops.begin(stopOf({ who: 'Ben', stoppedAt: NOW + 1 }));
    store.stops.update(stopOf({ who: 'Ben', stoppedAt: NOW + 1, why: 'Smoke.' }));
    expect(store.stops.active(HOME)).toEqual(stopOf({ who: 'Ben', stoppedAt: NOW + 1, why: 'Smoke.' }));
    store.stops.release(HOME, 'Ann', NOW + 2);
    expect(store.stops.active(HOME)).toBeUndefined();
    store.stops.begin(stopOf());
    expect(store.stops.active(HOME)).toEqual(stopOf());
  });

  it('settings: defaults, changes and the audit of what really changed', async () => {
    const { store } = await tempStore();
    expect(store.settings.get(HOME)).toEqual(DEFAULT_SETTINGS);
    const after = store.settings.set(HOME, { minimumSocPct: 35, targetSocPct: 80, pvPeakW: 9000 }, 'Ann', NOW);
    expect(after).toEqual({ ...DEFAULT_SETTINGS, minimumSocPct: 35, pvPeakW: 9000 });
    store.settings.set(HOME, { pvPeakW: null }, 'Ben', NOW + 1);
    expect(store.settings.audit(HOME, 10)).toEqual([
      { name: 'pvPeakW', before: '9000', after: 'none', who: 'Ben', at: NOW + 1 },
      { name: 'pvPeakW', before: null, after: '9000', who: 'Ann', at: NOW },
      { name: 'minimumSocPct', before: '30', after: '35', who: 'Ann', at: NOW },
    ]);
    expect(store.settings.set(HOME, { trainingAt: '04:15' }, 'Ann', NOW + 2).trainingAt).toBe('04:15');
    expect(store.settings.audit(HOME, 1)).toEqual([
      { name: 'trainingAt', before: '02:00', after: '04:15', who: 'Ann', at: NOW + 2 },
    ]);
    expect(store.settings.get(siteId('other'))).toEqual(DEFAULT_SETTINGS);
    expect([...store.settings.names].sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
  });

  it('events keep the id under which the windows saw them', async () => {
    const { store } = await tempStore();
    const notice = { id: 'n_1', at: NOW, level: 'attention' as const, title: 'T', text: 'X', kind: 'flow-missed' };
    store.events.add(HOME, { ...notice, body: '{}' });
    store.events.add(HOME, { ...notice, id: 'n_2', at: NOW + 1, kind: 'other' });
    expect(store.events.list(HOME, 1)).toEqual([{ ...notice, id: 'n_2', at: NOW + 1, kind: 'other' }]);
    expect(store.events.list(HOME, 9)).toHaveLength(2);
    expect(store.events.countSince(HOME, 'flow-missed', NOW)).toBe(1);
    expect(store.events.countSince(HOME, 'flow-missed', NOW + 1)).toBe(0);
  });

  it('flow runs', async () => {
    const { store } = await tempStore();
    store.flowRuns.put(runOf());
    store.flowRuns.put(runOf({ id: 'run_2', flow: 'backup', startedAt: NOW + 1 }));
    expect(store.flowRuns.running().map((run) => run.id)).toEqual(['run_1', 'run_2']);
    store.flowRuns.put(runOf({ state: 'succeeded', finishedAt: NOW + 5 }));
    expect(store.flowRuns.running().map((run) => run.id)).toEqual(['run_2']);
    expect(store.flowRuns.get('run_1')).toEqual(runOf({ state: 'succeeded', finishedAt: NOW + 5 }));
    expect(store.flowRuns.list(HOME, 9).map((run) => run.id)).toEqual(['run_2', 'run_1']);
    expect(store.flowRuns.list(HOME, 9, 'rollups').map((run) => run.id)).toEqual(['run_1']);
    store.flowRuns.put(runOf({ id: 'run_3', startedAt: NOW + 2, finishedAt: NOW + 3, state: 'failed' }));
    store.flowRuns.put(runOf({ id: 'run_4', startedAt: NOW + 3, finishedAt: NOW + 3, flow: 'training' }));
    expect(store.flowRuns.prune(NOW + 99)).toBe(1);
    expect(store.flowRuns.list(HOME, 9).map((run) => run.id)).toEqual(['run_4', 'run_3', 'run_2']);
  });

  it('models: at most one of a kind serves', async () => {
    const { store } = await tempStore();
    const model = { siteId: HOME, kind: 'solar' as const, folder: 'f', card: '{}', trainedAt: NOW };
    store.models.add({ ...model, id: 'a', stage: 'production' });
    store.models.add({ ...model, id: 'b', stage: 'candidate', trainedAt: NOW + 1 });
    store.models.add({ ...model, id: 'l', kind: 'load', stage: 'production' });
    store.models.setStage('b', 'production');
    expect(store.models.production(HOME, 'solar')?.id).toBe('b');
    expect(store.models.production(HOME, 'load')?.id).toBe('l');
    expect(store.models.list(HOME, 'solar').map(({ id, stage }) => [id, stage])).toEqual([
      ['b', 'production'],
      ['a', 'archived'],
    ]);
  });

  it('the first reply to a key stands', async () => {
    const { store } = await tempStore();
    store.idempotency.put('key-0001', 'first', NOW);
    store.idempotency.put('key-0001', 'second', NOW + 1);
    expect(store.idempotency.get('key-0001')).toBe('first');
    expect(store.idempotency.prune(NOW + 1)).toBe(1);
    expect(store.idempotency.get('key-0001')).toBeUndefined();
  });
});

describe('forecasts', () => {
  it('come back with their bands, the newest first', async () => {
    const { store } = await tempStore();
    store.forecasts.put(forecastOf(NOW));
    store.forecasts.put(forecastOf(NOW + 10, { servedBy: 'physical', version: null }));
    store.forecasts.put(forecastOf(NOW + 10, { kind: 'load' }));
    expect(store.forecasts.latest(HOME, 'solar')).toEqual(
      forecastOf(NOW + 10, { servedBy: 'physical', version: null }),
    );
    expect(store.forecasts.issuedBefore(HOME, 'solar', NOW + 9)).toEqual(forecastOf(NOW));
    expect(store.forecasts.issuedBefore(HOME, 'solar', NOW - 1)).toBeUndefined();
    expect(store.forecasts.range(HOME, 'solar', NOW, NOW + 10)).toEqual([forecastOf(NOW)]);
    expect(() => store.forecasts.put(forecastOf(NOW, { stepMs: 1 }))).toThrow(RangeError);
  });

  it('older than the limit keep the first of each local day', async () => {
    const { store } = await tempStore();
    const hour = 3_600_000;
    for (let index = 0; index < 96; index += 1) store.forecasts.put(forecastOf(NOW - index * hour));
    const removed = store.forecasts.thin(HOME, 'Europe/Berlin', NOW, 48 * hour);
    const left = store.forecasts.range(HOME, 'solar', 0, NOW + 1).map((forecast) => forecast.issuedAt);
    expect(removed + left.length).toBe(96);
    expect(left.filter((at) => at >= NOW - 48 * hour)).toHaveLength(49);
    // 17 (part), 18 and 19 (until 10:00) November, local midnight is 23:00 UTC.
    expect(left.filter((at) => at < NOW - 48 * hour)).toEqual([
      NOW - 95 * hour,
      Date.UTC(2026, 10, 17, 23),
      Date.UTC(2026, 10, 18, 23),
    ]);
    expect(store.forecasts.thin(HOME, 'Europe/Berlin', NOW, 48 * hour)).toBe(0);
  });
});

describe('rows that cannot be read', () => {
  it('are left out, counted and reported; their neighbours stay', async () => {
    const { store, lines } = await tempStore();
    store.actions.insert(actionOf(), null);
    store.actions.insert(actionOf({ id: 'act_2' }), null);
    vandal(store.databasePath, `UPDATE actions SET body = '{"id":"act_1"' WHERE id = 'act_1'`);
    expect(store.actions.list(HOME, 9).map((action) => action.id)).toEqual(['act_2']);
    expect(store.unreadableRows()).toBe(1);
    expect(lines.some((line) => line.includes('actions act_1'))).toBe(true);
  });

  it('of settings fall back to the default of that one setting', async () => {
    const { store } = await tempStore();
    store.settings.set(HOME, { minimumSocPct: 35, criticalSocPct: 25 }, 'Ann', NOW);
    vandal(store.databasePath, `UPDATE settings SET value = '"much"' WHERE name = 'minimumSocPct'`);
    expect(store.settings.get(HOME)).toMatchObject({ minimumSocPct: 30, criticalSocPct: 25 });
    expect(store.unreadableRows()).toBe(1);
  });

  it('of a stop still stop the house', async () => {
    const { store } = await tempStore();
    store.stops.begin(stopOf());
    vandal(store.databasePath, `UPDATE stops SET body = 'x'`);
    expect(store.stops.active(HOME)).toMatchObject({ siteId: HOME, stoppedAt: NOW, who: 'unknown' });
  });
});
