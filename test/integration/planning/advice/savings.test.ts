import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock } from '../../../../main/clock.ts';
import { createEventBus } from '../../../../main/events.ts';
import { createSavings } from '../../../../main/planning/advice/savings.ts';
import { savingsViewOf } from '../../../../main/planning/advice/savings-view.ts';
import type { SavingsDeps } from '../../../../main/planning/advice/types.ts';
import type { Store } from '../../../../main/store/types.ts';
import { addLocalDays, startOfLocalDay } from '../../../../main/zone.ts';
import type { SavingsDay } from '../../../../preload/contract/backtest.ts';
import { savingsViewSchema } from '../../../../preload/contract/backtest.ts';
import type { PlanEvent } from '../../../../preload/contract/plan.ts';
import { DEFAULT_PLAN_SETTINGS } from '../../../../preload/contract/plan-settings.ts';
import {
  lived,
  MADE_BATTERY,
  type MadeOrder,
  madePrice,
  madeQuarters,
  writeLived,
} from '../../../support/planning/advice-home.ts';
import { actionOf } from '../../../support/store/records.ts';
import {
  good,
  HOME,
  homeSite,
  NOW,
  PLUG,
  plugDevice,
  SWITCH,
  tempFolder,
  tempStore,
} from '../../../support/store/temp-store.ts';

const ZONE = 'Europe/Berlin';
const HOUR_MS = 3_600_000;
const local = (iso: string): number => DateTime.fromISO(iso, { zone: ZONE }).toMillis();
const alone: MadeOrder = () => null;

const serviceOn = (store: Store, clock: ReplayClock, more: Partial<SavingsDeps> = {}) => {
  const events: PlanEvent[] = [];
  const bus = createEventBus((name, thrown) => {
    throw new Error(`${name}: ${String(thrown)}`);
  });
  bus.on('plan', (event) => events.push(event));
  const savings = createSavings({
    ...{ store, clock, bus },
    mode: () => 'automate',
    planSettingsOf: () => DEFAULT_PLAN_SETTINGS,
    carbonOf: () => [],
    tariffAt: () => null,
    ...more,
  });
  return { savings, bus, events };
};

/** A home with prices and so much of its past measured. */
const homeWith = (store: Store, from: number, to: number, order: MadeOrder = alone): void => {
  store.settings.set(
    HOME,
    { batteryCapacityKwh: 10, minimumSocPct: 10, criticalSocPct: 10, maxGridExportW: 50_000 },
    'Ann',
    NOW,
  );
  writeLived(store, HOME, lived(madeQuarters(from, to), MADE_BATTERY, 50, order));
  const prices = [];
  for (let at = from; at < to; at += HOUR_MS) prices.push({ at, stepMs: HOUR_MS, ...madePrice(at), source: 'made' });
  store.prices.upsert(HOME, prices);
};

const work = async (savings: ReturnType<typeof createSavings>): Promise<string> =>
  good(await savings.work(HOME, new AbortController().signal));

