import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardNames, judgeWithout } from '../../support/control/mutations.ts';
import { violationsOf } from '../../support/control/oracle.ts';
import { decisions, factsOf } from '../../support/control/snapshots.ts';

const SAMPLES = fc.sample(decisions, { numRuns: 30_000, seed: 7 });

/** What the oracle must cry when a guard is missing: every one of its duties, not just the commonest. */
const DUTIES: Readonly<Record<string, readonly string[]>> = {
  stopped: ['stopped', 'stop-not-safe'],
  mode: ['watch'],
  controllable: ['not-allowed'],
  value: ['range', 'choice', 'table-form', 'table-slots', 'table-order', 'table-power'],
  safety: ['guard-starts', 'guard-raises', 'guard-table', 'guard-reserve', 'guard-discharges', 'guard-charges'],
  freshness: ['unreachable', 'late-device', 'soc-stale', 'grid-stale', 'state-unknown'],
  identical: ['identical'],
  hold: ['held'],
  lock: ['busy'],
  readable: ['limits-lost'],
  interlock: ['together', 'together-unknown', 'battery-loose'],
  quiet: ['quiet'],
  temperature: ['hot', 'cold', 'warmth-unknown'],
  soc: ['soc-floor', 'soc-discharge', 'reserve', 'table-floor'],
  import: ['import', 'grid-setpoint'],
  battery: [
    'charge-rating',
    'discharge-rating',
    'table-rating',
    'battery-hot',
    'battery-cold',
    'battery-warmth-unknown',
  ],
  inverter: ['inverter', 'house-unknown'],
  phases: ['fuse', 'fuse-one-phase'],
  ramp: ['ramp', 'ramp-unknown'],
  outlook: ['poor-case'],
  dwell: ['dwell'],
  switches: ['switches'],
  budget: ['budget'],
};

/** Decisions until each violation was seen with the guard taken out. */
const hunt = (guard: string): ReadonlyMap<string, number> => {
  const judge = judgeWithout(guard);
  const seen = new Map<string, number>();
  for (const [index, { proposal, snapshot }] of SAMPLES.entries()) {
    const verdict = judge(proposal, snapshot);
    if (verdict.setpoint === null) continue;
    for (const name of violationsOf(factsOf(proposal, snapshot, verdict.setpoint)))
      if (!seen.has(name)) seen.set(name, index + 1);
  }
  return seen;
};

describe('each guard of the envelope, taken out, is missed', () => {
  const lines: string[] = [];
  for (const guard of guardNames)
    it(guard, () => {
      const seen = hunt(guard);
      const duties = DUTIES[guard] ?? [];
      lines.push(
        `${guard.padEnd(14)} ${duties.map((duty) => `${duty} after ${seen.get(duty) ?? 'never'}`).join(', ')}`,
      );
      expect(duties.length).toBeGreaterThan(0);
      expect(duties.filter((duty) => !seen.has(duty))).toEqual([]);
    });

  it('prints the table', () => {
    process.stdout.write(`\nguard taken out, and decisions until the oracle noticed\n${lines.join('\n')}\n`);
    expect(lines).toHaveLength(guardNames.length);
  });
});
