import type { Clock } from '../clock.ts';
import type { Result } from '../result.ts';
import type { Notebook } from './notebook.ts';

const FIRST_BACK_OFF_MS = 2_000;
const LONGEST_BACK_OFF_MS = 60_000;

/**
 * Asks for answers again and again while some may come, and rests while none can. A failure is told once, and the next try
 * waits longer each time, at least so long as the service asked for. Ends with the signal.
 */
export const listenWhileAwaited = async (options: {
  readonly clock: Clock;
  readonly notebook: Notebook;
  readonly signal: AbortSignal;
  readonly poll: () => Promise<Result<void>>;
  /** Between two polls that worked, ms. */
  readonly pauseMs: () => number;
  readonly onTrouble: (failure: string | null) => void;
}): Promise<void> => {
  const { clock, notebook, signal, poll, pauseMs, onTrouble } = options;
  let told: string | null = null;
  let failures = 0;
  const tell = (trouble: string | null): void => {
    if (trouble === told) return;
    told = trouble;
    onTrouble(trouble);
  };
  while (!signal.aborted) {
    await notebook.untilAwaited(signal);
    if (signal.aborted) return;
    const polled = await poll();
    if (signal.aborted) return;
    if (polled.ok) {
      failures = 0;
      tell(null);
      await clock.sleep(pauseMs(), signal);
      continue;
    }
    const { message, advice, kind, retryAfterMs = 0 } = polled.error;
    tell(`${message} ${advice}`);
    const backOffMs = kind === 'permanent' ? LONGEST_BACK_OFF_MS : FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 5);
    failures += 1;
    await clock.sleep(Math.max(retryAfterMs, Math.min(backOffMs, LONGEST_BACK_OFF_MS)), signal);
  }
};
