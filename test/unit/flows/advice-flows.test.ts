import { expect, it } from 'vitest';
import { adviceFlows } from '../../../main/flows/advice-flows.ts';
import { cronInWords, cronOf } from '../../../main/flows/cron.ts';
import type { FlowContext } from '../../../main/flows/types.ts';
import { siteId } from '../../../main/ids.ts';
import { ok } from '../../../main/result.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';

const flows = adviceFlows({
  findAdvice: async () => ok('ahead'),
  settleAdvice: async () => ok('back'),
  savings: async ({ siteId: id }) => ok(`saved at ${id}`),
});

it('advice comes every six hours, savings after midnight and once at start', () => {
  expect(flows.map((flow) => [flow.name, cronInWords(cronOf(flow, DEFAULT_SETTINGS)), flow.atStart])).toEqual([
    ['recommend', 'every 6 h at :20', false],
    ['savings', 'daily at 00:25', true],
  ]);
});

it('what is over is judged before anything new is looked for, and neither needs the other', async () => {
  const context: FlowContext = { siteId: siteId('home'), signal: AbortSignal.abort(), progress: () => undefined };
  const steps = flows.flatMap((flow) => flow.steps);
  expect(await Promise.all(steps.map((step) => step.run(context)))).toEqual([
    ok('back'),
    ok('ahead'),
    ok('saved at home'),
  ]);
  expect(steps.every((step) => step.needs === undefined)).toBe(true);
});
