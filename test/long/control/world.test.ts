import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { playWorlds } from '../../support/control/many-worlds.ts';
import { guardNames, judgeWithout } from '../../support/control/mutations.ts';
import { playWorld } from '../../support/control/world.ts';
import { scriptsOf } from '../../support/control/world-steps.ts';

/** CONTROL_STEPS, CONTROL_SHARD of CONTROL_SHARDS: several processes share the steps, each from its own seeds on. */
const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const STEPS = numberOf('CONTROL_STEPS', 1_000_000);
const SHARDS = numberOf('CONTROL_SHARDS', 1);
const SHARD = numberOf('CONTROL_SHARD', 0);
const SEEDS_A_SHARD = 10_000_000;
/** How far a shard has come; a run that was broken off goes on from there. CONTROL_ANEW=1 begins from the first seed. */
const PROGRESS = resolve(import.meta.dirname, `../../../out/long-control-${SHARD}-of-${SHARDS}.json`);
const progressSchema = z.object({ nextSeed: z.number().int(), steps: z.number().int() });
const DAY_MS = 86_400_000;

const before = (): z.infer<typeof progressSchema> => {
  const begin = { nextSeed: SHARD * SEEDS_A_SHARD + 1, steps: 0 };
  if (process.env['CONTROL_ANEW'] === '1' || !existsSync(PROGRESS)) return begin;
  return progressSchema.catch(begin).parse(JSON.parse(readFileSync(PROGRESS, 'utf8')));
};

describe('a random world, for long', () => {
  it(
    'never sees a write outside the envelope in a million steps',
    async () => {
      const mine = Math.ceil(STEPS / SHARDS);
      const done = before();
      let { steps } = done;
      mkdirSync(dirname(PROGRESS), { recursive: true });
      const say = (): void => void process.stdout.write(`shard ${SHARD}: ${steps} of ${mine} steps, no violation\n`);
      await playWorlds({
        steps: Math.max(0, mine - steps),
        firstSeed: done.nextSeed,
        played: (nextSeed, count) => {
          steps += count;
          writeFileSync(PROGRESS, JSON.stringify({ nextSeed, steps }));
          if (nextSeed % 50 === 0) say();
        },
      });
      say();
      expect(steps).toBeGreaterThanOrEqual(mine);
    },
    DAY_MS,
  );
});

/**
 * The same world with one guard taken out of the commander's own judge. Each is
 * caught on the wire here, not only in the pure judgement.
 */
describe('a random world with a guard taken out', () => {
  const scripts = fc.sample(scriptsOf(200), { numRuns: 100, seed: 5 });
  // Seen on the wire: `lock` cannot be, because the queue of the device still lets one command through at a time.
  const onTheWire = guardNames.filter((guard) => guard !== 'lock');
  it.each(onTheWire)('is caught on the wire: %s', async (guard) => {
    let caught: readonly string[] = [];
    for (const script of scripts) {
      caught = (await playWorld(script, judgeWithout(guard))).violations;
      if (caught.length > 0) break;
    }
    expect(caught).not.toEqual([]);
  });
});
