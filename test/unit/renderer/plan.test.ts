import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChannelId, DeviceId } from '../../../preload/contract/base.ts';
import type { PlanBlock, PlanEvent } from '../../../preload/contract/plan.ts';
import type { PlannedLoad } from '../../../preload/contract/plan-settings.ts';
import { addDays, clock, instantOf } from '../../../renderer/format/time.ts';
import { askOf, firstFields } from '../../../renderer/pages/plan/backtest/backtest-ask.ts';
import { monthRows } from '../../../renderer/pages/plan/backtest/month-rows.ts';
import { clockField, nextClock } from '../../../renderer/pages/plan/clock-field.ts';
import {
  blockSpoken,
  blockState,
  firstBlock,
  inReadingOrder,
  moneyMore,
  neighbour,
  sameBlock,
} from '../../../renderer/pages/plan/plan-words.ts';
import { wishOf } from '../../../renderer/pages/plan/settings/wish-kinds.ts';
import { deadlinesOf } from '../../../renderer/pages/plan/timeline/deadlines.ts';
import { areaOf, geometryOf, hourTicks, stretchOf, xOf, yOf } from '../../../renderer/pages/plan/timeline/geometry.ts';
import { placeBlocks } from '../../../renderer/pages/plan/timeline/place-blocks.ts';
import { namedCells, priceCells } from '../../../renderer/pages/plan/timeline/price-cells.ts';
import { earliestDeadline, whatIfFields, withField } from '../../../renderer/pages/plan/what-if-fields.ts';
import { status } from '../../../renderer/state/house.ts';
import { backtest, createPlanNews, plan } from '../../../renderer/state/planning.ts';
import { SITE_ID } from '../../support/renderer/fake-house.ts';
import { fakePlanAnswers } from '../../support/renderer/fake-plan.ts';

const HOUR = 3_600_000;
const ZONE = 'Europe/Berlin';
const MIDNIGHT = Date.UTC(2026, 5, 17, 22);
const NOW = MIDNIGHT + 13.7 * HOUR;
const NB = '\u00a0';
const answers = fakePlanAnswers(() => ({ midnight: MIDNIGHT, now: NOW }), 'ready');
const VIEW = answers['plan.get']({ siteId: SITE_ID });
const FROM = MIDNIGHT + 12 * HOUR;
const TO = FROM + 24 * HOUR;
const frame = (part: Partial<Parameters<typeof geometryOf>[0]> = {}) =>
  geometryOf({ width: 826, from: FROM, to: TO, lanes: 6, above: false, ...part });

const named = (id: string): PlanBlock => {
  const found = VIEW.blocks.find((block) => block.id === id);
  if (!found) throw new Error(`no block ${id}`);
  return found;
};

describe('the places of the timeline', () => {
  test('time runs from the left edge of the plot to the right one', () => {
    const shown = frame();
    expect(xOf(shown, FROM)).toBe(shown.left);
    expect(xOf(shown, TO)).toBe(826 - shown.right);
    expect(stretchOf(shown, FROM - HOUR, FROM + 12 * HOUR)).toEqual({
      left: shown.left,
      width: (826 - shown.left - shown.right) / 2,
    });
    expect(stretchOf(shown, FROM - 2 * HOUR, FROM)).toBeNull();
  });
  test('strips never overlap, with labels beside or above, with many lanes or none', () => {
    for (const above of [true, false])
      for (const lanes of [0, 1, 6, 14]) {
        const { soc, lanes: rows, price, sun, height } = frame({ above, lanes });
        const tops = [soc, ...rows, price, sun];
        for (const [index, band] of tops.entries()) {
          const next = tops[index + 1]?.top ?? height;
          expect(band.top + band.height).toBeLessThanOrEqual(next);
        }
      }
  });
  test('a value stands between foot and top', () => {
    expect(yOf({ top: 10, height: 100 }, 100, 0, 100)).toBe(10);
    expect(yOf({ top: 10, height: 100 }, 0, 0, 100)).toBe(110);
    expect(areaOf([[0, 1]], [[0, 2]])).toBe('');
  });
  test('hours are told by the wall clock, also where one is missing', () => {
    const spring = instantOf(ZONE, 2026, 3, 28, 18);
    const ticks = hourTicks(frame({ from: spring, to: spring + 24 * HOUR }), ZONE);
    expect(ticks.map(({ at }) => clock(at, ZONE, 'en-GB'))).toEqual([
      '18:00',
      '21:00',
      '00:00',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
      '15:00',
      '18:00',
    ]);
    expect(ticks.filter(({ date }) => date !== null)).toHaveLength(1);
  });
});

