import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../../../main/planning/site/blocks.ts';
import { pinOf, pinsToTakeBack } from '../../../../main/planning/site/pins.ts';
import type { DemandCharge } from '../../../../main/planning/types.ts';
import type { PlanPin } from '../../../../main/store/plans.ts';
import type { PlanBlock } from '../../../../preload/contract/plan.ts';
import type { LoadWish } from '../../../../preload/contract/plan-settings.ts';
import {
  type MadeSite,
  madeLoad,
  madeSite,
  madeTank,
  QUARTER_MS,
  WEDNESDAY_NOON,
} from '../../../support/planning/made-site.ts';
import { planFor } from '../../../support/planning/problems.ts';
import { good, HOME } from '../../../support/store/temp-store.ts';

const blocksFor = async (made: MadeSite, pins: readonly PlanPin[] = []): Promise<readonly PlanBlock[]> => {
  const site = madeSite(made);
  return blocksOf({ site, plan: await planFor(site.problem) }, pins);
};

const always = (steps: number, value: number): readonly number[] => Array.from({ length: steps }, () => value);
const VALUE: LoadWish = { kind: 'value', valuePerKwh: 0.2 };
const TANK: LoadWish = { kind: 'tank', litres: 200, minC: 45, maxC: 60, sensor: null, drawKwhPerDay: 6, heatPerKwh: 1 };
const miner = madeLoad({ id: 'miner/plug#0', valuePerKwh: 0.2, runSteps: null, endStep: 16 });
const FLAT = [0.3, 0.3, 0.3, 0.3];
const PEAK: DemandCharge = {
  ...{ id: 'peak', weight: always(16, 1), peaks: 1, apart: 'none', floorKw: 0, measuredKw: [] },
  price: { kind: 'per-kw', tiers: [{ fromKw: 0, perKw: 5 }] },
};

interface Golden {
  readonly name: string;
  readonly made: MadeSite;
  /** Each is said by a block. */
  readonly says: readonly (string | RegExp)[];
}

