import type { StageVerdict } from '../../preload/contract/control.ts';
import type { Stage } from './stage.ts';
import { batteryStage } from './stage-battery.ts';
import { importStage } from './stage-import.ts';
import { interlockStage } from './stage-interlock.ts';
import { inverterStage } from './stage-inverter.ts';
import { outlookStage } from './stage-outlook.ts';
import { phasesStage } from './stage-phases.ts';
import { rampStage } from './stage-ramp.ts';
import { readableStage, safetyStage } from './stage-safety.ts';
import { quietStage, temperatureStage } from './stages-conditions.ts';
import { budgetStage, dwellStage, socStage, switchesStage } from './stages-limits.ts';
import {
  controllableStage,
  freshnessStage,
  holdStage,
  identicalStage,
  lockStage,
  modeStage,
  stoppedStage,
  valueStage,
} from './stages-permission.ts';
import type { DecisionSnapshot, EnvelopeVerdict, Proposal } from './types.ts';

/** The guards in their order. Each may only narrow what the earlier ones left; the first refusal ends the judgement. */
export const STAGES: readonly Stage[] = [
  stoppedStage,
  modeStage,
  controllableStage,
  valueStage,
  safetyStage,
  freshnessStage,
  identicalStage,
  holdStage,
  lockStage,
  interlockStage,
  quietStage,
  temperatureStage,
  socStage,
  batteryStage,
  // Before what looks at the import: a discharge that is held back leaves more to the grid.
  rampStage,
  importStage,
  inverterStage,
  phasesStage,
  // Again: a safe state that was throttled is no safe state any more.
  rampStage,
  // Of what the others left.
  readableStage,
  outlookStage,
  dwellStage,
  switchesStage,
  budgetStage,
  // Again at the end: a wish that was narrowed down to the present value is no write either.
  identicalStage,
];

export type Judge = (proposal: Proposal, snapshot: DecisionSnapshot) => EnvelopeVerdict;

/** A judge of the given stages. The product uses `judge`; tests take one guard out to prove that its absence is noticed. */
export const judgeWith =
  (stages: readonly Stage[]): Judge =>
  (proposal, snapshot) => {
    let value = proposal.setpoint;
    let decisive: StageVerdict | null = null;
    const verdicts: StageVerdict[] = [];
    for (const stage of stages) {
      const answer = stage.judge({ proposal, snapshot, value });
      const verdict: StageVerdict = {
        stage: stage.name,
        outcome: answer.outcome,
        code: answer.code,
        sentence: answer.sentence,
      };
      verdicts.push(verdict);
      if (answer.outcome === 'refused') {
        // "It is at 0 already" says little where something has made 0 of the wish.
        const sentence = decisive ? `${decisive.sentence} ${verdict.sentence}` : verdict.sentence;
        return { outcome: 'refused', setpoint: null, stages: verdicts, sentence, code: verdict.code };
      }
      if (answer.outcome === 'narrowed') {
        value = answer.value;
        decisive = verdict;
      }
    }
    return {
      outcome: decisive ? 'narrowed' : 'allowed',
      setpoint: value,
      stages: verdicts,
      sentence: decisive?.sentence ?? `${snapshot.channel.config.name} may be set: every check passed.`,
      code: decisive?.code ?? 'ALLOWED',
    };
  };

/** The safety envelope: pure, so that a stored snapshot replays to the same answer. */
export const judge: Judge = judgeWith(STAGES);