describe('the nightly account', () => {
  it('gives every finished day its number once, after an outage as well, and after a restart the same', async () => {
    const now = local('2026-04-02T00:25');
    const folder = tempFolder();
    const clock = replayClock(now);
    const { store } = await tempStore({ folder, clock });
    const from = local('2026-03-25T00:00');
    homeWith(store, from - HOUR_MS, now, (at) => ((at / HOUR_MS) % 24 < 3 ? 2 : null));
    const { savings, events } = serviceOn(store, clock);
    const report = await work(savings);
    expect(report).toMatch(
      /^2026-04-01: It cost €\d+\.\d\d, €\d+\.\d\d (less|more) than the €\d+\.\d\d of self-consumption only\. 7 days before/,
    );
    const view = savings.view(HOME, 30);
    expect(savingsViewSchema.parse(view)).toEqual(view);
    // The short day of spring is among them, and begins where it should.
    expect(view.days.map(({ at }) => at)).toEqual(
      Array.from({ length: 8 }, (_, index) => addLocalDays(from, index, ZONE)),
    );
    expect(view.yesterday?.at).toBe(addLocalDays(now, -1, ZONE));
    expect(view.sentence).toMatch(
      /^Yesterday: It cost .* Nobody steered the battery\. 100 % of the day was measured\.$/,
    );
    expect(view.month).toMatchObject({ days: 1 });
    expect(events).toMatchObject([{ siteId: HOME, about: 'savings' }]);

    expect(await work(savings)).not.toMatch(/caught up/);
    store.close();
    // Another battery in the settings changes no day that has its number.
    const own = { ...DEFAULT_PLAN_SETTINGS, battery: { ...DEFAULT_PLAN_SETTINGS.battery, wearPerKwh: 1 } };
    const reopened = (await tempStore({ folder, clock })).store;
    const again = serviceOn(reopened, clock, { planSettingsOf: () => own }).savings;
    await work(again);
    expect(again.view(HOME, 30)).toEqual(view);
  });

  it('reckons a day the same in another order and with another past around it', async () => {
    const now = local('2026-07-10T00:25');
    const night: MadeOrder = (at) => ((at / HOUR_MS) % 24 < 3 ? 2 : null);
    const numbers = async (steps: readonly number[]): Promise<readonly SavingsDay[]> => {
      const clock = replayClock(steps[0] ?? now);
      const { store } = await tempStore({ clock });
      homeWith(store, local('2026-06-08T00:00'), now, night);
      const { savings } = serviceOn(store, clock);
      for (const step of steps) {
        clock.jump(step - clock.now());
        await work(savings);
      }
      return savings.view(HOME, 30).days;
    };
    const atOnce = await numbers([now]);
    const nightly = await numbers(
      Array.from({ length: 31 }, (_, index) => addLocalDays(now, index - 30, ZONE) + 25 * 60_000),
    );
    expect(atOnce).toHaveLength(30);
    expect(nightly.slice(-30)).toEqual(atOnce);
  });

  it('says why a day has no number, and gives it one when the price comes later', async () => {
    const now = local('2026-06-10T00:25');
    const clock = replayClock(now);
    const { store } = await tempStore({ clock });
    const { savings, events } = serviceOn(store, clock);
    expect(savings.view(HOME, 30).sentence).toMatch(/not been worked out yet/);
    expect(await work(savings)).toMatch(/nothing was measured/);
    const yesterday = startOfLocalDay(now - HOUR_MS, ZONE);
    writeLived(store, HOME, lived(madeQuarters(yesterday - HOUR_MS, now), MADE_BATTERY, 50, alone));
    expect(await work(savings)).toMatch(/price is not known/);
    store.settings.set(HOME, { fixedImportPerKwh: 0.3 }, 'Ann', NOW);
    expect(await work(savings)).toMatch(/nobody said how much the battery holds/);
    expect(savings.view(HOME, 30)).toMatchObject({ yesterday: null, days: [], month: null });
    expect(savings.view(HOME, 30).sentence).toMatch(/^There is no number for yesterday: nobody said/);
    expect(events).toEqual([]);
    store.settings.set(HOME, { batteryCapacityKwh: 10 }, 'Ann', NOW);
    expect(await work(savings)).toMatch(/It cost/);
    expect(savings.view(HOME, 30).yesterday).toMatchObject({ coveragePct: 100, carbonSavedKg: null });
  });

  it('has no number for a day of which less than 80 % was measured', async () => {
    const now = local('2026-06-10T00:25');
    const clock = replayClock(now);
    const { store } = await tempStore({ clock });
    homeWith(store, now, now + HOUR_MS);
    store.settings.set(HOME, { fixedImportPerKwh: 0.3 }, 'Ann', NOW);
    const yesterday = startOfLocalDay(now - HOUR_MS, ZONE);
    const course = lived(madeQuarters(yesterday - HOUR_MS, now), MADE_BATTERY, 50, alone);
    writeLived(
      store,
      HOME,
      course.filter(({ at }) => at < yesterday + 18 * HOUR_MS),
    );
    const { savings } = serviceOn(store, clock);
    expect(await work(savings)).toMatch(/only 75 % of the day was measured, and 80 % are needed/);
  });

  it('takes a battery for what it showed itself to be, not for what its name says', async () => {
    const now = local('2026-06-20T00:25');
    const clock = replayClock(now);
    const { store } = await tempStore({ clock });
    const from = local('2026-06-01T00:00');
    homeWith(store, from, now);
    const small = { ...MADE_BATTERY, capacityKwh: 6.5 };
    writeLived(store, HOME, lived(madeQuarters(from, now), small, 50, alone));
    const { savings } = serviceOn(store, clock);
    await work(savings);
    const { days } = savings.view(HOME, 12);
    expect(days).toHaveLength(12);
    // It was left alone: a baseline of 10 kWh would have stored what this one could not.
    for (const { saving, batteryCycles } of days) {
      expect(Math.abs(saving)).toBeLessThan(0.03);
      expect(batteryCycles).toBeGreaterThan(0.8);
    }
  });

  it('names who steered and counts the hours of miners; a mode that changes is on record', async () => {
    const now = local('2026-06-10T00:25');
    const clock = replayClock(now);
    const { store } = await tempStore({ clock });
    const yesterday = startOfLocalDay(now - HOUR_MS, ZONE);
    homeWith(store, yesterday - HOUR_MS, now);
    store.devices.add(plugDevice(), NOW);
    const seriesId = store.series.idOf({ siteId: HOME, deviceId: PLUG, channelId: SWITCH, metric: 'powerW' });
    const row = {
      seriesId,
      mean: 1100,
      minimum: 0,
      maximum: 1200,
      count: 15,
      energyKwh: 0.275,
      quality: 'good',
    } as const;
    store.rollups.write(
      '15min',
      Array.from({ length: 6 }, (_, index) => ({ ...row, at: yesterday + index * HOUR_MS })),
    );
    store.rollups.write('15min', [{ ...row, at: yesterday + 7 * HOUR_MS, mean: 40 }]);
    store.actions.insert(
      actionOf({ origin: 'rule', createdAt: yesterday + HOUR_MS, sentAt: yesterday + HOUR_MS }),
      null,
    );
    const { savings, bus } = serviceOn(store, clock, {
      carbonOf: () => [{ ...CARBON, at: yesterday, stepMs: 25 * HOUR_MS }],
    });
    await work(savings);
    expect(savings.view(HOME, 30).yesterday).toMatchObject({ steeredBy: 'rules', minerHours: 1.5 });
    expect(savings.view(HOME, 30).yesterday?.carbonSavedKg).toBeCloseTo(0, 2);

    const life = new AbortController();
    savings.start(life.signal);
    clock.jump(HOUR_MS);
    bus.emit('mode', { siteId: HOME, mode: 'automate' });
    bus.emit('mode', { siteId: HOME, mode: 'watch' });
    expect(store.advice.modes(HOME, now, now + 2 * HOUR_MS)).toEqual([
      { at: now, mode: 'automate' },
      { at: now + HOUR_MS, mode: 'watch' },
    ]);
    expect(store.advice.modes(HOME, now + 2 * HOUR_MS, now + 3 * HOUR_MS)).toMatchObject([{ mode: 'watch' }]);
    life.abort();
    expect(bus.listenerCount()).toBe(1);
  });
});

