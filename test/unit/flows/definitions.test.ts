import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cronAt, cronInWords, cronOf, nodeSchedule } from '../../../main/flows/cron.ts';
import { foundationFlows } from '../../../main/flows/definitions.ts';
import type { FlowContext } from '../../../main/flows/types.ts';
import { siteId } from '../../../main/ids.ts';
import { ok } from '../../../main/result.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';

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
  expect(flows.map((flow) => [flow.name, cronInWords(cronOf(flow, DEFAULT_SETTINGS)), flow.atStart])).toEqual([
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
    const cron = cronOf(flow, DEFAULT_SETTINGS);
    const job = cron === null ? null : nodeSchedule(cron, 'UTC', () => undefined);
    expect(job, `${flow.name} has a schedule that can be read`).not.toBeNull();
    job?.cancel();
    expect(flow.timeoutMs * flow.attempts * flow.backoffMs).toBeGreaterThan(0);
  }
  expect(foundationFlows(deps).map((flow) => flow.name)).not.toContain('features');
});

it('what belongs to the training and the backup keeps its distance to them', () => {
  const rhythm = { featuresAt: '20:15', trainingAt: '23:30', backupAt: '00:05', forecastEveryHours: 2 };
  const words = new Map(
    foundationFlows({ ...deps, ...more }).map((flow) => [flow.name, cronInWords(cronOf(flow, rhythm))]),
  );
  expect(Object.fromEntries(words)).toEqual({
    rollups: 'every 5 min',
    forecast: 'every 2 h at :02',
    features: 'daily at 20:15',
    training: 'daily at 23:30',
    'training-price': 'Sundays at 00:10',
    drift: 'daily at 00:50',
    search: 'daily at 01:30',
    'clean-up': 'daily at 23:45',
    backup: 'daily at 00:05',
  });
});

it('every time of the day has a schedule that can be read', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: -720, max: 720 }),
      fc.option(fc.integer({ min: 0, max: 6 })),
      (minute, later, weekday) => {
        const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        const cron = cronAt(time, later, weekday);
        const [minutes, hours] = cron.split(' ').map(Number);
        expect(Math.abs((hours ?? -1) * 60 + (minutes ?? -1) - minute - later) % 1440).toBe(0);
        const job = nodeSchedule(cron, 'UTC', () => undefined);
        expect(job?.nextAt()).not.toBeNull();
        job?.cancel();
      },
    ),
  );
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
