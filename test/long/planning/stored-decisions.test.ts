import { expect, it } from 'vitest';
import { playStoredDecisions } from '../../support/planning/stored-decisions.ts';

it('a thousand stored decisions are made again to the same answers, bit for bit', async () => {
  const { again, stored, chosen } = await playStoredDecisions(1_000);
  expect(again).toHaveLength(1_000);
  expect(again).toEqual(stored);
  expect(chosen).toEqual(['before', 'new']);
});
