import { expect, it } from 'vitest';
import { policyCommandHandlers, policyQueryHandlers } from '../../../main/gateway/handlers/policy.ts';
import { siteId } from '../../../main/ids.ts';
import { ok, temporary } from '../../../main/result.ts';
import { learntPolicySchema } from '../../../preload/contract/backtest.ts';

const HOME = siteId('home');

const roomsWith = (begins: boolean) => {
  const calls: string[] = [];
  const run = { id: 'run_1', siteId: HOME, flow: 'policy', startedAt: 1, finishedAt: null, attempt: 1, report: [] };
  const running = { ...run, trigger: 'schedule' as const, state: 'running' as const };
  const flow = { name: 'policy', label: '', description: '', schedule: '', nextAt: 77, running, last: null };
  return {
    calls,
    flows: {
      start: () => undefined,
      stop: async () => undefined,
      list: () => [{ ...flow, name: 'training', nextAt: 5 }, flow],
      runs: () => [],
      run: () => temporary('flow.none', 'None.', 'None.'),
      cancel: (id: string) => {
        calls.push(`flow ${id}`);
        return ok(undefined);
      },
    },
    learntPolicy: {
      start: () => undefined,
      stop: async () => undefined,
      train: async () => ok(''),
      trainSoon: () => (begins ? ok(undefined) : temporary('policy.busy', 'A policy is being trained.', 'Wait.')),
      cancel: (id: string) => void calls.push(`training ${id}`),
      newest: () => null,
      view: () => ({
        ...{ siteId: HOME, stage: 'none' as const, trainedAt: null, share: null, sentence: 'Nothing yet.' },
        ...{ checks: [], trial: null, episodes: [] },
      }),
    },
  };
};
const context = { surface: 'window' as const };
const who = { siteId: HOME, who: 'Ann' };

it('the page is told when the next training begins', async () => {
  const answer = await policyQueryHandlers(roomsWith(true))['policy.get']({ siteId: HOME });
  expect(answer).toMatchObject({ ok: true, value: { nextAt: 77 } });
  expect(learntPolicySchema.safeParse(answer.ok ? answer.value : null).success).toBe(true);
});

it('a training is begun by hand, refused while one runs, and cancelled with the flow that began it', async () => {
  expect(await policyCommandHandlers(roomsWith(true))['policy.train'](who, context)).toEqual(ok({}));
  expect(await policyCommandHandlers(roomsWith(false))['policy.train'](who, context)).toMatchObject({ ok: false });
  const rooms = roomsWith(true);
  await policyCommandHandlers(rooms)['policy.cancel'](who, context);
  expect(rooms.calls).toEqual(['flow run_1', 'training home']);
});