const battery: readonly Golden[] = [
  {
    name: 'sun is stored for the evening',
    made: { prices: [0.3, 0.3, 0.3, 0.5, 0.5, 0.3], pv: [3, 3, 0, 0, 0, 0] },
    says: [
      'charge CHARGE_FROM_SURPLUS: Stores sun that the house does not need, instead of selling it for €0.08 a kWh: at 15:00 a kWh is worth €0.50.',
    ],
  },
  {
    name: 'cheap power is bought for dear hours',
    made: { prices: [0.1, 0.1, 0.3, 0.5, 0.5, 0.3], battery: { initialSocPct: 20 } },
    says: [
      'charge CHARGE_CHEAP_BEFORE_DEAR: Charges while power costs €0.10 a kWh, for 15:00 when it costs €0.50.',
      'discharge DISCHARGE_AVOIDS_DEAR: Covers the house while power costs €0.40 a kWh.',
    ],
  },
  {
    name: 'a negative price is taken',
    made: { prices: [0.3, -0.05, 0.3, 0.3], sells: [0, -0.1, 0, 0], battery: { initialSocPct: 30 } },
    says: ['charge NEGATIVE_PRICE: Charges while the grid pays €0.05 for each kWh that is taken.'],
  },
  {
    name: 'the charge is kept for a dear hour',
    made: { prices: [0.25, 0.25, 0.25, 0.5, 0.5, 0.5], battery: { maxChargeKw: 0.001 } },
    says: ['hold HOLD_FOR_PEAK: Keeps its charge for 15:00, when power costs €0.50 instead of €0.25.'],
  },
  {
    name: 'a battery that lies too low is charged',
    made: { prices: FLAT, battery: { initialSocPct: 10 } },
    says: ['charge LEAST_CHARGE: Charges because the battery is below its least charge of 20 %.'],
  },
  {
    name: 'a reserve is built up, and kept',
    made: {
      prices: FLAT,
      battery: {
        ...{ initialSocPct: 25, reservePricePerKwh: 1 },
        reserveSocPct: always(16, 20).map((least, step) => (step > 3 ? 50 : least)),
      },
    },
    says: [
      'charge KEEP_RESERVE: Charges to have a reserve of 50 % in case the day goes worse than expected.',
      'hold KEEP_RESERVE: Keeps a reserve of 50 % in case the day goes worse than expected.',
    ],
  },
  {
    name: 'stored energy is sold while that brings much',
    made: { prices: [0.1, 0.1, 0.3, 0.3], sells: [0.05, 0.05, 0.5, 0.05], battery: { toGrid: true } },
    says: ['discharge SELL_DEAR: Sells stored energy while a kWh brings €0.50.'],
  },
  {
    name: 'the grid limit is kept',
    made: {
      ...{ prices: FLAT, load: [1, 6, 1, 1], battery: { finalValuePerKwh: 0.3 } },
      problem: { grid: { maxImportKw: 4, maxExportKw: 4 } },
    },
    says: [
      'hold HOLD_FOR_LIMIT: Keeps its charge for 13:00, when the import would be too high without it.',
      'discharge IMPORT_LIMIT: Helps so that the import stays within 4 kW.',
      'hold NOT_WORTH_IT: Rests: power at €0.30 a kWh does not pay for the losses and the wear.',
    ],
  },
  {
    name: 'a peak that would cost money is cut off',
    made: {
      ...{ prices: FLAT, load: [1, 6, 1, 1], battery: { finalValuePerKwh: 0.3 } },
      problem: { demandCharges: [PEAK] },
    },
    says: [
      'charge CHARGE_BEFORE_PEAK: Charges ahead, so that the import stays at 2.1 kW when more is needed.',
      'discharge PEAK_CAP: Helps so that the import stays at 2.1 kW: a higher peak would cost money all month.',
    ],
  },
  {
    name: 'room is left for sun that brings less',
    made: {
      ...{ prices: [0.3, 0.3, 0.3, 0.3, 0.3, 0.3], sells: [0.12, 0.12, 0.01, 0.01, 0.1, 0.1] },
      ...{ pv: [4, 4, 7, 7, 0, 0], battery: { initialSocPct: 20 } },
    },
    says: [
      /^hold LEAVE_ROOM: Sells the sun for €0.1[12] a kWh and leaves room for 14:\d\d, when it brings only €0.01.$/,
      'charge CHARGE_FROM_SURPLUS: Stores sun that the house does not need, instead of selling it for €0.01 a kWh: at 16:00 a kWh is worth €0.30.',
    ],
  },
  {
    name: 'room is made for more sun than would fit',
    made: {
      ...{ prices: [0.2, 0.2, 0.4, 0.4, 0.4, 0.4], pv: [0, 0, 8, 8, 8, 8] },
      battery: { initialSocPct: 90 },
    },
    says: ['discharge MAKE_ROOM: Covers the house and so makes room for more sun than would fit otherwise.'],
  },
  {
    name: 'cheap power is worth more after the end',
    made: {
      prices: [0.3, 0.15, 0.3, 0.3],
      battery: { initialSocPct: 20, finalValuePerKwh: 0.35, maxDischargeKw: 0.001 },
    },
    says: [
      'charge CHARGE_FOR_LATER: Charges while power costs €0.15 a kWh: it will be worth more after this plan ends.',
    ],
  },
];

