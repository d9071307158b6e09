import { describe, expect, test } from 'vitest';
import type { SiteId } from '../../../preload/contract/base.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import type { CenterStatus } from '../../../preload/contract/site.ts';
import type { Workflow } from '../../../preload/contract/workflows.ts';
import { type KeyPress, meaningOf } from '../../../renderer/actions/keyboard.ts';
import { matching, paletteEntries } from '../../../renderer/actions/palette-entries.ts';
import { extentOf, gapsOf, niceScale } from '../../../renderer/charts/series.ts';
import { timeTicks } from '../../../renderer/charts/time-ticks.ts';
import { addDays, instantOf } from '../../../renderer/format/time.ts';
import { toCsv } from '../../../renderer/pages/history/history-series.ts';
import { shownSpan } from '../../../renderer/pages/history/span.ts';
import {
  changesOf,
  formProblems,
  keptTyping,
  settingGroups,
  toForm,
} from '../../../renderer/pages/settings/setting-fields.ts';
import { freshnessNow, withAction, withFlowRun } from '../../../renderer/state/reducers.ts';
import { retryDelayMs } from '../../../renderer/state/socket-bridge.ts';
import { pageOf, partOf } from '../../../renderer/state/ui.ts';
import { fakeActions, fakeStop } from '../../support/renderer/fake-actions.ts';
import { fakeFlows } from '../../support/renderer/fake-health.ts';
import { measure } from '../../support/renderer/fake-house.ts';

const NOW = Date.UTC(2026, 5, 18, 11, 42);
const RUNNING: CenterStatus = {
  version: '0.1.0',
  host: 'test',
  now: NOW,
  startedAt: NOW,
  activeSiteId: 'site_1' as SiteId,
  sites: [],
  mode: 'automate',
  testMode: false,
  stop: null,
  pendingProposals: 0,
};
const press = (key: string, part: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  typing: false,
  repeat: false,
  ...part,
});

describe('keyboard', () => {
  test('Ctrl and Cmd with a full stop stop, also while typing', () => {
    expect(meaningOf(press('.', { ctrlKey: true, typing: true }))).toEqual({ action: 'stop' });
    expect(meaningOf(press('.', { metaKey: true }))).toEqual({ action: 'stop' });
    expect(meaningOf(press('.'))).toBeNull();
    expect(meaningOf(press('.', { ctrlKey: true, altKey: true }))).toBeNull();
  });
  test('a held key counts once', () => {
    expect(meaningOf(press('.', { ctrlKey: true, repeat: true }))).toBeNull();
  });
  test('K opens the palette, numbers change pages, but never while typing', () => {
    expect(meaningOf(press('k', { ctrlKey: true }))).toEqual({ action: 'open-palette' });
    expect(meaningOf(press('4'))).toEqual({ action: 'open-page', page: 'plan' });
    expect(meaningOf(press('4', { typing: true }))).toBeNull();
    expect(meaningOf(press('9'))).toEqual({ action: 'open-page', page: 'health' });
    expect(meaningOf(press('0'))).toBeNull();
  });
  test('an address names its page, an unknown one the overview', () => {
    expect(pageOf('#/control')).toBe('control');
    expect(pageOf('#/control/part')).toBe('control');
    expect(pageOf('#/nothing')).toBe('overview');
    expect(pageOf('')).toBe('overview');
    expect([partOf('#/plan/backtest'), partOf('#/plan'), partOf('#/plan/'), partOf('')]).toEqual([
      'backtest',
      null,
      null,
      null,
    ]);
  });
});

