import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { repeatedTrainings } from '../../support/learning/repeated-trainings.ts';

/** What is still referred to, bytes: the resident set also holds what V8 has not bothered to give back. */
const heldBytes = (): number => {
  setFlagsFromString('--expose_gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

it('a hundred trainings leave no tensor behind, and hold no more memory than the first ten', async () => {
  await repeatedTrainings(10, 240);
  const before = heldBytes();
  const tensors = await repeatedTrainings(90, 240);
  expect(new Set(tensors.slice(1, -1)).size).toBe(1);
  expect(tensors.at(-1)).toBe(0);
  expect(heldBytes() - before).toBeLessThan(20e6);
});