const loads: readonly Golden[] = [
  {
    name: 'a car waits for the cheapest hours',
    made: { prices: [0.4, 0.4, 0.2, 0.4, 0.4, 0.4], battery: null, flexible: [madeLoad()] },
    says: [
      'run CHEAPEST_BEFORE_DEADLINE: Runs when power is cheapest before 18:00: €0.20 a kWh, €0.40 at other times.',
    ],
  },
  {
    name: 'a car has no time left to choose',
    made: { prices: [0.4, 0.2, 0.2, 0.2], battery: null, flexible: [madeLoad({ endStep: 4 })] },
    says: ['run NO_TIME_TO_SPARE: Runs because it needs all the time that is left until 13:00.'],
  },
  {
    name: 'a car takes the sun',
    made: {
      ...{ prices: [0.4, 0.4, 0.4, 0.4], pv: [0, 0, 4, 0], battery: null },
      flexible: [madeLoad({ endStep: 16 })],
    },
    says: ['run RUN_FROM_SURPLUS: Runs on sun that the house does not need, before 16:00.'],
  },
  {
    name: 'a car takes a negative price',
    made: { prices: [0.4, 0.4, -0.1, 0.4], battery: null, flexible: [madeLoad({ endStep: 16 })] },
    says: ['run NEGATIVE_PRICE: Runs while the grid pays €0.10 for each kWh that is taken.'],
  },
  {
    name: 'a miner runs where it earns more than it costs',
    made: { prices: [0.4, 0.1, 0.1, 0.4], battery: null, wish: VALUE, flexible: [miner] },
    says: ['run PRICE_BELOW_VALUE: Runs while a kWh costs €0.10 and earns €0.20.'],
  },
  {
    name: 'a miner takes the sun',
    made: { prices: [0.4, 0.4, 0.4, 0.4], pv: [0, 4, 4, 0], battery: null, wish: VALUE, flexible: [miner] },
    says: [
      'run RUN_FROM_SURPLUS: Runs on sun that the house does not need: a kWh earns €0.20 and would be sold for €0.08.',
    ],
  },
  {
    name: 'a miner that was just started runs on',
    made: {
      ...{ prices: [0.4, 0.4, 0.4, 0.4], battery: null, wish: VALUE },
      flexible: [{ ...miner, minRunSteps: 4, before: { on: true, steps: 2 } }],
    },
    says: ['run RUN_ON: Runs on because it was started a short time ago and must not be stopped yet.'],
  },
  {
    name: 'a tank is heated ahead of dear hours',
    made: { prices: [0.1, 0.5, 0.5, 0.5], battery: null, wish: TANK, heat: [madeTank(16)] },
    says: [/^run HEAT_AHEAD: Heats ahead to 5\d(\.\d)? °C while power costs €0.10 a kWh: at 13:00 it costs €0.50.$/],
  },
  {
    name: 'a tank at its least temperature is heated',
    made: { prices: [0.5, 0.5, 0.5, 0.5], battery: null, wish: TANK, heat: [madeTank(16, { initialC: 45 })] },
    says: ['run HEAT_KEEP: Heats to stay above 45 °C.'],
  },
];

describe('a plan says why', () => {
  it.each([...battery, ...loads])('$name', async ({ made, says }) => {
    const said = (await blocksFor(made)).map(({ does, code, sentence }) => `${does} ${code}: ${sentence}`);
    for (const sentence of says)
      expect(said).toContainEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });
});