describe('reducers', () => {
  test('an action takes its place once, newest first', () => {
    const actions = fakeActions(NOW);
    const changed = actions.find((action) => action.id === 'a-2');
    if (!changed) throw new Error('no action a-2');
    const next = withAction(actions, { ...changed, outcome: 'confirmed' });
    expect(next).toHaveLength(actions.length);
    expect(next[0]).toMatchObject({ id: 'a-2', outcome: 'confirmed' });
    expect(withAction(actions, changed, 2)).toHaveLength(2);
  });
  test('a run that ends leaves its flow idle with a new last run', () => {
    const flows = fakeFlows(NOW);
    const running = flows.find((flow) => flow.name === 'training')?.running;
    if (!running) throw new Error('nothing runs');
    const next = withFlowRun(flows, { ...running, state: 'succeeded', finishedAt: NOW });
    expect(next.find((flow) => flow.name === 'training')).toMatchObject({ running: null, last: { id: running.id } });
    expect(next.find((flow) => flow.name === 'backup')).toEqual(flows.find((flow) => flow.name === 'backup'));
  });
  test('a value grows stale on screen by itself', () => {
    const fresh = measure(100, 'W', NOW);
    expect(freshnessNow(fresh, NOW)).toBe('fresh');
    expect(freshnessNow(fresh, NOW + fresh.limitMs)).toBe('stale');
    expect(freshnessNow(measure(null, 'W', NOW), NOW)).toBe('absent');
  });
  test('reconnecting waits longer each time, ten seconds at most', () => {
    const delays = [0, 1, 2, 3, 4, 5, 50].map((attempt) => retryDelayMs(attempt, 0));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(retryDelayMs(50, 1)).toBe(12_500);
  });
});

describe('charts', () => {
  const step = 900_000;
  const line = (values: (number | null)[]) => ({
    id: 'a',
    label: 'Solar',
    hue: 'solar' as const,
    measured: values.map((value, index) => ({ at: index * step, value })),
  });
  test('a gap is named and never counts the running step', () => {
    expect(gapsOf([line([1, null, null, 2])], 0, 4 * step, step)).toEqual([
      { from: step, to: 3 * step, label: 'no data' },
    ]);
    expect(gapsOf([line([1, null, 2, 3])], 0, 4 * step, step)).toEqual([]);
    expect(gapsOf([line([1, 2, 3])], 0, 4 * step, step)).toEqual([]);
    expect(
      gapsOf([line([1, null, null, 2]), { ...line([1, 1, 1, 1]), label: 'Load' }], 0, 4 * step, step)[0]?.label,
    ).toBe('no solar');
  });
  test('axes have round steps and hold everything', () => {
    for (const most of [0.3, 1, 3.3, 9.2, 14.6, 120, 980]) {
      const scale = niceScale(0, most);
      expect(scale.max).toBeGreaterThanOrEqual(most);
      const count = (scale.max - scale.min) / scale.step;
      expect(count).toBeGreaterThanOrEqual(2);
      expect(count).toBeLessThanOrEqual(5);
    }
    expect(niceScale(-4.6, 9)).toEqual({ min: -8, max: 12, step: 4 });
    expect(extentOf([line([1, null, 7])], 0, 10 * step)).toEqual({ least: 0, most: 7 });
  });
  test('hours are told by the zone, also on a day of 25 hours', () => {
    const from = instantOf('Europe/Berlin', 2026, 10, 25);
    const ticks = timeTicks(from, addDays(from, 1, 'Europe/Berlin'), 'Europe/Berlin', 600);
    expect(ticks[0]).toMatchObject({ at: from, major: false });
    expect(ticks.map((tick) => (tick.at - from) / 3_600_000)).toEqual([0, 4, 7, 10, 13, 16, 19, 22, 25]);
  });
});

