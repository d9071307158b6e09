import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSuggestions, type LearntSuggestions } from '../../../main/automation/learnt/suggestions.ts';
import { ok, permanent, type Result } from '../../../main/result.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import { createHouse, type House } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { actionOf, proposalOf, settlementOf, WISH } from '../../support/store/records.ts';

const DAY = 86_400_000;

let house: House;
let suggestions: LearntSuggestions;
let saved: Rule[];
let saving: Result<unknown>;
beforeEach(async () => {
  house = await createHouse([{ id: 'miner', powerW: 1000 }]);
  saved = [];
  saving = ok({});
  suggestions = createSuggestions({
    store: house.store(),
    clock: house.clock,
    bus: house.bus,
    saveRule: async (_, rule) => {
      saved.push(rule);
      return saving;
    },
  });
});
afterEach(() => house.close());

const ref = () => ({ deviceId: house.device('miner').id, channelId: house.device('miner').channel });
/** By hand at the same time on each of the last days. */
const switchedByHand = (days: number, more: Parameters<typeof actionOf>[0] = {}): void => {
  for (let day = 1; day <= days; day += 1) {
    const createdAt = house.clock.now() - day * DAY;
    house
      .store()
      .actions.insert(
        actionOf({ id: `act_${day}`, siteId: HOME, ...ref(), asked: false, outcome: 'confirmed', createdAt, ...more }),
        null,
      );
  }
};
const answered = (count: number, state: 'approved' | 'denied'): void => {
  for (let index = 0; index < count; index += 1) {
    const id = `${state}_${index}`;
    house.store().proposals.add(proposalOf({ id, siteId: HOME, ...ref() }), WISH);
    house.store().proposals.settle(id, settlementOf({ state, settledAt: house.clock.now() - index * 60_000 }));
  }
};
const open = () => suggestions.list(HOME);

describe('what is learnt from people', () => {
  it('is proposed with its evidence, saved only when it is accepted, and then proposed no more', async () => {
    switchedByHand(10);
    expect(suggestions.learn(HOME)).toMatchObject({
      ok: true,
      value: expect.stringContaining('1 to propose, 1 of them new'),
    });
    const [one] = open();
    expect(one).toMatchObject({ support: 10, state: 'open', stopAsking: null });
    expect(one?.evidence).toHaveLength(10);
    expect(one?.rule).toMatchObject({ mode: 'test', actions: [{ do: 'switch', channel: ref(), on: false }] });
    expect(saved).toEqual([]);
    expect((await suggestions.answer(HOME, one?.id ?? '', 'accept', 'Ann')).ok).toBe(true);
    expect(saved.map(({ id }) => id)).toEqual([one?.rule?.id]);
    suggestions.learn(HOME);
    expect(open()).toEqual([]);
  });

  it('stays away once it was declined, however often it is seen', async () => {
    switchedByHand(10);
    suggestions.learn(HOME);
    expect((await suggestions.answer(HOME, open()[0]?.id ?? '', 'decline', 'Ann')).ok).toBe(true);
    suggestions.learn(HOME);
    expect(open()).toEqual([]);
    expect(await suggestions.answer(HOME, 'nobody', 'accept', 'Ann')).toMatchObject({ ok: false });
  });

  it('stays open when its rule cannot be saved', async () => {
    switchedByHand(10);
    suggestions.learn(HOME);
    saving = permanent('rules.problems', 'It fights another rule.', 'Change it.');
    expect((await suggestions.answer(HOME, open()[0]?.id ?? '', 'accept', 'Ann')).ok).toBe(false);
    expect(open()).toHaveLength(1);
  });

  it('goes when it is no habit any more', async () => {
    switchedByHand(10);
    suggestions.learn(HOME);
    expect(open()).toHaveLength(1);
    await house.clock.advance(40 * DAY);
    suggestions.learn(HOME);
    expect(open()).toEqual([]);
  });

  it.each([
    ['rules', { origin: 'rule' as const }],
    ['what did not come true', { outcome: 'not-confirmed' as const }],
    ['second tries', { reasonCode: 'RETRY' }],
  ])('is not learnt from %s', (_, more) => {
    switchedByHand(10, more);
    suggestions.learn(HOME);
    expect(open()).toEqual([]);
  });

  it('asks no more about what is always approved, once the person says so', async () => {
    answered(12, 'approved');
    suggestions.learn(HOME);
    const [one] = open();
    expect(one).toMatchObject({ rule: null, stopAsking: ref(), support: 12, chances: 12 });
    expect(house.store().safety.get(HOME).approvals).toEqual([]);
    await suggestions.answer(HOME, one?.id ?? '', 'accept', 'Ann');
    expect(house.store().safety.get(HOME).approvals).toMatchObject([{ channel: ref(), ask: 'never' }]);
    suggestions.learn(HOME);
    expect(open()).toEqual([]);
  });

  it('goes on asking where a person said no', () => {
    answered(10, 'approved');
    answered(2, 'denied');
    suggestions.learn(HOME);
    expect(open()).toEqual([]);
  });
});