const CARBON = { provider: 'p', kind: 'measured', gPerKwh: 300, fetchedAt: NOW } as const;

describe('who steers is compared', () => {
  const now = local('2026-06-30T00:25');
  const dayOf = (daysAgo: number, steeredBy: SavingsDay['steeredBy'], saving: number): SavingsDay => ({
    ...{ at: addLocalDays(now, -daysAgo, ZONE), cost: 2, baselineCost: 2 + saving, saving, carbonSavedKg: null },
    ...{ coveragePct: 99, steeredBy, batteryCycles: 0.5, minerHours: steeredBy === 'plan' ? 6 : 4 },
  });
  const viewOf = (days: readonly SavingsDay[]) =>
    savingsViewOf({
      ...{ site: homeSite(), now, days: 30, hasPeakCharge: true },
      stored: days.map((day) => ({ at: day.at, day, why: '' })),
    });

  it('by mean and spread, once both have a week', () => {
    const plan = Array.from({ length: 7 }, (_, index) => dayOf(index + 1, 'plan', index % 2 === 0 ? 1 : 2));
    const rules = Array.from({ length: 7 }, (_, index) => dayOf(index + 10, 'rules', 0.5));
    expect(viewOf([...plan, ...rules.slice(1)]).ab).toEqual([]);
    const [first, second] = viewOf([...plan, ...rules]).ab;
    expect(first).toMatchObject({ steeredBy: 'plan', days: 7, minerHoursADay: 6, cyclesADay: 0.5 });
    expect(first?.meanSaving).toBeCloseTo(10 / 7, 9);
    expect(first?.spread).toBeCloseTo(0.5345, 4);
    expect(second).toMatchObject({ steeredBy: 'rules', meanSaving: 0.5, spread: 0 });
  });

  it('and the view says that the charge for the peak of the month is not in it', () => {
    expect(viewOf([dayOf(1, 'plan', 0.5)]).sentence).toBe(
      'Yesterday: It cost €2.00, €0.50 less than the €2.50 of self-consumption only. The plan steered. 99 % of the day was measured. The charge for the month’s peak is not in it.',
    );
    expect(viewOf([dayOf(1, 'plan', 0)]).sentence).toMatch(/It cost €2.00, the same as self-consumption only/);
  });
});
