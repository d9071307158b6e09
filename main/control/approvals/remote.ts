import type { Messenger } from '../../messengers/types.ts';
import { messageOf } from '../../result.ts';
import { createRemoteAnswers } from './remote-answers.ts';
import { createRemoteAsking } from './remote-asking.ts';
import type { RemoteApprovals, RemoteDeps } from './remote-types.ts';

interface Life {
  refresh(): void;
  end(): Promise<void>;
}

/**
 * Asks by every messenger that may decide, listens, and tells each message how it ended. It decides nothing: what it has
 * checked goes through the same approval as a click in the window, so the first valid answer on any way wins.
 */
export const createRemoteApprovals = (deps: RemoteDeps): RemoteApprovals => {
  const { messengers, bus } = deps;
  const log = deps.log.room('approvals');
  let life: Life | null = null;

  const begin = (outer: AbortSignal): Life => {
    const controller = new AbortController();
    const { signal } = controller;
    const asking = createRemoteAsking(deps, signal);
    const onAnswer = createRemoteAnswers(deps, asking.voided);
    const listening = new Map<Messenger, { readonly controller: AbortController; readonly ended: Promise<void> }>();

    const listen = (messenger: Messenger): void => {
      const own = new AbortController();
      const { kind } = messenger;
      const ended = messenger
        .listen(
          (answer) => onAnswer(answer, messenger),
          (trouble) => {
            if (trouble === null) log.info('Answers are heard again', { messenger: kind });
            else log.warn('Answers are not heard', { messenger: kind, why: trouble });
          },
          own.signal,
        )
        .catch((thrown: unknown) => log.error('Listening ended', { messenger: kind, why: messageOf(thrown) }));
      listening.set(messenger, { controller: own, ended });
    };
    const silence = (messenger: Messenger): Promise<void> => {
      const ear = listening.get(messenger);
      listening.delete(messenger);
      ear?.controller.abort();
      return ear?.ended ?? Promise.resolve();
    };
    const refresh = (): void => {
      const ready = messengers.ready().filter(({ takesAnswers }) => takesAnswers);
      for (const messenger of [...listening.keys()]) if (!ready.includes(messenger)) void silence(messenger);
      for (const messenger of ready) if (!listening.has(messenger)) listen(messenger);
      for (const siteId of deps.siteIds()) asking.refresh(siteId);
    };
    const safely = (): void => {
      try {
        refresh();
      } catch (thrown) {
        log.error('Questions could not be sent', { why: messageOf(thrown) });
      }
    };
    const endings = [messengers.onChange(safely), bus.on('proposals', safely)];
    const end = async (): Promise<void> => {
      outer.removeEventListener('abort', onOuter);
      for (const one of endings.splice(0)) one();
      controller.abort();
      await Promise.all([...listening.keys()].map(silence));
      await asking.settled();
    };
    const onOuter = (): void => void end();
    outer.addEventListener('abort', onOuter, { once: true });
    return { refresh: safely, end };
  };

  return {
    start: (signal) => {
      if (signal.aborted || life) return;
      life = begin(signal);
      life.refresh();
    },
    stop: async () => {
      const ending = life;
      life = null;
      await ending?.end();
    },
    cancelAll: (siteId, who, surface) => deps.approvals.cancelQuestions(siteId, who, surface),
  };
};
