import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approvalCommands, createWorld } from '../../support/control/approvals-model.ts';

it('a question has one end and at most one command, whoever answers, how often, where, and whatever breaks', async () => {
  const ends = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.commands(approvalCommands, { maxCommands: 40, size: 'max' }), async (commands) => {
      const world = await createWorld();
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
        for (const { end } of world.seen) ends.set(String(end), (ends.get(String(end)) ?? 0) + 1);
      } finally {
        await world.remote.stop();
        world.house.close();
      }
    }),
    { numRuns: 25, interruptAfterTimeLimit: 12_000 },
  );
  for (const end of ['approve', 'deny', 'over']) expect(ends.get(end) ?? 0, end).toBeGreaterThan(0);
}, 30_000);
