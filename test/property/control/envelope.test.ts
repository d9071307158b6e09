import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../main/control/envelope.ts';
import type { DecisionSnapshot } from '../../../main/control/types.ts';
import { violationsOf } from '../../support/control/oracle.ts';
import { decisions, factsOf } from '../../support/control/snapshots.ts';

const RUNS = 10_000;

describe('the envelope over random states and wishes', () => {
  it('never lets a value through that the independent oracle finds outside', () => {
    let allowed = 0;
    fc.assert(
      fc.property(decisions, ({ proposal, snapshot }) => {
        const verdict = judge(proposal, snapshot);
        if (verdict.setpoint === null) return;
        allowed += 1;
        expect(violationsOf(factsOf(proposal, snapshot, verdict.setpoint))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(allowed).toBeGreaterThan(RUNS / 100);
  });

  it('answers the same for a snapshot that was stored as JSON, and says one sentence a stage', () => {
    fc.assert(
      fc.property(decisions, ({ proposal, snapshot }) => {
        const stored: unknown = JSON.parse(JSON.stringify(snapshot));
        const verdict = judge(proposal, snapshot);
        expect(judge(proposal, stored as DecisionSnapshot)).toEqual(verdict);
        for (const stage of verdict.stages) expect(stage.sentence).toMatch(/^[^\s].*\.$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('lets a stop through to the safe state wherever control is allowed and the safe state is valid', () => {
    fc.assert(
      fc.property(decisions, ({ proposal, snapshot }) => {
        const safe = snapshot.channel.config.safeState;
        fc.pre(snapshot.channel.config.controllable && safe !== null);
        const verdict = judge({ ...proposal, origin: 'stop', setpoint: safe ?? false }, { ...snapshot, stopped: true });
        expect(verdict.setpoint).toBe(safe);
      }),
      { numRuns: 2000 },
    );
  });

  it('only narrows: a value that passes once passes again unchanged', () => {
    fc.assert(
      fc.property(decisions, ({ proposal, snapshot }) => {
        const first = judge(proposal, snapshot);
        fc.pre(first.setpoint !== null);
        const again = judge({ ...proposal, setpoint: first.setpoint ?? false }, snapshot);
        expect(again.setpoint).toBe(first.setpoint);
      }),
      { numRuns: 2000 },
    );
  });

  it('is moved by no overload on a phase that the channel does not draw on', () => {
    let asked = 0;
    fc.assert(
      fc.property(decisions, fc.integer({ min: 0, max: 500 }), ({ proposal, snapshot }, currentA) => {
        const { surroundings } = snapshot;
        const own = surroundings?.safety.phases === 3 ? surroundings.safety.channelPhases[0]?.phase : undefined;
        if (!surroundings || own === undefined || surroundings.phases.length === 0) return;
        asked += 1;
        const phases = surroundings.phases.map((one) => (one.phase === own ? one : { ...one, currentA }));
        expect(judge(proposal, { ...snapshot, surroundings: { ...surroundings, phases } })).toEqual(
          judge(proposal, snapshot),
        );
      }),
      { numRuns: 3000 },
    );
    expect(asked).toBeGreaterThan(100);
  });
});
