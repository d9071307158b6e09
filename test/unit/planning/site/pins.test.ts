import { describe, expect, it } from 'vitest';
import { freedomOf, pinOf, pinsToTakeBack } from '../../../../main/planning/site/pins.ts';
import { emptyPlanView } from '../../../../main/planning/site/plan-view.ts';
import type { PlanPin } from '../../../../main/store/plans.ts';
import type { PlanBlock, PlanLane, PlanView } from '../../../../preload/contract/plan.ts';
import { QUARTER_MS, WEDNESDAY_NOON } from '../../../support/planning/made-site.ts';
import { failureOf, good, HOME } from '../../../support/store/temp-store.ts';

const at = (step: number): number => WEDNESDAY_NOON + step * QUARTER_MS;
const block = (id: string, laneId: string, from: number, to: number, more: Partial<PlanBlock> = {}): PlanBlock => ({
  ...{ id, laneId, from: at(from), to: at(to), does: 'run', label: '2 kW', energyKwh: 1, meanPrice: 0.2 },
  ...{ code: 'CHEAPEST_BEFORE_DEADLINE', sentence: 's', boundBy: null, roomMs: null, leansOn: null },
  ...{ alternatives: [], pinned: null },
  ...more,
});
const lane = (id: string, role: PlanLane['role']): PlanLane => ({
  ...{ id, name: id, role, note: '', deviceId: null, channelId: null, controllable: true },
});
const view: PlanView = {
  ...emptyPlanView(HOME, 'waiting', '', false),
  lanes: [lane('battery', 'battery'), lane('car/plug', 'ev'), lane('boiler/plug', 'water-heater')],
  blocks: [
    block('battery@0', 'battery', 0, 4, { does: 'charge' }),
    block('car/plug@1', 'car/plug', 4, 8),
    block('boiler/plug@1', 'boiler/plug', 4, 8, { code: 'HEAT_KEEP' }),
  ],
};
const ask = (wish: Partial<Parameters<typeof pinOf>[1]>, now = at(0)) =>
  pinOf(view, { blockId: 'car/plug@1', pin: 'keep', who: 'Ann', ...wish }, now);
const pin = (what: PlanPin['pin'], more: Partial<PlanPin> = {}): PlanPin => ({
  ...{ siteId: HOME, blockId: 'car/plug@1', laneId: 'car/plug', pin: what, who: 'Ann', at: 0 },
  ...{ from: at(4), to: at(8), toAt: null },
  ...more,
});

describe('what a person wants of a block', () => {
  it('is kept as it was asked, and none takes it back', () => {
    expect(good(ask({ pin: 'move', toAt: at(10) + 60_000 }))).toEqual(pin('move', { toAt: at(10), at: at(0) }));
    expect(good(ask({ pin: 'skip' }))).toEqual(pin('skip', { at: at(0) }));
    expect(good(ask({ pin: 'none' }))).toBeNull();
  });

  it.each([
    ['a block of the battery', { blockId: 'battery@0' }, at(0), 'The battery follows what everything else needs.'],
    ['heat', { blockId: 'boiler/plug@1' }, at(0), 'Heat follows the temperatures that are wished.'],
    ['a block that is gone', { blockId: 'x' }, at(0), 'This block is not in the plan any more.'],
    ['what is over', {}, at(8), 'This block is over.'],
    ['a move without a time', { pin: 'move' as const }, at(0), 'A block can only be moved to a time to come.'],
    [
      'a move into the past',
      { pin: 'move' as const, toAt: at(2) },
      at(4),
      'A block can only be moved to a time to come.',
    ],
  ])('is refused for %s', (_, wish, now, message) => {
    expect(failureOf(ask(wish, now))).toMatchObject({ code: 'plan.pin', message });
  });

  it('counts as it was said last', () => {
    const place = { firstStep: 0, endStep: 24 };
    const steps = { startAt: WEDNESDAY_NOON, count: 24 };
    const kept = pin('keep', { blockId: 'before', at: 1 });
    expect(freedomOf([pin('skip', { at: 2 }), kept], steps, place, 4)).toEqual({ mustRun: [], mustRest: [4, 5, 6, 7] });
    expect(freedomOf([pin('skip', { at: 0 }), kept], steps, place, 4)).toEqual({ mustRun: [4, 5, 6, 7], mustRest: [] });
    const moved = pin('move', { at: 2, toAt: at(10) });
    expect(freedomOf([kept, moved], steps, place, 4)).toEqual({ mustRun: [10, 11, 12, 13], mustRest: [] });
  });

  it('goes with all pins that hold the block, though its id has moved on', () => {
    const held = [
      pin('keep', { blockId: 'car/plug@0', from: at(2), to: at(6) }),
      pin('move', { blockId: 'old', from: at(0), to: at(2), toAt: at(7) }),
      pin('keep', { blockId: 'later', from: at(8), to: at(9) }),
      pin('keep', { blockId: 'other', laneId: 'boiler/plug' }),
    ];
    expect(pinsToTakeBack(view, 'car/plug@1', held)).toEqual(['car/plug@0', 'old']);
    expect(pinsToTakeBack(view, 'gone', held)).toEqual(['gone']);
  });
});
