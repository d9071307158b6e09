import { expect, it } from 'vitest';
import { repeatedTrainings } from '../../support/learning/repeated-trainings.ts';

it('a training leaves no tensor behind, with and without a challenger', async () => {
  const tensors = await repeatedTrainings(5, 240);
  // One version stays loaded as the rival of the next; at the end nothing does.
  const [, second] = tensors;
  expect(tensors.slice(1, -1)).toEqual(Array(4).fill(second));
  expect(tensors.at(-1)).toBe(0);
});