describe('blocks', () => {
  test('are over, run or are planned', () => {
    expect(['miner-b/11.25', 'miner-a/9.75', 'ev/25.25'].map((id) => blockState(named(id), NOW))).toEqual([
      'done',
      'running',
      'planned',
    ]);
  });
  test('a label that does not fit is left out, the arrow goes before the words do', () => {
    const blocks = [named('battery/28.5')];
    const at = (wide: number) => placeBlocks(blocks, frame(), NOW, () => wide)[0];
    expect(at(20)).toMatchObject({ label: 'to 48 %', arrow: true });
    expect(at(45)).toMatchObject({ label: 'to 48 %', arrow: false });
    expect(at(80)).toMatchObject({ label: null, arrow: true });
  });
  test('the words of a running block stand right of the now line, those of a past one are gone', () => {
    const [running] = placeBlocks([named('miner-a/9.75')], frame(), NOW, () => 30);
    expect((running?.left ?? 0) + (running?.indent ?? 0)).toBeGreaterThan(xOf(frame(), NOW));
    expect(placeBlocks([{ ...named('miner-b/11.25'), label: 'x' }], frame(), NOW, () => 5)[0]?.label).toBeNull();
  });
  test('arrow keys walk a lane, and to the nearest block of the next lane that has one', () => {
    const from = named('ev/25.25');
    expect(neighbour(VIEW, named('battery/12'), 'ArrowRight')?.id).toBe('battery/19.75');
    expect(neighbour(VIEW, named('battery/12'), 'ArrowLeft')).toBeNull();
    expect(neighbour(VIEW, named('battery/12'), 'End')?.id).toBe('battery/36');
    expect(neighbour(VIEW, from, 'ArrowUp')?.id).toBe('heat-pump/30');
    expect(neighbour(VIEW, from, 'ArrowDown')).toBeNull();
    const gaps = { ...VIEW, blocks: VIEW.blocks.filter(({ laneId }) => !laneId.startsWith('heat-pump')) };
    expect(neighbour(gaps, from, 'ArrowUp')?.laneId).toContain('water');
    expect(neighbour(VIEW, from, 'x')).toBeNull();
  });
  test('reading order is lane by lane, each by time', () => {
    const order = inReadingOrder({ ...VIEW, blocks: VIEW.blocks.toReversed() });
    expect(order).toHaveLength(VIEW.blocks.length);
    expect(order[0]?.id).toBe('battery/12');
    expect(order.at(-1)?.id).toBe('ev/25.25');
  });
  test('what most money hangs at is shown first, and nothing of what is over', () => {
    expect(firstBlock(VIEW, NOW)?.id).toBe('ev/25.25');
    expect(firstBlock(VIEW, MIDNIGHT + 48 * HOUR)).toBeNull();
  });
  test('in a new plan the same step stays open', () => {
    const moved = VIEW.blocks.map((block) => ({ ...block, id: `new/${block.id}`, from: block.from + HOUR }));
    expect(sameBlock(moved, named('ev/25.25'))?.id).toBe('new/ev/25.25');
    expect(sameBlock([], named('ev/25.25'))).toBeNull();
  });
  test('a reader hears what, how much, when and whether it runs', () => {
    const lane = VIEW.lanes.find(({ name }) => name === 'EV');
    if (!lane) throw new Error('no lane');
    expect(blockSpoken(named('ev/25.25'), lane, NOW, ZONE)).toMatch(
      /^EV charges, 7\.4 kW, Fri 0?1:15.* to 0?4:30.*, planned$/,
    );
  });
  test('more money has a plus, less a true minus, and nothing neither', () => {
    expect([moneyMore(4.52, 'EUR'), moneyMore(-0.4, 'EUR'), moneyMore(0.001, 'EUR')]).toEqual([
      `+4.52${NB}€`,
      `−0.40${NB}€`,
      `0.00${NB}€`,
    ]);
  });
});

