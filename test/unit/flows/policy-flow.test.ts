import { expect, it } from 'vitest';
import { cronInWords, cronOf } from '../../../main/flows/cron.ts';
import { policyFlow } from '../../../main/flows/policy-flow.ts';
import { ok } from '../../../main/result.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';

it('a policy is learnt in the night to Sunday, after the other trainings', () => {
  const flow = policyFlow(async () => ok('It was tried.'));
  expect(cronInWords(cronOf(flow, DEFAULT_SETTINGS))).toBe('Sundays at 05:05');
  expect(cronInWords(cronOf(flow, { ...DEFAULT_SETTINGS, trainingAt: '22:30' }))).toBe('Sundays at 01:35');
  expect(flow.atStart).toBe(false);
});
