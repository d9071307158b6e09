import { proposals, settledProposals } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

export const deny: UserAction<{ readonly proposalId: string }> = {
  name: 'deny',
  run: async ({ proposalId }, surface) => {
    const by = await asker();
    if (!by) return;
    await send('control.deny', { ...by, proposalId, surface });
    await proposals.reload();
  },
};

/** Ends every question that waits: nothing of it is done, and what was sent out for it decides nothing any more. */
export const cancelQuestions: UserAction<Record<string, never>> = {
  name: 'cancel-questions',
  run: async (_args, surface) => {
    const by = await asker();
    if (!by) return;
    const done = await send('control.cancelQuestions', { ...by, surface });
    if (done) say(`${done.cancelled} ${done.cancelled === 1 ? 'question is' : 'questions are'} cancelled.`);
    await Promise.all([proposals.reload(), settledProposals.reload()]);
  },
};
