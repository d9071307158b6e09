import { expect, it } from 'vitest';
import { repeatedTrainings } from '../../support/learning/repeated-trainings.ts';

it('a hundred trainings leave no tensor behind, and need no more memory than the first ten', async () => {
  await repeatedTrainings(10, 240);
  const before = process.memoryUsage.rss();
  const tensors = await repeatedTrainings(90, 240);
  expect(new Set(tensors.slice(1, -1)).size).toBe(1);
  expect(tensors.at(-1)).toBe(0);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
});
