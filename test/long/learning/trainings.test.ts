import { expect, it } from 'vitest';
import { repeatedTrainings } from '../../support/learning/repeated-trainings.ts';

it('a hundred trainings leave no tensor behind and keep the memory bounded', async () => {
  const before = process.memoryUsage.rss();
  const tensors = await repeatedTrainings(100, 240);
  expect(new Set(tensors.slice(1, -1)).size).toBe(1);
  expect(tensors.at(-1)).toBe(0);
  expect(process.memoryUsage.rss() - before).toBeLessThan(400e6);
});
