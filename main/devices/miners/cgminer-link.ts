import type { Clock } from '../../clock.ts';
import { troubleFailure } from '../../http/json-answer.ts';
import { ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { DeviceDiagnostics } from '../types.ts';
import { type CgminerAnswer, cgminerAnswer } from './cgminer-answer.ts';
import { minerAt, refusedByMiner, unreadable } from './failures.ts';
import { isObject, isWholeAnswer, type LooseObject, parseLoose } from './loose-json.ts';
import { exchangeOnce } from './tcp-exchange.ts';
import { createTurns } from './turn.ts';

/** The cgminer API over TCP: one request a connection, one connection at a time. */
export interface CgminerLink {
  readonly address: string;
  /** Sends a request and answers what came, whatever its members: for sealed answers. */
  exchange(request: object, what: string, signal: AbortSignal): Promise<Result<LooseObject>>;
  /** Sends a request as it stands; the answer may be a refusal. */
  send(request: object, what: string, signal: AbortSignal): Promise<Result<CgminerAnswer>>;
  /** One command; a refusal (status E or F) is a failure. */
  ask(command: string, signal: AbortSignal, parameter?: string): Promise<Result<CgminerAnswer>>;
  diagnostics(): DeviceDiagnostics;
  close(): void;
}

export const createCgminerLink = (options: {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
}): CgminerLink => {
  const { host, port, clock } = options;
  const address = `${host}:${port}`;
  const counters = { requests: 0, failures: 0, rejected: 0 };
  const life = new AbortController();
  const inTurn = createTurns();

  const unusable = (what: string, why: string) => {
    counters.rejected += 1;
    return unreadable(address, what, why);
  };

  const once = async (request: object, what: string, signal: AbortSignal): Promise<Result<LooseObject>> => {
    counters.requests += 1;
    const bytes = Buffer.from(JSON.stringify(request), 'utf8');
    const answer = await exchangeOnce({ host, port, request: bytes, isWhole: isWholeAnswer, signal }, clock);
    if (!answer.ok) return troubleFailure(answer.error, minerAt(address, what, ''));
    const parsed = parseLoose(answer.value.toString('utf8'));
    if (parsed.ok && isObject(parsed.value)) return ok(parsed.value);
    return unusable(what, parsed.ok || parsed.why === 'not-json' ? 'it is no answer of a miner' : 'it is cut short');
  };

  const exchange: CgminerLink['exchange'] = async (request, what, asked) => {
    const { signal, end } = eitherSignal(asked, life.signal);
    const answer = await inTurn(() => once(request, what, signal)).finally(end);
    if (!answer.ok) counters.failures += 1;
    return answer;
  };

  const send: CgminerLink['send'] = async (request, what, signal) => {
    const answer = await exchange(request, what, signal);
    if (!answer.ok) return answer;
    const read = cgminerAnswer(answer.value);
    if (read) return ok(read);
    counters.failures += 1;
    return unusable(what, 'it is no answer of a miner');
  };

  return {
    address,
    exchange,
    send,
    ask: async (command, signal, parameter) => {
      const answer = await send({ command, ...(parameter === undefined ? {} : { parameter }) }, command, signal);
      if (!answer.ok) return answer;
      const { letter, message } = answer.value.status;
      return letter === 'E' || letter === 'F' ? refusedByMiner(address, command, message) : answer;
    },
    diagnostics: () => ({ ...counters }),
    close: () => life.abort(),
  };
};
