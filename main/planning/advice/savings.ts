import type { Site } from '../../../preload/contract/site.ts';
import type { SiteId } from '../../ids.ts';
import { ok, permanent } from '../../result.ts';
import type { StoredSavingsDay } from '../../store/advice.ts';
import { addLocalDays, localDate } from '../../zone.ts';
import { accountOfDay, dayCoveragePct, LEAST_COVERAGE_PCT, type NoNumber } from './day-account.ts';
import { measuredDay, minerHours } from './measured-day.ts';
import { dayInWords, savingsViewOf } from './savings-view.ts';
import { type Order, STEERS_FOR_MS, steeredBy } from './steering.ts';
import type { Savings, SavingsDeps } from './types.ts';
import { days as daysInWords } from './words.ts';

const CATCH_UP_DAYS = 30;
/** As far back as two ways of steering are compared. */
const KEPT_IN_VIEW_DAYS = 400;
const PAGE = 500;

const whyNoNumber = (why: NoNumber, coveragePct: number): string => {
  switch (why) {
    case 'nothing-measured':
      return 'nothing was measured at the grid meter.';
    case 'little-measured':
      return `only ${Math.floor(coveragePct)} % of the day was measured, and ${LEAST_COVERAGE_PCT} % are needed.`;
    case 'no-price':
      return 'the price is not known all day. Set a tariff or a fixed price under Settings.';
    case 'no-charge':
      return 'the charge of the battery at midnight is not known.';
  }
};
const NO_CAPACITY = 'nobody said how much the battery holds. Set its capacity under Settings.';

export const createSavings = (deps: SavingsDeps): Savings => {
  const { store, clock, bus } = deps;

  /** Orders of the span that reached a device, those to the battery alone where there are any. */
  const ordersIn = (site: Site, from: number, to: number): readonly Order[] => {
    const batteries = new Set(
      store.devices
        .list(site.id)
        .flatMap(({ id, channels }) =>
          channels.filter(({ role }) => role === 'battery').map(({ channelId }) => `${id}/${channelId}`),
        ),
    );
    const orders: Order[] = [];
    let before = to;
    for (;;) {
      const page = store.actions.list(site.id, PAGE, before);
      orders.push(...page.filter(({ sentAt }) => sentAt !== null && sentAt < to));
      const oldest = page.at(-1);
      if (page.length < PAGE || oldest === undefined || oldest.createdAt < from || oldest.createdAt >= before) break;
      before = oldest.createdAt;
    }
    const toBattery = orders.filter(({ deviceId, channelId }) => batteries.has(`${deviceId}/${channelId}`));
    return toBattery.length > 0 ? toBattery : orders;
  };

  const workOut = (site: Site, from: number): StoredSavingsDay => {
    const to = addLocalDays(from, 1, site.timeZone);
    const given = { own: deps.planSettingsOf(site.id).battery, carbon: deps.carbonOf(site.id, from, to) };
    const measured = measuredDay(store, site.id, { from, to }, given);
    const coveragePct = dayCoveragePct(measured);
    const account = accountOfDay(measured);
    if (typeof account === 'string') return { at: from, day: null, why: whyNoNumber(account, coveragePct) };
    if (measured.hasBattery && measured.battery === null) return { at: from, day: null, why: NO_CAPACITY };
    const who = steeredBy({
      ...{ from, to },
      orders: ordersIn(site, from - STEERS_FOR_MS, to),
      modes: store.advice.modes(site.id, from, to),
    });
    const day = { at: from, ...account, coveragePct, steeredBy: who, minerHours: minerHours(store, site.id, from, to) };
    return { at: from, day, why: '' };
  };

  return {
    start: (signal) => {
      const note = (siteId: SiteId, mode: ReturnType<SavingsDeps['mode']>): void => {
        const now = clock.now();
        const last = store.advice.modes(siteId, now, now + 1).at(-1);
        if (last?.mode !== mode) store.advice.putMode(siteId, { at: now, mode });
      };
      for (const { id } of store.sites.list()) note(id, deps.mode(id));
      const off = bus.on('mode', ({ siteId, mode }) => note(siteId, mode));
      signal.addEventListener('abort', off, { once: true });
    },
    work: async (siteId, signal) => {
      const site = store.sites.get(siteId);
      if (!site) return permanent('site.unknown', 'There is no such home.', 'Choose a home that is listed.');
      const { timeZone, currency } = site;
      const today = addLocalDays(clock.now(), 0, timeZone);
      const yesterday = addLocalDays(today, -1, timeZone);
      const first = addLocalDays(today, -CATCH_UP_DAYS, timeZone);
      // A day that has its number keeps it: what is measured later than this night is not summed up any more.
      const known = new Set(
        store.advice.days(siteId, first, today).flatMap(({ at, day }) => (day === null ? [] : [at])),
      );
      const done: StoredSavingsDay[] = [];
      for (let at = first; at < today && !signal.aborted; at = addLocalDays(at, 1, timeZone)) {
        if (known.has(at)) continue;
        const row = workOut(site, at);
        store.advice.putDay(siteId, row);
        done.push(row);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const numbers = done.flatMap(({ day }) => (day === null ? [] : [day]));
      const last = store.advice.days(siteId, yesterday, today)[0];
      const about =
        last === undefined
          ? 'Yesterday was not reached.'
          : `${localDate(last.at, timeZone)}: ${last.day === null ? `there is no number, ${last.why}` : dayInWords(last.day, currency)}`;
      const late = numbers.filter(({ at }) => at !== yesterday).length;
      if (numbers.length > 0) bus.emit('plan', { siteId, about: 'savings', share: null, sentence: about });
      return ok([about, ...(late > 0 ? [`${daysInWords(late)} before it caught up.`] : [])].join(' '));
    },
    view: (siteId, days) => {
      const site = store.sites.get(siteId);
      if (!site) throw new Error(`There is no home ${siteId}.`);
      const now = clock.now();
      const { timeZone } = site;
      const today = addLocalDays(now, 0, timeZone);
      return savingsViewOf({
        ...{ site, now, days },
        stored: store.advice.days(siteId, addLocalDays(now, -KEPT_IN_VIEW_DAYS, timeZone), today),
        hasPeakCharge: (deps.tariffAt(siteId, today - 1)?.peakCharges.length ?? 0) > 0,
      });
    },
  };
};
