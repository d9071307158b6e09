import { expect, it, onTestFinished } from 'vitest';
import type { Center } from '../../../main/center/types.ts';
import type { FlowRun } from '../../../preload/contract/house.ts';
import type { QueryOutput } from '../../../preload/contract.ts';
import { asker, startTestCenter } from '../../support/center/test-center.ts';
import { tempFolder } from '../../support/store/temp-store.ts';

/** The next run of a flow that ends. */
const endOf = (center: Center, flow: string): Promise<FlowRun> =>
  new Promise((resolve) => {
    const off = center.bus.on('flow', (run) => {
      if (run.flow !== flow || run.finishedAt === null) return;
      off();
      resolve(run);
    });
  });

it('the flows of the house work out what was saved and what to do, and windows see and answer it', async () => {
  const { center } = await startTestCenter(tempFolder());
  onTestFinished(() => center.stop());
  const { query, command } = asker(center);
  const siteId = center.status().activeSiteId;
  const run = async (flow: string): Promise<FlowRun> => {
    const ended = endOf(center, flow);
    await command('flows.run', { siteId, flow, who: 'Ada' });
    return ended;
  };

  const savings = await run('savings');
  expect(savings.state).toBe('succeeded');
  expect(savings.report[0]?.sentence).toMatch(/^\d{4}-\d\d-\d\d: (It cost|there is no number)/);
  const view = await query<QueryOutput<'savings.get'>>('savings.get', { siteId });
  expect(view).toMatchObject({ siteId, currency: 'EUR' });
  expect(view.sentence).toMatch(/^Yesterday: It cost|^There is no number/);
  expect(view.baseline).toMatch(/^Self-consumption only/);

  await run('forecast');
  const looked = await run('recommend');
  expect(looked.report.map(({ step, state }) => [step, state])).toEqual([
    ['look back', 'done'],
    ['look ahead', 'done'],
  ]);
  // What was found a moment ago is not found again.
  expect(await command('plan.recommend', { siteId, who: 'Ada' })).toEqual({ found: 0 });
  const list = await query<QueryOutput<'plan.recommendations'>>('plan.recommendations', { siteId });
  expect(list.length).toBeLessThanOrEqual(5);
  for (const { id, status } of list) {
    expect(status).toBe('pending');
    await command('plan.answerRecommendation', { siteId, who: 'Ada', recommendationId: id, answer: 'dismiss' });
  }
  await expect(
    command('plan.answerRecommendation', { siteId, who: 'Ada', recommendationId: 'rec_none', answer: 'take' }),
  ).rejects.toThrow(/recommendation.unknown/);
});