describe('prices', () => {
  test('what was in force before the plan comes first, and quarters of an hour become one cell', () => {
    const earlier = {
      siteId: SITE_ID,
      currency: 'EUR',
      source: '',
      prices: [12, 13].map((hour) => ({
        at: MIDNIGHT + hour * HOUR,
        stepMs: HOUR,
        importPerKwh: hour === 12 ? 0.142 : 0.118,
        exportPerKwh: 0,
      })),
    };
    const cells = priceCells(VIEW, earlier, FROM, TO);
    expect(cells[0]).toMatchObject({ from: FROM, to: FROM + HOUR, perKwh: 0.142, known: true });
    expect(cells[1]).toMatchObject({ from: FROM + HOUR, to: FROM + 2 * HOUR, perKwh: 0.118 });
    expect(cells).toHaveLength(24);
    expect(cells.every((cell, index) => cell.from === (cells[index - 1]?.to ?? FROM))).toBe(true);
  });
  test('the dearest and the cheapest are always written, others where there is room', () => {
    const cells = priceCells(VIEW, null, FROM, TO);
    const values = namedCells(cells, (at) => xOf(frame(), at), 44).map(({ perKwh }) => perKwh);
    expect(values.slice(0, 2)).toEqual([0.412, 0.118]);
    const places = namedCells(cells, (at) => xOf(frame(), at), 44).map(({ from, to }) => xOf(frame(), (from + to) / 2));
    for (const [index, a] of places.entries())
      for (const b of places.slice(index + 1)) expect(Math.abs(a - b)).toBeGreaterThanOrEqual(44);
    const flat = cells.map((cell) => ({ ...cell, perKwh: 0.3 }));
    expect(namedCells(flat, (at) => xOf(frame(), at), 44)).toHaveLength(1);
    expect(namedCells([], () => 0, 44)).toEqual([]);
  });
});

describe('times of the day', () => {
  const load = (from: string, to: string, days: number[] = []): PlannedLoad => ({
    deviceId: 'ev' as DeviceId,
    channelId: 'c' as ChannelId,
    startCost: 0,
    wish: { kind: 'energy', energyKwh: 10, from, to, days, minKw: 0, maxKw: 7 },
  });
  test('a window over midnight ends the next morning', () => {
    const [first] = deadlinesOf(load('18:00', '07:00'), FROM, TO, ZONE);
    expect(first).toEqual({ from: MIDNIGHT + 18 * HOUR, to: MIDNIGHT + 31 * HOUR, by: '07:00' });
  });
  test('it keeps to the wall clock in the night of a change, and to its weekdays', () => {
    const evening = instantOf(ZONE, 2026, 10, 24, 12);
    const [first] = deadlinesOf(load('18:00', '07:00'), evening, evening + 24 * HOUR, ZONE);
    expect(first && (first.to - first.from) / HOUR).toBe(14);
    expect(first && clock(first.to, ZONE, 'en-GB')).toBe('07:00');
    // 18 June 2026 is a Thursday.
    expect(deadlinesOf(load('08:00', '12:30', [5]), MIDNIGHT, MIDNIGHT + 24 * HOUR, ZONE)).toEqual([]);
    expect(deadlinesOf(load('08:00', '12:30', [4]), MIDNIGHT, MIDNIGHT + 24 * HOUR, ZONE)).toHaveLength(1);
  });
  test('a load without a deadline has none', () => {
    const miner: PlannedLoad = { ...load('08:00', '09:00'), wish: { kind: 'value', valuePerKwh: 0.1 } };
    expect(deadlinesOf(miner, FROM, TO, ZONE)).toEqual([]);
    expect(earliestDeadline([miner])).toBeNull();
    expect(earliestDeadline([miner, load('18:00', '07:30'), load('18:00', '06:00')])).toBe(360);
  });
  test('a typed time is the next time that the clock shows it', () => {
    expect(nextClock('15:30', NOW, ZONE)).toBe(MIDNIGHT + 15.5 * HOUR);
    expect(nextClock('01:15', NOW, ZONE)).toBe(MIDNIGHT + 25.25 * HOUR);
    expect(nextClock('25:00', NOW, ZONE)).toBeNull();
    expect(nextClock('', NOW, ZONE)).toBeNull();
    expect(clockField(MIDNIGHT + 25.25 * HOUR, ZONE)).toBe('01:15');
  });
});

describe('what if', () => {
  const base = { reservePct: 30, batteryKwh: 20, readyBy: 420 };
  const fields = whatIfFields(base);
  const field = (id: string) => {
    const found = [...fields.first, ...fields.more].find((one) => one.id === id);
    if (!found) throw new Error(`no ${id}`);
    return found;
  };
  test('a slider that is back where it began is no change', () => {
    const dearer = withField({}, field('importPriceFactor'), 1.5);
    expect(dearer).toEqual({ importPriceFactor: 1.5 });
    const both = withField(dearer, field('readyBy'), 390);
    expect(both).toEqual({ importPriceFactor: 1.5, readyBy: '06:30' });
    expect(withField(both, field('importPriceFactor'), 1.0000001)).toEqual({ readyBy: '06:30' });
    expect(field('readyBy').valueOf(both)).toBe(390);
  });
  test('every slider says its base in words and stays within what the contract takes', () => {
    expect(field('importPriceFactor').words(1)).toBe('as is');
    expect(field('importPriceFactor').words(1.5)).toBe('+50 %');
    expect(field('pvFactor').words(0.5)).toBe('−50 %');
    expect(field('batteryKwh').words(0)).toBe('none');
    for (const one of [...fields.first, ...fields.more]) {
      expect(one.base).toBeGreaterThanOrEqual(one.minimum);
      expect(one.base).toBeLessThanOrEqual(one.maximum);
    }
  });
  test('a home without a battery and deadlines is asked neither', () => {
    const ids = (of: ReturnType<typeof whatIfFields>) => [...of.first, ...of.more].map(({ id }) => id);
    expect(ids(whatIfFields({ reservePct: 30, batteryKwh: null, readyBy: null }))).toEqual([
      'importPriceFactor',
      'exportPriceFactor',
      'pvFactor',
      'loadFactor',
    ]);
  });
});

