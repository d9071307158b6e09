import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Miner, NO_MEMORY, outlookOf, remember, tierOf } from '../../../main/automation/miner-tiers.ts';
import { measure, miner, projection, tiersInput } from '../../support/miner-input.ts';

/** Tenths of a per cent: fc.double would spread over exponents and hardly ever meet a threshold. */
const tenths = (min: number, max: number) => fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10);
const soc = tenths(0, 100);
const freshness = fc.constantFrom('fresh', 'late', 'stale' as const);
const minerOf = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(true, false, null), fc.boolean(), fc.nat(999))
  .map(([priority, on, controllable, id]) => miner(String(id), priority, on, { controllable }));
const miners = fc.uniqueArray(minerOf, { maxLength: 5, selector: (each) => each.name });
const input = fc
  .record({ soc, freshness, lowest: soc, spread: fc.integer({ min: 0, max: 40 }), miners, pausedLow: fc.boolean() })
  .chain((base) =>
    fc.subarray(base.miners.map((each) => `${each.deviceId}/${each.channelId}`)).map((pausedByTier) =>
      tiersInput({
        soc: measure(base.soc, '%', base.freshness),
        projection: projection((hours) => (hours === 3 ? base.lowest : 100), base.spread),
        miners: base.miners,
        memory: { pausedLow: base.pausedLow, pausedByTier },
      }),
    ),
  );

/** What a miner is after the decision was carried out. */
const resulting = (each: Miner, setpoint: boolean | null | undefined): number => Number(setpoint ?? each.on ?? false);

describe('miner tiers, whatever the house looks like', () => {
  it('never starts what its tier, the pause or missing data forbid', () => {
    fc.assert(
      fc.property(input, (given) => {
        const outlook = outlookOf(given);
        decide(given).forEach((decision, index) => {
          if (decision.setpoint !== true) return;
          expect(given.soc.freshness).toBe('fresh');
          expect(outlook?.lowestPct).toBeGreaterThan(tierOf(given.miners[index]?.priority ?? 9));
          expect(given.soc.value).toBeGreaterThanOrEqual(given.settings.minersPauseBelowSocPct);
          if (given.memory.pausedLow) expect(given.soc.value).toBeGreaterThan(given.settings.minersResumeAboveSocPct);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('never asks for the state that is there, nor for anything of a miner that does not answer', () => {
    fc.assert(
      fc.property(input, (given) => {
        decide(given).forEach((decision, index) => {
          const on = given.miners[index]?.on ?? null;
          if (on === null) expect(decision.setpoint).toBeNull();
          else expect(decision.setpoint).not.toBe(on);
        });
      }),
    );
  });

  it('more charge never ends with fewer miners running', () => {
    fc.assert(
      fc.property(input, tenths(0, 40), (given, more) => {
        if (given.projection === null || given.soc.value === null) return;
        const lift = (value: number): number => Math.min(100, value + more);
        const richer = {
          ...given,
          soc: { ...given.soc, value: lift(given.soc.value) },
          projection: {
            ...given.projection,
            points: given.projection.points.map((point) => ({
              ...point,
              p10: lift(point.p10),
              p50: lift(point.p50),
              p90: lift(point.p90),
            })),
          },
        };
        const before = decide(given);
        decide(richer).forEach((decision, index) => {
          const each = given.miners[index];
          if (each)
            expect(resulting(each, decision.setpoint)).toBeGreaterThanOrEqual(resulting(each, before[index]?.setpoint));
        });
      }),
    );
  });

  it('a miner of a higher priority is kept at least as long', () => {
    fc.assert(
      fc.property(input, fc.boolean(), (given, on) => {
        const twins = [miner('first', 1, on), miner('second', 2, on), miner('third', 3, on)];
        const results = decide({ ...given, miners: twins, memory: { ...given.memory, pausedByTier: [] } });
        const states = twins.map((each, index) => resulting(each, results[index]?.setpoint));
        expect(states).toEqual([...states].sort((a, b) => b - a));
      }),
    );
  });

  it('a charge that jitters by 3 % moves each miner at most twice in 200 runs', () => {
    const jitter = fc.array(tenths(-3, 3), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(soc, jitter, fc.boolean(), (centre, noise, projected) => {
        let state = tiersInput({ memory: NO_MEMORY });
        const moves = new Map<string, number>();
        for (const delta of noise) {
          const value = Math.max(0, Math.min(100, centre + delta));
          const now = {
            ...state,
            soc: measure(value, '%'),
            projection: projected ? projection(() => value, 0) : null,
          };
          const decisions = decide(now);
          for (const decision of decisions)
            if (decision.setpoint !== null) moves.set(decision.name, (moves.get(decision.name) ?? 0) + 1);
          const moved = now.miners.map((each, index) => ({ ...each, on: decisions[index]?.setpoint ?? each.on }));
          state = { ...now, miners: moved, memory: remember(now) };
        }
        expect(Math.max(0, ...moves.values())).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });
});
