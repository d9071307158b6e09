import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelId, deviceId } from '../../../main/ids.ts';
import { type DerivedChannel, derive } from '../../../main/telemetry/derive.ts';
import { liveStateSchema } from '../../../preload/contract/site.ts';
import { configOf, SITE } from '../../support/telemetry/scripted-device.ts';

const AT = Date.UTC(2026, 5, 1, 12);
const LIMIT = 10_000;

type Age = 'fresh' | 'late' | 'stale' | 'never';
const AGE_MS: Readonly<Record<Exclude<Age, 'never'>, number>> = { fresh: 1_000, late: 8_000, stale: 60_000 };

interface Part {
  readonly role: 'pv' | 'grid' | 'battery' | 'load' | 'miner' | 'water-heater' | 'other-load';
  readonly use: 'primary' | 'check';
  readonly powerW: number;
  readonly age: Age;
}

const part: fc.Arbitrary<Part> = fc.record({
  role: fc.constantFrom('pv', 'grid', 'battery', 'load', 'miner', 'water-heater', 'other-load'),
  use: fc.constantFrom('primary', 'primary', 'check'),
  powerW: fc.integer({ min: -12_000, max: 12_000 }),
  age: fc.constantFrom('fresh', 'fresh', 'late', 'stale', 'never'),
});

const channelOf = ({ role, use, powerW, age }: Part, index: number): DerivedChannel => {
  const id = `c${index}`;
  if (age === 'never') return { deviceId: deviceId(id), config: configOf(id, role, { use }), readings: {} };
  const times = { measuredAt: AT - AGE_MS[age], receivedAt: AT - AGE_MS[age], limitMs: LIMIT };
  const metric = 'powerW' as const;
  const reading = { channelId: channelId(id), metric, value: powerW, quality: 'good' as const, ...times };
  return { deviceId: deviceId(id), config: configOf(id, role, { use }), readings: { powerW: reading } };
};
const stateOf = (parts: readonly Part[]) => derive({ siteId: SITE, at: AT, channels: parts.map(channelOf) });
const isUsable = ({ freshness }: { readonly freshness: string }): boolean =>
  freshness === 'fresh' || freshness === 'late';

describe('the derived state', () => {
  it('fits the contract and has no number where it is absent, whatever is missing', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const state = stateOf(parts);
        expect(liveStateSchema.safeParse(state).success).toBe(true);
        const measures = [state.pvW, state.gridW, state.batteryW, state.loadW, state.householdW, state.socPct];
        for (const { value, freshness, measuredAt } of [...measures, ...state.loads.map(({ power }) => power)]) {
          expect(value === null).toBe(freshness === 'absent');
          expect(measuredAt === null).toBe(freshness === 'absent');
          expect(Number.isNaN(value)).toBe(false);
        }
        expect(state.socPct.freshness).toBe('absent');
      }),
      { numRuns: 500 },
    );
  });

  it('knows a role only from channels of that role that were read: absence never becomes 0', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const state = stateOf(parts);
        for (const [role, measure] of [
          ['pv', state.pvW],
          ['grid', state.gridW],
          ['battery', state.batteryW],
        ] as const) {
          const own = parts.filter((each) => each.role === role);
          if (own.every(({ age }) => age === 'never')) expect(measure.freshness).toBe('absent');
          // Usable only when all primaries are, or a usable check stands in.
          const current = (each: Part) => each.age === 'fresh' || each.age === 'late';
          const primaries = own.filter(({ use }) => use === 'primary');
          const isWhole = primaries.length > 0 && primaries.every(current);
          const hasStandIn = own.some((each) => each.use === 'check' && current(each));
          expect(isUsable(measure)).toBe(isWhole || hasStandIn);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('holds pv + grid = load + battery to the last digit wherever the load is reckoned', () => {
    const power = fc.integer({ min: 0, max: 12_000 });
    fc.assert(
      fc.property(power, power, fc.integer({ min: -6_000, max: 6_000 }), (pvW, loadW, batteryW) => {
        const gridW = loadW + batteryW - pvW;
        const primary = { use: 'primary', age: 'fresh' } as const;
        const meters: readonly Part[] = [
          { ...primary, role: 'pv', powerW: pvW },
          { ...primary, role: 'grid', powerW: gridW },
          { ...primary, role: 'battery', powerW: batteryW },
        ];
        expect(stateOf(meters).loadW.value).toBe(loadW);
        const measured = stateOf([...meters, { ...primary, role: 'load', powerW: loadW }]);
        expect([measured.unmeasuredW, measured.balanced]).toEqual([0, true]);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of the channels', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), fc.func(fc.integer()), (parts, rank) => {
        const channels = parts.map(channelOf);
        const shuffled = channels.toSorted((a, b) => rank(a.deviceId) - rank(b.deviceId));
        const of = (list: readonly DerivedChannel[]) => derive({ siteId: SITE, at: AT, channels: list });
        // Two check channels of the same age are equally good: whichever comes first stands in.
        fc.pre(
          new Set(parts.filter(({ use }) => use === 'check').map(({ role }) => role)).size ===
            parts.filter(({ use }) => use === 'check').length,
        );
        const { loads: _, ...one } = of(channels);
        const { loads: __, ...other } = of(shuffled);
        expect(other).toEqual(one);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ...(['fresh', 'late', 'stale', 'never'] as const).flatMap((pv) =>
      (['fresh', 'late', 'stale', 'never'] as const).flatMap((grid) =>
        (['fresh', 'late', 'stale', 'never'] as const).map((battery) => [pv, grid, battery] as const),
      ),
    ),
  ])('with pv %s, grid %s and battery %s has a load only when all three are usable', (pv, grid, battery) => {
    const primary = { use: 'primary' } as const;
    const state = stateOf([
      { ...primary, role: 'pv', powerW: 2_000, age: pv },
      { ...primary, role: 'grid', powerW: 500, age: grid },
      { ...primary, role: 'battery', powerW: 300, age: battery },
    ]);
    const ages = [pv, grid, battery];
    const isUsableAll = ages.every((age) => age === 'fresh' || age === 'late');
    expect(state.loadW.value).toBe(isUsableAll ? 2_200 : null);
    if (isUsableAll) expect(state.loadW.freshness).toBe(ages.includes('late') ? 'late' : 'fresh');
  });
});
