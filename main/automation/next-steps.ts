import type { Overview } from '../../preload/contract/site.ts';
import {
  decide,
  LOOK_AHEAD_MS,
  type Miner,
  type MinerDecision,
  type MinerTiersInput,
  minerKey,
  outlookOf,
  remember,
} from './miner-tiers.ts';

export type NextStep = Overview['next'][number];

const fresh = (value: number, unit: string, at: number): MinerTiersInput['soc'] => ({
  value,
  unit,
  measuredAt: at,
  limitMs: LOOK_AHEAD_MS,
  freshness: 'fresh',
});

/** Names the number that moved the rule: the charge at that time, or the lowest one within its look-ahead. */
const sentenceOf = ({ name, setpoint, reasonCode }: MinerDecision, thenPct: number, lowestPct: number): string => {
  const verb = setpoint ? 'starts' : 'pauses';
  const then = Math.round(thenPct);
  const lowest = Math.round(lowestPct);
  if (reasonCode === 'SOC_BELOW_PAUSE' || lowest === then) return `${name} ${verb} at ${then} % charge`;
  const hours = LOOK_AHEAD_MS / 3_600_000;
  return setpoint
    ? `${name} ${verb}: ${lowest} % or more for ${hours}\u00a0h`
    : `${name} ${verb}: ${lowest} % within ${hours}\u00a0h`;
};

/**
 * What the rule would do if the battery followed its projection: the same decision, rolled forward step by step, with
 * the voltage taken as sufficient. Each miner's first change only, in order of time; nothing without a projection.
 * It promises nothing: every step is marked as expected.
 */
export const nextMinerSteps = (input: MinerTiersInput, untilAt: number): readonly NextStep[] => {
  const { projection } = input;
  if (!projection) return [];
  const steps: NextStep[] = [];
  const changed = new Set<string>();
  let miners: readonly Miner[] = input.miners.filter((miner) => !miner.heldBy && miner.controllable);
  let memory = remember(input);
  for (const point of projection.points) {
    if (point.at <= input.at || point.at > untilAt) continue;
    const then: MinerTiersInput = {
      ...input,
      at: point.at,
      soc: fresh(point.p50, '%', point.at),
      batteryVoltageV: fresh(input.settings.minersStartVoltageV, 'V', point.at),
      projection: { ...projection, issuedAt: point.at },
      miners,
      memory,
    };
    const decisions = decide(then);
    memory = remember(then);
    miners = miners.map((miner, index) => ({ ...miner, on: decisions[index]?.setpoint ?? miner.on }));
    for (const decision of decisions) {
      if (decision.setpoint === null || changed.has(minerKey(decision))) continue;
      changed.add(minerKey(decision));
      steps.push({
        at: point.at,
        role: 'miner',
        sentence: sentenceOf(decision, point.p50, outlookOf(then)?.lowestPct ?? point.p50),
        expected: true,
      });
    }
  }
  return steps;
};
