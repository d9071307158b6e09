import { describe, expect, it } from 'vitest';
import { channelId } from '../../../main/ids.ts';
import { cleanUp } from '../../../main/store/clean-up.ts';
import { HOUR_MS, MINUTE_MS } from '../../../main/store/rolling.ts';
import type { Store } from '../../../main/store/types.ts';
import { actionOf } from '../../support/store/records.ts';
import { HOME, tempStore } from '../../support/store/temp-store.ts';

const T0 = Date.UTC(2026, 5, 1);
const seriesOf = (store: Store): number =>
  store.series.idOf({ siteId: HOME, deviceId: '', channelId: channelId('site:load'), metric: 'powerW' });
const fill = (store: Store, id: number, fromMinute: number, minutes: number, value = 600): void =>
  store.readings.append(
    Array.from({ length: minutes }, (_, index) => ({
      seriesId: id,
      at: T0 + (fromMinute + index) * MINUTE_MS,
      value,
      quality: 'good' as const,
    })),
  );

describe('rolling beside retention', () => {
  it('keeps a quarter whole whose raw rows are half gone', async () => {
    const { store } = await tempStore();
    const id = seriesOf(store);
    fill(store, id, 0, 60);
    store.rollups.roll(HOME, 'UTC', T0 + HOUR_MS);
    const before = store.rollups.range('15min', id, T0, T0 + HOUR_MS);
    expect(before.map((row) => row.count)).toEqual([15, 15, 15, 15]);
    expect(store.readings.prune(T0 + 52 * MINUTE_MS)).toBe(52);
    fill(store, id, 120, 15);
    store.rollups.roll(HOME, 'UTC', T0 + 3 * HOUR_MS);
    expect(store.rollups.range('15min', id, T0, T0 + HOUR_MS)).toEqual(before);
    expect(store.rollups.range('hour', id, T0, T0 + 9 * HOUR_MS).map((row) => [row.at - T0, row.energyKwh])).toEqual([
      [0, 0.6],
      [2 * HOUR_MS, 0.15],
    ]);
  });

  it('takes a row that came late into the newest quarter, hour and day', async () => {
    const { store } = await tempStore();
    const id = seriesOf(store);
    fill(store, id, 0, 24 * 60 - 1);
    store.rollups.roll(HOME, 'UTC', T0 + 24 * HOUR_MS);
    expect(store.rollups.range('day', id, T0, T0 + 1)[0]?.count).toBe(1439);
    fill(store, id, 24 * 60 - 1, 1, 6000);
    store.rollups.roll(HOME, 'UTC', T0 + 24 * HOUR_MS + 5 * MINUTE_MS);
    expect(store.rollups.range('day', id, T0, T0 + 1)[0]).toMatchObject({ count: 1440, maximum: 6000 });
  });

  it('rolls nothing that is not complete', async () => {
    const { store } = await tempStore();
    const id = seriesOf(store);
    fill(store, id, 0, 44);
    store.rollups.roll(HOME, 'UTC', T0 + 44 * MINUTE_MS);
    expect(store.rollups.range('15min', id, T0, T0 + HOUR_MS)).toHaveLength(2);
    expect(store.rollups.range('hour', id, T0, T0 + HOUR_MS)).toEqual([]);
  });

  it('removes each step by its own limit', async () => {
    const { store } = await tempStore();
    const id = seriesOf(store);
    fill(store, id, 0, 48 * 60);
    store.rollups.roll(HOME, 'UTC', T0 + 48 * HOUR_MS);
    expect(store.rollups.prune('15min', T0 + 47 * HOUR_MS)).toBe(188);
    expect(store.rollups.prune('hour', T0 + 24 * HOUR_MS)).toBe(24);
    expect(store.rollups.range('hour', id, 0, T0 + 99 * HOUR_MS)).toHaveLength(24);
    expect(store.rollups.range('day', id, 0, T0 + 99 * HOUR_MS)).toHaveLength(2);
    store.rollups.roll(HOME, 'UTC', T0 + 49 * HOUR_MS);
    expect(store.rollups.range('day', id, 0, T0 + 99 * HOUR_MS).map((row) => row.count)).toEqual([1440, 1440]);
  });
});

