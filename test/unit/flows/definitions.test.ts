import { expect, it } from 'vitest';
import { cronInWords, nodeSchedule } from '../../../main/flows/cron.ts';
import { foundationFlows } from '../../../main/flows/definitions.ts';
import type { FlowContext } from '../../../main/flows/types.ts';
import { siteId } from '../../../main/ids.ts';
import { ok } from '../../../main/result.ts';

const said = (name: string) => async () => ok(name);
const deps = {
  roll: said('roll'),
  cleanUp: said('cleanUp'),
  backup: said('backup'),
  train: async (kind: string) => ok(`train ${kind}`),
  forecast: said('forecast'),
};
const more = {
  features: said('features'),
  battery: said('battery'),
  decisions: said('decisions'),
  search: said('search'),
  drift: said('drift'),
};

it('the foundation has the flows and times of the house', () => {
  const flows = foundationFlows({ ...deps, ...more });
  expect(flows.map((flow) => [flow.name, cronInWords(flow.cron), flow.atStart])).toEqual([
    ['rollups', 'every 5 min', true],
    ['forecast', 'every hour at :02', true],
    ['features', 'daily at 01:00', false],
    ['training', 'daily at 02:00', false],
    ['training-price', 'Sundays at 02:40', false],
    ['search', 'daily at 04:00', false],
    ['drift', 'daily at 03:20', false],
    ['clean-up', 'daily at 03:10', false],
    ['backup', 'daily at 03:30', false],
  ]);
  for (const flow of flows) {
    const job = flow.cron === null ? null : nodeSchedule(flow.cron, 'UTC', () => undefined);
    expect(job, `${flow.name} has a schedule that can be read`).not.toBeNull();
    job?.cancel();
    expect(flow.timeoutMs * flow.attempts * flow.backoffMs).toBeGreaterThan(0);
  }
  expect(foundationFlows(deps).map((flow) => flow.name)).not.toContain('features');
});

it('each step does its own work, and one model does not need the other', async () => {
  const context: FlowContext = {
    siteId: siteId('home'),
    signal: new AbortController().signal,
    progress: () => undefined,
  };
  const answers = await Promise.all(
    foundationFlows({ ...deps, ...more })
      .flatMap((flow) => flow.steps)
      .map((step) => step.run(context)),
  );
  expect(answers).toEqual(
    [
      ...['roll', 'forecast', 'features', 'train solar', 'train wind', 'train load', 'battery', 'decisions'],
      ...['train price', 'search', 'drift', 'cleanUp', 'backup'],
    ].map((sentence) => ok(sentence)),
  );
  const training = foundationFlows(deps).find((flow) => flow.name === 'training');
  expect(training?.steps.every((step) => step.needs === undefined)).toBe(true);
});
