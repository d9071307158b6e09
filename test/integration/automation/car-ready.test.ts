import { afterEach, describe, expect, it } from 'vitest';
import { findProblems } from '../../../main/automation/check/rule-checks.ts';
import { presetsOf } from '../../../main/automation/rules/presets.ts';
import type { Notice } from '../../../preload/contract/house.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import { checkedHome } from '../../support/automation/checked-home.ts';
import type { LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { createRuleHouse, type RuleHouse } from '../../support/rules/rule-house.ts';
import { channelOf } from '../../support/rules/rules.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const STEP_MS = 30_000;
/** The house begins at 13:00 local on the tenth of June. */
const MIDNIGHT = Date.UTC(2026, 5, 10, 22);
const SEVEN = MIDNIGHT + 7 * HOUR;

let house: RuleHouse;
let notices: Notice[] = [];
afterEach(async () => house.close());

const carOf = (id: string, powerW: number): LoadOptions => ({
  id,
  powerW,
  config: { name: id, role: 'ev', ratedPowerW: powerW },
  // A full car draws nothing, and that is right.
  spec: { effect: { kind: 'power-follows-switch', onAboveW: -1, offBelowW: 100, withinMs: 5_000 } },
});

const rulesFor = (cars: readonly LoadOptions[], hasPrices: boolean): readonly Rule[] => {
  let sequence = 0;
  const preset = presetsOf({
    channels: cars.map(({ id, powerW }) => ({
      channel: channelOf(id),
      name: id,
      role: 'ev',
      controllable: true,
      ratedPowerW: powerW ?? null,
      control: { kind: 'switch' },
    })),
    hasPv: false,
    hasBattery: false,
    hasPrices,
    hasWeather: false,
    minimumSocPct: 30,
    pauseBelowPct: 50,
    resumeAbovePct: 80,
    newId: () => {
      sequence += 1;
      return `rule-${sequence}`;
    },
  }).find(({ id }) => id === 'car-ready');
  return (preset?.rules ?? []).map((rule) => ({ ...rule, mode: 'on' }));
};

/** Cheap in the four hours from `cheapAt`, dear in the night before it; only hours before `until` are known. */
const prices = (until: number, cheapAt = MIDNIGHT): void => {
  const from = MIDNIGHT - 24 * HOUR;
  const rows = Array.from({ length: 48 }, (_, hour) => from + hour * HOUR)
    .filter((at) => at < until)
    .map((at) => {
      const importPerKwh = at < MIDNIGHT || at >= cheapAt + 4 * HOUR ? 0.4 : at < cheapAt ? 0.9 : 0.1;
      return { at, stepMs: HOUR, importPerKwh, exportPerKwh: 0.05, source: 'test' };
    });
  house.store().prices.replace(HOME, [{ from, to: from + 49 * HOUR }], rows);
};

/** Energy taken by each car, kWh; a car that has what it needs takes no more. */
const charged = new Map<string, number>();
const build = async (cars: readonly LoadOptions[], hasPrices: boolean, limitW = 30_000): Promise<void> => {
  charged.clear();
  notices = [];
  house = await createRuleHouse(cars, rulesFor(cars, hasPrices));
  // From 13:00 to 19:30: nothing of this is about the afternoon.
  house.clock.jump(6.5 * HOUR);
  house.bus.on('notice', (notice) => void notices.push(notice));
  Object.assign(house.meters.meters, { pvW: 0, householdW: 500, socPct: 80 });
  house.store().settings.set(HOME, { maxGridImportW: limitW, batteryCapacityKwh: 0 }, 'Ada', house.clock.now());
};
const liveUntil = (at: number, needKwh = 20, each: (now: number) => void = () => undefined): Promise<void> =>
  house.live(at - house.clock.now(), STEP_MS, (now) => {
    each(now);
    for (const device of house.devices) {
      const energy = (charged.get(device.id) ?? 0) + (device.powerW() * STEP_MS) / 3.6e9;
      charged.set(device.id, energy);
      device.draws(energy >= needKwh ? 0 : null);
    }
  });
const startedAt = (id: string): number => house.wire.find((entry) => entry.deviceId === id)?.at ?? Number.NaN;

describe('a car that has to be ready in the morning', () => {
  it('charges in the cheap hours, and has what it needs before the price rises', async () => {
    await build([carOf('car', 7_400)], true);
    prices(MIDNIGHT + 24 * HOUR);
    await liveUntil(SEVEN);
    expect(charged.get('car')).toBeGreaterThanOrEqual(20);
    expect(startedAt('car')).toBeGreaterThanOrEqual(MIDNIGHT);
    expect(startedAt('car')).toBeLessThan(MIDNIGHT + MINUTE);
    expect(notices).toEqual([]);
  }, 30_000);

  it('is ready although the price feed dies at two in the morning', async () => {
    await build([carOf('car', 11_000)], true);
    prices(MIDNIGHT + 24 * HOUR, MIDNIGHT + 3 * HOUR);
    await liveUntil(MIDNIGHT + 2 * HOUR);
    // It waited for the cheap hours from three on, of which nobody knows any more.
    expect(house.wire).toEqual([]);
    prices(MIDNIGHT + 2 * HOUR, MIDNIGHT + 3 * HOUR);
    await liveUntil(SEVEN);
    expect(startedAt('car')).toBeGreaterThan(MIDNIGHT + 3 * HOUR);
    expect(charged.get('car')).toBeGreaterThanOrEqual(20);
    expect(notices).toEqual([]);
  }, 30_000);

  it('is ready without any price at all, and with a slow charger', async () => {
    await build([carOf('car', 2_300)], true);
    await liveUntil(SEVEN);
    expect(charged.get('car')).toBeGreaterThanOrEqual(20);
  }, 30_000);

  it('two cars that share a limit are both ready, one after the other', async () => {
    await build([carOf('first', 7_400), carOf('second', 7_400)], false, 9_000);
    let most = 0;
    await liveUntil(SEVEN, 20, () => {
      most = Math.max(most, 500 + house.devices.reduce((sum, device) => sum + device.powerW(), 0));
    });
    expect([...charged.values()].every((energy) => energy >= 20)).toBe(true);
    expect(most).toBeLessThanOrEqual(9_000);
  }, 30_000);

  it('goes on past the deadline while it still charges, and ends when the car is full', async () => {
    await build([carOf('car', 7_400)], false);
    await liveUntil(SEVEN + 30 * MINUTE, 40);
    expect(house.device('car').value()).toBe(true);
    const short = charged.get('car') ?? 0;
    expect(short).toBeLessThan(40);
    await liveUntil(SEVEN + 3 * HOUR, 40);
    expect(charged.get('car')).toBeGreaterThanOrEqual(40);
    expect(house.device('car').value()).toBe(false);
  }, 30_000);

  it('is told early that it will not be ready where the charger cannot begin, once', async () => {
    await build([carOf('car', 2_300)], false, 2_000);
    await liveUntil(SEVEN);
    expect(house.device('car').value()).toBe(false);
    const told = notices.filter(({ text }) => /may not be ready by 07:00/.test(text));
    expect(told).toHaveLength(1);
    expect(told[0]?.at).toBeLessThan(MIDNIGHT);
  }, 30_000);

  it('is made of rules against which the check has nothing to say', () => {
    const rules = rulesFor([carOf('miner-a', 7_400), carOf('miner-b', 3_700)], true);
    const known = checkedHome();
    const said = rules.flatMap((rule) =>
      findProblems(rule, { ...known, others: rules.filter((other) => other !== rule) }),
    );
    expect(said.map(({ code, sentence }) => `${code} ${sentence}`)).toEqual([]);
  });
});
