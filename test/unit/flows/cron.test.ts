import { scheduledJobs } from 'node-schedule';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cronInWords, nodeSchedule } from '../../../main/flows/cron.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The UTC times at which an expression fires in a span. */
const firings = (cron: string, zone: string, from: string, to: string): readonly string[] => {
  vi.setSystemTime(new Date(from));
  const seen: string[] = [];
  const job = nodeSchedule(cron, zone, (dueAt) => {
    expect(Math.abs(Date.now() - dueAt)).toBeLessThan(1_000);
    seen.push(new Date(dueAt).toISOString().slice(0, 16));
  });
  vi.advanceTimersByTime(Date.parse(to) - Date.parse(from) - 1);
  job?.cancel();
  return seen;
};

describe('cron in the local time of a home', () => {
  it.each([
    ['02:00 is skipped in spring: an hour later', '2026-03-28', '2026-03-31', ['28T01:00', '29T01:00', '30T00:00']],
    ['02:00 comes twice in autumn: once', '2026-10-24', '2026-10-27', ['25T00:00', '26T01:00']],
  ])('%s', (_, from, to, expected) => {
    const seen = firings('0 2 * * *', 'Europe/Berlin', `${from}T00:00Z`, `${to}T00:00Z`);
    expect(seen.map((at) => at.slice(8))).toEqual(expected);
  });

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-06-01', 24],
  ])('an hourly flow fires in each hour of %s, which has %d', (day, hours) => {
    const from = day === '2026-03-29' ? '2026-03-28T23:00:00Z' : `${day}T00:00:00+02:00`;
    const to = new Date(Date.parse(from) + hours * 3_600_000).toISOString();
    expect(firings('2 * * * *', 'Europe/Berlin', from, to)).toHaveLength(hours);
  });

  it('refuses what is no schedule, and leaves no job behind', () => {
    expect(nodeSchedule('nonsense', 'UTC', () => undefined)).toBeNull();
    const job = nodeSchedule('*/5 * * * *', 'UTC', () => undefined);
    expect(job?.nextAt()).toBeGreaterThan(Date.now());
    job?.cancel();
    expect(Object.keys(scheduledJobs)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it.each([
  [null, 'by hand'],
  ['40 2 * * 0', 'Sundays at 02:40'],
  ['*/5 * * * *', 'every 5 min'],
  ['2 * * * *', 'every hour at :02'],
  ['30 3 * * *', 'daily at 03:30'],
  ['0 2 1 * *', '0 2 1 * *'],
])('says %s as "%s"', (cron, words) => {
  expect(cronInWords(cron)).toBe(words);
});