describe('pages', () => {
  test('history spans are calendar spans of the zone', () => {
    const zone = 'Europe/Berlin';
    const march = shownSpan('month', 3, 'power', NOW, zone);
    expect([march.from, march.to]).toEqual([instantOf(zone, 2026, 3, 1), instantOf(zone, 2026, 4, 1)]);
    expect(shownSpan('week', 0, 'power', NOW, zone).from).toBe(instantOf(zone, 2026, 6, 15));
    expect(shownSpan('year', 1, 'energy', NOW, zone)).toMatchObject({ title: '2025', step: 'day' });
  });
  test('a file keeps gaps empty', () => {
    const csv = toCsv(
      [
        {
          id: 'a',
          label: 'Solar, roof',
          hue: 'solar',
          measured: [
            { at: 0, value: 1.23456 },
            { at: 900_000, value: null },
          ],
        },
      ],
      'kW',
    );
    expect(csv).toBe('time_utc,"Solar, roof (kW)"\r\n1970-01-01T00:00:00.000Z,1.2346\r\n1970-01-01T00:15:00.000Z,\r\n');
  });
  test('only what was changed is sent, in stored units, and an emptied field becomes null', () => {
    const groups = settingGroups('€');
    const settings = { ...DEFAULT_SETTINGS, batteryCapacityKwh: 20 };
    const form = toForm(settings, groups);
    expect(form.maxGridImportW).toBe(11);
    expect(changesOf(form, settings, groups)).toEqual({});
    expect(
      changesOf({ ...form, maxGridImportW: 9.5, manualHoldMs: 45, batteryCapacityKwh: '' }, settings, groups),
    ).toEqual({
      maxGridImportW: 9500,
      manualHoldMs: 2_700_000,
      batteryCapacityKwh: null,
    });
  });
  test('periods are typed in seconds and minutes, times as they are, and an emptied period is the usual one', () => {
    const groups = settingGroups('€');
    const settings = { ...DEFAULT_SETTINGS, pollInverterLocalMs: 2_000 };
    const form = toForm(settings, groups);
    expect([form.pollInverterLocalMs, form.pollInverterCloudMs, form.trainingAt]).toEqual([2, '', '02:00']);
    expect(new Set(groups.flatMap(({ fields }) => fields.map(({ name }) => name)))).toEqual(
      new Set(Object.keys(DEFAULT_SETTINGS)),
    );
    const typed = { ...form, pollInverterLocalMs: '', pollOthersCloudMs: 2.5, trainingAt: '04:30' };
    expect(changesOf(typed, settings, groups)).toEqual({
      pollInverterLocalMs: null,
      pollOthersCloudMs: 150_000,
      trainingAt: '04:30',
    });
    expect(formProblems({ ...typed, trainingAt: '', rulesEveryMs: '' }, groups)).toEqual({
      trainingAt: 'Type a time.',
      rulesEveryMs: 'Type a number.',
    });
  });
  test('what is being typed is kept when the settings are changed elsewhere', () => {
    const groups = settingGroups('€');
    const before = toForm(DEFAULT_SETTINGS, groups);
    const stored = toForm({ ...DEFAULT_SETTINGS, targetSocPct: 85, trainingAt: '03:00' }, groups);
    expect(keptTyping({ ...before, trainingAt: '04:30' }, before, stored)).toEqual({ ...stored, trainingAt: '04:30' });
    expect(keptTyping(before, before, stored)).toEqual(stored);
  });
  test('the palette offers the drill, the workflows and dry rules, and none of them while stopped', () => {
    const workflow = (id: string, enabled: boolean): Workflow => ({
      id,
      name: `Warm the house ${id}`,
      enabled,
      steps: [{ step: 'wait', ms: 1_000 }],
      resumes: true,
    });
    const workflows = [workflow('a', true), workflow('b', false)];
    const labels = (changes: Partial<CenterStatus>): string[] =>
      paletteEntries({ status: { ...RUNNING, ...changes }, devices: [], flows: [], workflows }).map(
        ({ label }) => label,
      );
    const running = labels({});
    expect(running).toEqual(
      expect.arrayContaining(['Drill the emergency stop', 'Run Warm the house a', 'Run all rules dry']),
    );
    expect(running).not.toContain('Run Warm the house b');
    expect(labels({ testMode: true })).toContain('Let rules act again');
    const stopped = labels({ stop: fakeStop(NOW, 'Ada', NOW) });
    expect(stopped[0]).toBe('Re-enable');
    for (const label of ['Drill the emergency stop', 'Run Warm the house a', 'Run all rules dry'])
      expect(stopped).not.toContain(label);
  });
  test('the palette finds by every word, labels that start so first', () => {
    const entry = (label: string, detail = '') => ({
      id: label,
      label,
      detail,
      icon: 'play' as const,
      run: () => undefined,
    });
    const entries = [entry('Switch Miner A on', 'plug'), entry('Mode Watch'), entry('Miner page')];
    expect(matching(entries, 'miner').map((one) => one.label)).toEqual(['Miner page', 'Switch Miner A on']);
    expect(matching(entries, 'on miner').map((one) => one.label)).toEqual(['Switch Miner A on']);
    expect(matching(entries, '')).toHaveLength(3);
  });
});
