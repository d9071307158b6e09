import { describe, expect, it } from 'vitest';
import { type Order, steeredBy } from '../../../../main/planning/advice/steering.ts';
import type { Origin } from '../../../../preload/contract/base.ts';
import { actionOf } from '../../../support/store/records.ts';

const HOUR_MS = 3_600_000;
const FROM = Date.UTC(2026, 10, 20, 23);
const at = (hour: number): number => FROM + hour * HOUR_MS;
const order = (hour: number, origin: Origin): Order => actionOf({ sentAt: at(hour), origin });
const who = (orders: readonly Order[], modes: Parameters<typeof steeredBy>[0]['modes'] = []) =>
  steeredBy({ from: FROM, to: at(24), orders, modes });

describe('who steered a day', () => {
  it.each([
    ['nobody without an order', [], 'nobody'],
    ['the plan since the evening before', [order(-3, 'plan')], 'plan'],
    ['nobody by an order of two days ago', [order(-40, 'plan')], 'nobody'],
    ['rules, that took over early', [order(-3, 'plan'), order(5, 'rule')], 'rules'],
    ['the plan, whatever a rule did late', [order(20, 'rule'), order(-3, 'plan')], 'plan'],
    ['nobody where a person took over', [order(-3, 'plan'), order(3, 'manual')], 'nobody'],
    ['nobody where none has the most of the day', [order(-3, 'plan'), order(8, 'rule'), order(16, 'stop')], 'nobody'],
  ] as const)('%s', (_, orders, expected) => {
    expect(who(orders)).toBe(expected);
  });

  it('nobody from the moment on when the house only watches, also after that until a new order', () => {
    const orders = [order(-3, 'plan')];
    expect(who(orders, [{ at: at(-9), mode: 'automate' }])).toBe('plan');
    expect(
      who(orders, [
        { at: at(-9), mode: 'automate' },
        { at: at(2), mode: 'watch' },
      ]),
    ).toBe('nobody');
    const back = [
      { at: at(-9), mode: 'automate' },
      { at: at(2), mode: 'watch' },
      { at: at(3), mode: 'automate' },
    ] as const;
    expect(who(orders, back)).toBe('nobody');
    expect(who([...orders, order(4, 'plan')], back)).toBe('plan');
    const asks = [
      { at: at(-9), mode: 'automate' },
      { at: at(2), mode: 'suggest' },
    ] as const;
    expect(who(orders, asks)).toBe('plan');
  });
});