describe('the backtest', () => {
  test('begins with the last whole week; the baseline is always played', () => {
    const fields = firstFields(NOW, ZONE);
    expect(fields).toMatchObject({ from: '2026-06-11', to: '2026-06-17' });
    const asked = askOf({ ...fields, policies: ['plan'], baseline: 'self' }, NOW, ZONE);
    expect('ask' in asked && asked.ask).toEqual({
      from: addDays(MIDNIGHT, -7, ZONE),
      to: MIDNIGHT,
      policies: ['plan', 'self'],
      baseline: 'self',
      horizonHours: 36,
    });
  });
  test('refuses a span that is not over and an empty choice, in words', () => {
    const fields = firstFields(NOW, ZONE);
    expect(askOf({ ...fields, to: '2026-06-18' }, NOW, ZONE)).toHaveProperty('problem');
    expect(askOf({ ...fields, policies: [] }, NOW, ZONE)).toHaveProperty('problem');
    const other = askOf({ ...fields, batteryKwh: 0, pvFactor: 1.5 }, NOW, ZONE);
    expect('ask' in other && other.ask).toMatchObject({ batteryKwh: 0, pvFactor: 1.5 });
  });
  test('a month that a policy does not have is absent, not 0', () => {
    const policies = answers['backtest.get']({ siteId: SITE_ID }).result?.policies ?? [];
    const short = policies.map((one) => (one.policy === 'learnt' ? { ...one, months: one.months.slice(1) } : one));
    const rows = monthRows(short);
    expect(rows.map(({ month }) => month)).toEqual(['2026-02', '2026-03', '2026-04', '2026-05']);
    expect(rows[0]?.of.has('learnt')).toBe(false);
    expect(rows[1]?.of.has('learnt')).toBe(true);
  });
});

describe('wishes', () => {
  const load = { ratedKw: 7.4, suggestion: { kind: 'value', valuePerKwh: 0.12 } as const };
  test('begin with what suits the load, and a zone needs a sensor', () => {
    expect(wishOf('value', load, [])).toEqual(load.suggestion);
    expect(wishOf('energy', load, [])).toMatchObject({ maxKw: 7.4 });
    expect(wishOf('comfort', load, [])).toBeNull();
    expect(wishOf('comfort', load, [{ deviceId: 'room' as DeviceId, channelId: 't' as ChannelId }])).toMatchObject({
      sensor: { deviceId: 'room', channelId: 't' },
    });
  });
});

describe('news of plans', () => {
  const event = (part: Partial<PlanEvent>): PlanEvent => ({
    siteId: SITE_ID,
    about: 'backtest',
    share: 0.5,
    sentence: 'Day 60 of 120.',
    ...part,
  });
  const asked = vi.fn();
  const hear = createPlanNews((run) => () => asked(run));
  beforeEach(() => {
    status.use.setState({ value: { activeSiteId: SITE_ID } as never });
    const running = fakePlanAnswers(() => ({ midnight: MIDNIGHT, now: NOW }), 'running');
    backtest.use.setState({ value: running['backtest.get']({ siteId: SITE_ID }) });
    plan.use.setState({ value: VIEW });
    asked.mockClear();
  });
  afterEach(() => {
    for (const resource of [status, backtest, plan]) resource.clear();
  });
  test('progress is shown without asking, the end is asked for', () => {
    hear(event({}));
    expect(backtest.use.getState().value).toMatchObject({ share: 0.5, sentence: 'Day 60 of 120.' });
    expect(asked).not.toHaveBeenCalled();
    hear(event({ share: null }));
    expect(asked).toHaveBeenCalledWith(backtest.reload);
  });
  test('a plan that is being made is said at once', () => {
    hear(event({ about: 'plan', share: 0 }));
    expect(plan.use.getState().value?.planning).toBe(true);
    hear(event({ about: 'plan', share: null }));
    expect(plan.use.getState().value?.planning).toBe(false);
    expect(asked).toHaveBeenCalledWith(plan.reload);
  });
  test('another home is not ours', () => {
    hear(event({ siteId: 'other' as never, share: null }));
    expect(asked).not.toHaveBeenCalled();
  });
});
