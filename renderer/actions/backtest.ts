import type { BacktestAsk } from '../../preload/contract/backtest.ts';
import type { Problem } from '../../preload/contract/base.ts';
import { bridge } from '../state/bridge.ts';
import { say } from '../state/notes.ts';
import { backtest, learntPolicy } from '../state/planning.ts';
import { asker, send, type UserAction } from './action.ts';

/** Plays policies on the home's own past; the house goes on meanwhile. */
export const startBacktest: UserAction<{ readonly ask: BacktestAsk; readonly onProblem: (problem: Problem) => void }> =
  {
    name: 'start-backtest',
    run: async ({ ask, onProblem }) => {
      const by = await asker();
      if (!by) return;
      const reply = await bridge().command('backtest.start', { ...by, ask }, crypto.randomUUID());
      if (!reply.ok) {
        onProblem(reply.problem);
        return;
      }
      await backtest.reload();
    },
  };

export const cancelBacktest: UserAction<Record<string, never>> = {
  name: 'cancel-backtest',
  run: async () => {
    const by = await asker();
    if (!by) return;
    await send('backtest.cancel', by);
    await backtest.reload();
  },
};

/** Trains the learnt policy in the simulator; it cannot act by that. */
export const trainPolicy: UserAction<Record<string, never>> = {
  name: 'train-policy',
  run: async () => {
    const by = await asker();
    if (!by) return;
    if (await send('policy.train', by))
      say('The policy is being trained. It only looks on until it has proven itself.');
    await learntPolicy.reload();
  },
};

export const cancelPolicyTraining: UserAction<Record<string, never>> = {
  name: 'cancel-policy-training',
  run: async () => {
    const by = await asker();
    if (!by) return;
    await send('policy.cancel', by);
    await learntPolicy.reload();
  },
};
