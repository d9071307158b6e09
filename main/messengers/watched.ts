import { type Failure, ok, type Result } from '../result.ts';
import type { Messenger } from './types.ts';

/** The same messenger; its owner hears whether it works. What was ended on purpose says nothing. */
export const watched = (
  messenger: Messenger,
  hears: { sent(): void; failed(sentence: string): void; listening(trouble: string | null): void },
): Messenger => {
  const note = <Value>(result: Result<Value, Failure>): Result<Value> => {
    if (result.ok) hears.sent();
    else if (result.error.code !== 'messenger.cancelled')
      hears.failed(`${result.error.message} ${result.error.advice}`);
    return result;
  };
  return {
    kind: messenger.kind,
    takesAnswers: messenger.takesAnswers,
    tell: async (message, signal) => note(await messenger.tell(message, signal)),
    ask: async (question, signal) => note(await messenger.ask(question, signal)),
    close: async (questionId, outcome, signal) => {
      const closed = await messenger.close(questionId, outcome, signal);
      return closed.ok ? ok(undefined) : note(closed);
    },
    listen: (onAnswer, onTrouble, signal) =>
      messenger.listen(
        onAnswer,
        (trouble) => {
          hears.listening(trouble);
          onTrouble(trouble);
        },
        signal,
      ),
  };
};
