import { expect, it } from 'vitest';
import { findAdvice, movablesOf } from '../../../../main/planning/advice/finding.ts';
import type { DemandCharge } from '../../../../main/planning/types.ts';
import type { Rollup, Store } from '../../../../main/store/types.ts';
import type { ChannelRole } from '../../../../preload/contract/devices.ts';
import { OUTLOOK_BATTERY, outlook } from '../../../support/planning/outlooks.ts';
import { HOME, NOW, PLUG, plugDevice, SWITCH, tempStore } from '../../../support/store/temp-store.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 96 * QUARTER_MS;
const ZONE = 'Europe/Berlin';

/** A load of a role that ran each day at 18:00 UTC for an hour, and lately. */
const withLoad = (store: Store, role: ChannelRole, latelyW: number): void => {
  const [channel] = plugDevice().channels;
  if (!channel) throw new Error('no channel');
  store.devices.add(plugDevice({ channels: [{ ...channel, name: 'Washing machine', role }] }), NOW);
  const seriesId = store.series.idOf({ siteId: HOME, deviceId: PLUG, channelId: SWITCH, metric: 'powerW' });
  const rows: Rollup[] = [];
  for (let at = NOW - 20 * DAY_MS; at < NOW; at += QUARTER_MS) {
    const hour = (at / 3_600_000) % 24;
    const mean = at >= NOW - QUARTER_MS ? latelyW : hour >= 18 && hour < 19 ? 900 : 1;
    rows.push({ seriesId, at, mean, minimum: mean, maximum: mean, count: 15, energyKwh: mean / 4000, quality: 'good' });
  }
  store.rollups.write('15min', rows);
};

it.each<[string, ChannelRole, number, number]>([
  ['a machine at a plug', 'other-load', 1, 1],
  ['a car', 'ev', 1, 1],
  ['a machine that runs now', 'other-load', 900, 0],
  ['a miner, which runs by its worth', 'miner', 1, 0],
  ['a heat pump, which follows the weather', 'heat-pump', 1, 0],
])('of %s it is known how it usually runs, or it is left alone', async (_, role, latelyW, count) => {
  const { store } = await tempStore();
  withLoad(store, role, latelyW);
  const found = movablesOf(store, HOME, ZONE, NOW);
  expect(found).toHaveLength(count);
  if (count > 0)
    expect(found[0]).toMatchObject({
      name: 'the washing machine',
      run: { energyKwh: 0.9, durationMs: 3_600_000, usualMinute: 19 * 60 },
    });
});

it('nobody is told to do with the battery what the plan does by itself', () => {
  const steps = Array.from({ length: 144 }, (_, step) => step);
  const charge: DemandCharge = {
    ...{ id: 'c', weight: steps.map(() => 1), peaks: 1, apart: 'none', floorKw: 0, measuredKw: [1] },
    price: { kind: 'per-kw', tiers: [{ fromKw: 0, perKw: 5 }] },
  };
  const load = (step: number): number => (step === 60 ? 9 : 1);
  const home = outlook(NOW, {
    battery: { ...OUTLOOK_BATTERY, initialSocPct: 10 },
    importPrice: steps.map((step) => (step < 16 ? 0.05 : 0.5)),
    loadKw: steps.map((step) => ({ p10: load(step), p50: load(step), p90: load(step) })),
    demandCharges: [charge],
  });
  const kindsOf = (planActs: boolean): readonly string[] =>
    findAdvice({ outlook: home, movables: [], windMs: () => 20, beforeStormPct: 90, planActs }).map(
      ({ kind, basis }) => `${kind} ${basis.is}`,
    );
  expect(kindsOf(false)).toEqual(['peak peak', 'battery charge', 'battery storm']);
  expect(kindsOf(true)).toEqual([]);
});