describe('a block', () => {
  it('says how much later it could be, what binds it, and what else it could be, dearer in every case', async () => {
    const blocks = await blocksFor({
      ...{ prices: [0.4, 0.4, 0.2, 0.4, 0.4, 0.4], battery: { initialSocPct: 60, finalValuePerKwh: 0.39 } },
      flexible: [madeLoad()],
    });
    const car = blocks.find(({ does }) => does === 'run');
    expect(car).toMatchObject({
      laneId: 'car/plug',
      boundBy: '60 min by 18:00',
      roomMs: 12 * QUARTER_MS,
      label: '2 kW',
    });
    expect(car?.leansOn).toBe('prices: EPEX');
    expect(car?.energyKwh).toBeCloseTo(2, 6);
    expect(car?.meanPrice).toBeCloseTo(0.2, 6);
    expect(car?.alternatives.map(({ label }) => label)).toEqual(['At once', 'From the battery', 'One hour later']);
    for (const { costMore } of car?.alternatives ?? []) expect(costMore).toBeGreaterThan(0);
  });

  it('costs more elsewhere by what the prices say', async () => {
    const [car] = await blocksFor({
      ...{ prices: [0.4, 0.4, 0.2, 0.35, 0.4, 0.4], battery: null, flexible: [madeLoad()] },
      problem: { carbonG: always(24, 500).map((grams, step) => (step < 4 ? 100 : grams)) },
    });
    // 2 kWh at 0.4 or 0.35 instead of 0.2, and with 100 g instead of 500 g each.
    expect(
      car?.alternatives.map(({ label, costMore, carbonMoreKg }) => [label, Number(costMore.toFixed(6)), carbonMoreKg]),
    ).toEqual([
      ['At once', 0.4, expect.closeTo(-0.8, 6)],
      ['One hour later', 0.3, expect.closeTo(0, 6)],
    ]);
  });

  it('offers nothing that would be better than the plan: that is a fault of the comparison, not an alternative', async () => {
    const made: MadeSite = { prices: [0.4, 0.4, 0.2, 0.3, 0.4, 0.4], battery: null, flexible: [madeLoad()] };
    const plan = await planFor(madeSite(made).problem);
    const turned = madeSite({ ...made, prices: [0.2, 0.4, 0.4, 0.3, 0.4, 0.4] });
    const [car] = blocksOf({ site: turned, plan }, []);
    expect(car?.alternatives).toEqual([]);
  });

  it('says who holds it, where the plan has no say', async () => {
    const site = madeSite({
      ...{ prices: [0.4, 0.2, 0.2, 0.2], battery: null },
      flexible: [madeLoad({ endStep: 16, mustRun: [0, 1] })],
    });
    const parts = site.parts.map((part) => ({
      ...part,
      held: { by: 'Ann', untilAt: WEDNESDAY_NOON + 2 * QUARTER_MS },
    }));
    const [first, later] = blocksOf({ site: { ...site, parts }, plan: await planFor(site.problem) }, []);
    expect(first).toMatchObject({
      code: 'HELD',
      sentence: 'Runs because Ann holds it until 12:30.',
      boundBy: 'the hold of Ann',
    });
    expect(later?.code).toBe('CHEAPEST_BEFORE_DEADLINE');
  });

  it('is held by a pin and says whose, and a skipped one stays in sight', async () => {
    const made: MadeSite = {
      prices: [0.4, 0.4, 0.2, 0.4, 0.4, 0.4],
      battery: null,
      flexible: [madeLoad({ mustRun: [0, 1, 2, 3] })],
    };
    const pin: PlanPin = {
      ...{ siteId: HOME, blockId: 'car/plug@0', laneId: 'car/plug', pin: 'move', who: 'Ann', at: 0 },
      ...{ from: WEDNESDAY_NOON + 8 * QUARTER_MS, to: WEDNESDAY_NOON + 12 * QUARTER_MS, toAt: WEDNESDAY_NOON },
    };
    const [moved] = await blocksFor(made, [pin]);
    expect(moved).toMatchObject({ from: WEDNESDAY_NOON, pinned: 'move', code: 'PINNED' });
    expect(moved?.sentence).toBe('Runs because Ann moved it here.');
    const blocks = await blocksFor(made, [{ ...pin, pin: 'skip', toAt: null }]);
    expect(blocks.map(({ code, pinned, does }) => [code, pinned, does])).toContainEqual(['SKIPPED', 'skip', 'hold']);
  });

  it('that is skipped while it runs shows the rest behind what it still has to run, under a name of its own', async () => {
    const made: MadeSite = {
      prices: [0.4, 0.4, 0.4, 0.4],
      battery: null,
      flexible: [madeLoad({ endStep: 16, runSteps: 2, mustRun: [0, 1] })],
    };
    const from = WEDNESDAY_NOON;
    const to = from + 8 * QUARTER_MS;
    const pin: PlanPin = {
      ...{ siteId: HOME, blockId: `car/plug@${from}`, laneId: 'car/plug', pin: 'skip', who: 'Ann', at: 0 },
      ...{ from, to, toAt: null },
    };
    const restsFrom = from + 2 * QUARTER_MS;
    const shown = (await blocksFor(made, [pin])).filter(({ laneId }) => laneId === 'car/plug');
    expect(shown.map((block) => [block.from, block.to, block.does, block.pinned])).toEqual([
      [from, restsFrom, 'run', null],
      [restsFrom, to, 'hold', 'skip'],
    ]);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(2);
    expect(pinsToTakeBack({ blocks: shown }, shown[1]?.id ?? '', [pin])).toEqual([pin.blockId]);
    const again = pinOf(
      { siteId: HOME, lanes: madeSite(made).lanes, blocks: shown },
      { blockId: pin.blockId, pin: 'skip', who: 'Ben' },
      from,
    );
    expect(good(again)).toMatchObject({ from, to });
  });
});
