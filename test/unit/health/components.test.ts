import { describe, expect, it } from 'vitest';
import {
  controllerReading,
  controlReading,
  flowsReading,
  learningReading,
  logReading,
  mainThreadReading,
  storeReading,
  telemetryReading,
} from '../../../main/health/components.ts';
import type { StoredForecast } from '../../../main/store/types.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { Backup, FlowView } from '../../../preload/contract/house.ts';
import { poller } from '../../support/pollers.ts';

const NOW = Date.UTC(2026, 5, 17, 12);
const HOUR_MS = 3_600_000;
const backup = (ageH: number, ok = true): Backup => ({
  file: 'b',
  at: NOW - ageH * HOUR_MS,
  bytes: 1,
  ok,
  reason: 'daily',
});
const forecast = (ageH: number, servedBy: StoredForecast['servedBy'] = 'model') =>
  ({ issuedAt: NOW - ageH * HOUR_MS, servedBy }) as StoredForecast;
const flow = (state: string | null) =>
  ({ label: 'Backup', last: state === null ? null : { state } }) as unknown as FlowView;
const action = (outcome: Action['outcome'], ageH = 1) =>
  ({ outcome, createdAt: NOW - ageH * HOUR_MS, deviceName: 'Miner A' }) as Action;

describe('components say how they are and what to do', () => {
  it.each([
    ['database down', storeReading(false, backup(1), NOW), 'failed', 'does not answer'],
    ['no backup', storeReading(true, undefined, NOW), 'ok', 'No backup'],
    ['old backup', storeReading(true, backup(27), NOW), 'degraded', '27 h old'],
    ['broken backup', storeReading(true, backup(1, false), NOW), 'degraded', 'read back'],
    ['good backup', storeReading(true, backup(25), NOW), 'ok', '25 h old'],
    ['no devices', telemetryReading([]), 'off', 'No devices'],
    ['all online', telemetryReading([poller('A'), poller('B')]), 'ok', 'All 2 devices'],
    ['one silent', telemetryReading([poller('A'), poller('B', { state: 'offline' })]), 'degraded', 'No answer from B.'],
    ['one late', telemetryReading([poller('A'), poller('B', { state: 'late' })]), 'degraded', 'Late: B.'],
    ['all silent', telemetryReading([poller('B', { state: 'offline' })]), 'failed', 'network'],
    [
      'many silent',
      telemetryReading([poller('Z'), ...['A', 'B', 'C', 'D'].map((name) => poller(name, { state: 'offline' }))]),
      'degraded',
      'A, B, C and 1 more',
    ],
    ['no forecast', learningReading([undefined, undefined], NOW), 'off', 'No forecast'],
    ['old forecast', learningReading([forecast(1), forecast(4)], NOW), 'degraded', '4 h old'],
    ['model serves', learningReading([forecast(1), forecast(1)], NOW), 'ok', 'trained models'],
    ['baseline serves', learningReading([forecast(1), forecast(1, 'seasonal-naive')], NOW), 'ok', 'baseline'],
    ['no flows', flowsReading([]), 'off', 'No flows'],
    ['flows run', flowsReading([flow('succeeded'), flow(null)]), 'ok', '2 flows'],
    ['flow failed', flowsReading([flow('failed')]), 'degraded', 'Backup'],
    ['flow timed out', flowsReading([flow('timed-out')]), 'degraded', 'Backup'],
    ['stopped', controlReading('automate', true, [], NOW), 'off', 'Stopped'],
    ['watch', controlReading('watch', false, [], NOW), 'off', 'Watch'],
    ['suggest', controlReading('suggest', false, [action('confirmed')], NOW), 'ok', 'asks'],
    ['automate', controlReading('automate', false, [action('refused')], NOW), 'ok', 'Automate'],
    ['not confirmed', controlReading('automate', false, [action('not-confirmed')], NOW), 'degraded', 'Miner A'],
    ['long ago', controlReading('automate', false, [action('not-confirmed', 25)], NOW), 'ok', 'Automate'],
    ['log', logReading(0), 'ok', 'written'],
    ['lost lines', logReading(3), 'degraded', '3 log lines'],
    ['free', mainThreadReading({ p50Ms: 1, p99Ms: 100, maxMs: 400, windowMs: 60_000 }), 'ok', '100 ms'],
    ['held up', mainThreadReading({ p50Ms: 1, p99Ms: 101, maxMs: 400, windowMs: 60_000 }), 'degraded', '101 ms'],
    ['only one', controllerReading(true), 'ok', 'only controller'],
    ['not the only one', controllerReading(false), 'failed', 'Another program'],
  ])('%s', (_, reading, state, words) => {
    expect(reading.state).toBe(state);
    expect(reading.sentence).toContain(words);
  });
});
