import type { Problem } from '../../preload/contract/base.ts';
import type { MessageSettings, MessengerKind } from '../../preload/contract/messages.ts';
import { bridge } from '../state/bridge.ts';
import { messageLog, messages } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

/** How people are reached; a secret that is left out stays as it is, null clears it. */
export const saveMessages: UserAction<{
  readonly settings: MessageSettings;
  readonly secrets: Partial<Record<MessengerKind, string | null>>;
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'save-messages',
  run: async ({ settings, secrets, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('messages.set', { ...by, settings, secrets }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say('Saved.');
    onSaved();
    await messages.reload();
  },
};

/** Sends one real message and says what came of it. */
export const testMessenger: UserAction<{ readonly kind: MessengerKind }> = {
  name: 'test-messenger',
  run: async ({ kind }) => {
    const by = await asker();
    if (!by) return;
    const done = await send('messages.test', { ...by, kind });
    if (done) say(done.sentence);
    await Promise.all([messages.reload(), messageLog.reload()]);
  },
};