describe('cleaning up', () => {
  const now = T0 + 500 * 24 * HOUR_MS;
  const at = (hoursAgo: number): number => now - hoursAgo * HOUR_MS;

  it('follows the settings, and keeps days for good', async () => {
    const { store } = await tempStore();
    const id = seriesOf(store);
    const ages = [1, 71, 73, 24 * 59, 24 * 61, 24 * 399, 24 * 401];
    const row = { seriesId: id, value: 1, mean: 1, minimum: 1, maximum: 1, count: 1, energyKwh: 1 };
    store.readings.append(ages.map((age) => ({ ...row, at: at(age), quality: 'good' })));
    for (const step of ['15min', 'hour', 'day'] as const)
      store.rollups.write(
        step,
        ages.map((age) => ({ ...row, at: at(age), quality: 'good' })),
      );
    store.idempotency.put('key-0001', 'x', at(49));
    store.idempotency.put('key-0002', 'x', at(47));
    const cleaned = await cleanUp(store, now, new AbortController().signal);
    expect(cleaned).toEqual({ readings: 5, quarters: 3, hours: 1, forecasts: 0, replies: 1, flowRuns: 0, actions: 0 });
    expect(store.rollups.range('day', id, 0, now)).toHaveLength(ages.length);
    store.settings.set(HOME, { rawRetentionHours: 24, hourlyRetentionDays: 30 }, 'Ann', now);
    expect(await cleanUp(store, now, new AbortController().signal)).toMatchObject({ readings: 1, hours: 3 });
  });

  it('takes nothing where no site says how long', async () => {
    const { store } = await tempStore();
    store.sites.remove(HOME);
    expect(await cleanUp(store, now, new AbortController().signal)).toMatchObject({ readings: 0, hours: 0 });
  });

  it('ends when it is told to', async () => {
    const { store } = await tempStore();
    fill(store, seriesOf(store), 0, 600);
    expect((await cleanUp(store, now, AbortSignal.abort())).readings).toBe(0);
  });

  it('keeps every action that mattered, and makes old ones small', async () => {
    const { store } = await tempStore();
    const now = T0 + 200 * 24 * HOUR_MS;
    const stages = [{ stage: 'soc', outcome: 'passed' as const, code: 'SOC_ABOVE_FLOOR', sentence: 'Enough charge.' }];
    const put = (id: string, ageDays: number, outcome: 'confirmed' | 'unchanged' | 'refused'): void =>
      store.actions.insert(actionOf({ id, outcome, stages, createdAt: now - ageDays * 24 * HOUR_MS }), '{"at":1}');
    put('old', 100, 'confirmed');
    put('weeks', 20, 'refused');
    put('yesterday', 2, 'unchanged');
    put('fresh', 0.5, 'unchanged');
    const follows = (id: string, ageDays: number, reasonCode: string): void =>
      store.actions.insert(
        actionOf({
          id,
          outcome: 'confirmed',
          origin: 'plan',
          reasonCode,
          createdAt: now - ageDays * 24 * HOUR_MS,
          finishedAt: now,
        }),
        null,
      );
    follows('followed', 3, 'PLAN_FOLLOWS');
    follows('follows', 1, 'PLAN_FOLLOWS');
    follows('begun', 3, 'CHARGE_CHEAP');
    const kept = (id: string) => [store.actions.get(id)?.stages.length, store.actions.snapshotOf(id)];
    expect(store.actions.thin(now)).toBe(5);
    const left = ['followed', 'follows', 'begun'].map((id) => store.actions.get(id)?.id);
    expect(left).toEqual([undefined, 'follows', 'begun']);
    expect(kept('old')).toEqual([0, undefined]);
    expect(kept('weeks')).toEqual([1, undefined]);
    expect(store.actions.get('yesterday')).toBeUndefined();
    expect(kept('fresh')).toEqual([1, '{"at":1}']);
    expect(store.actions.thin(now)).toBe(0);
  });
});
