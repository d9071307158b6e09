import { onTestFinished } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import type { HttpClient } from '../../../main/http/types.ts';
import { createLog, type Log, memorySink } from '../../../main/log.ts';
import type { Answer, Messenger, MessengerMemory, Question } from '../../../main/messengers/types.ts';

export const NOW = Date.UTC(2026, 10, 21, 9, 0);
export const APPROVE_TOKEN = 'AbCdEfGhIjKlMnOpQrStUv';
export const DENY_TOKEN = 'ZyXwVuTsRqPoNmLkJiHgFe';
export const CODE = '482913';

/** What a messenger is built of, in a test: the log and the memory can be looked at. */
export interface Bench {
  readonly clock: ReplayClock;
  readonly http: HttpClient;
  readonly log: Log;
  readonly lines: readonly string[];
  readonly memory: MessengerMemory;
  readonly signal: AbortSignal;
}

export const bench = (kept?: string): Bench => {
  const clock = replayClock(NOW);
  const sink = memorySink();
  const life = new AbortController();
  onTestFinished(() => life.abort());
  let text = kept;
  return {
    clock,
    http: createHttpClient({ clock }),
    log: createLog(sink, clock, { level: 'debug' }),
    lines: sink.lines,
    memory: {
      get: () => text,
      set: (value) => {
        text = value;
      },
    },
    signal: life.signal,
  };
};

export const question = (more: Partial<Question> = {}): Question => ({
  id: 'prop_1',
  title: 'Switch Miner A on?',
  text: 'It draws 3.2 kW; the battery is full. Without an answer nothing happens.',
  expiresAt: NOW + 300_000,
  approveToken: APPROVE_TOKEN,
  denyToken: DENY_TOKEN,
  code: CODE,
  ...more,
});

/** Listens until the test ends; keeps what came. `outcome` is said back. */
export const hear = (messenger: Messenger, outcome: (answer: Answer) => string | Promise<string> = () => 'Done.') => {
  const answers: Answer[] = [];
  const troubles: (string | null)[] = [];
  const life = new AbortController();
  const ended = messenger.listen(
    async (answer) => {
      answers.push(answer);
      return outcome(answer);
    },
    (trouble) => void troubles.push(trouble),
    life.signal,
  );
  const stop = async (): Promise<void> => {
    life.abort();
    await ended;
  };
  onTestFinished(stop);
  return { answers, troubles, stop };
};
