import fc from 'fast-check';
import { playWorld } from './world.ts';
import { type Script, scriptsOf } from './world-steps.ts';

const LENGTH = 200;
/** The last events before a violation. */
const TOLD = 60;

export interface Played {
  readonly steps: number;
  readonly writes: number;
  readonly outcomes: ReadonlySet<string>;
}

/**
 * Plays worlds from the seeds on until at least so many steps were really played, and throws at the first violation with
 * its seed: the seed alone plays the same world again.
 */
export const playWorlds = async (options: {
  readonly steps: number;
  readonly firstSeed: number;
  readonly starts?: readonly number[];
  /** After each world: the seed to go on with. */
  readonly played?: (nextSeed: number, steps: number) => void;
}): Promise<Played> => {
  let [steps, writes] = [0, 0];
  const outcomes = new Set<string>();
  for (let seed = options.firstSeed; steps < options.steps; seed += 1) {
    const script: Script | undefined = fc.sample(scriptsOf(LENGTH, options.starts), { seed, numRuns: 1 })[0];
    if (!script) throw new Error('No script.');
    const report = await playWorld(script);
    if (report.violations.length > 0)
      throw new Error(
        `Seed ${seed}, step ${report.steps}: ${report.violations.join('; ')}\n${report.trace.slice(-TOLD).join('\n')}`,
      );
    steps += report.steps;
    writes += report.writes;
    for (const outcome of report.outcomes.keys()) outcomes.add(outcome);
    options.played?.(seed + 1, report.steps);
  }
  return { steps, writes, outcomes };
};
