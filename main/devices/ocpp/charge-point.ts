import type { Clock } from '../../clock.ts';
import { ok } from '../../result.ts';
import { answerCall } from './answers.ts';
import { type CallLane, createCallLane } from './call-lane.ts';
import { malformed, wentAway } from './failures.ts';
import { errorText, type Frame, parseFrame, resultText } from './frames.ts';
import { type ChargePointMemory, type CheckedCall, type Connector, EMPTY_CONNECTOR, type Features } from './memory.ts';
import type { Boot } from './messages.ts';
import { askForSetup } from './setup.ts';

/** A charger that comes back may say nothing by itself: then it is asked. */
const SILENCE_MS = 5_000;

/** The other end of one connection. */
export interface Wire {
  send(text: string): void;
  end(): void;
}

export interface ChargePoint {
  readonly id: string;
  isConnected(): boolean;
  boot(): Boot | null;
  /** Null until it was asked over this connection. */
  features(): Features | null;
  connector(number: number): Connector;
  readonly call: CheckedCall;
  /** Waits until something holds, looking whenever the charger says something; false when time or patience is over. */
  until(holds: () => boolean, limitMs: number, signal: AbortSignal): Promise<boolean>;
  onChange(listener: (connectorId: number | null) => void): () => void;
  /** A new connection takes the place of the old one: a charger that lost its own calls again. */
  connected(wire: Wire): { readonly receive: (text: string | null) => void; readonly closed: () => void };
  disconnect(): void;
  /** Somebody knocked: whoever waits looks again. */
  touch(): void;
  counts(): { readonly requests: number; readonly failures: number; readonly rejected: number };
  countRejected(): void;
}

/** Everything known of one charger, over all its connections. */
export const createChargePoint = (id: string, clock: Clock): ChargePoint => {
  const memory: ChargePointMemory = { boot: null, connectors: new Map(), lastTransactionId: 0 };
  const listeners = new Set<(connectorId: number | null) => void>();
  const counts = { requests: 0, failures: 0, rejected: 0 };
  let connection: { readonly wire: Wire; readonly lane: CallLane } | null = null;
  let features: Features | null = null;
  let setupBegun = false;
  let cancelSetup = (): void => undefined;

  const tell = (connectorId: number | null): void => {
    for (const listener of [...listeners]) listener(connectorId);
  };

  const call: CheckedCall = async (action, payload, schema, signal) => {
    counts.requests += 1;
    const answer = connection ? await connection.lane.call(action, payload, signal) : wentAway(id, action);
    if (!answer.ok) {
      counts.failures += 1;
      return answer;
    }
    const parsed = schema.safeParse(answer.value);
    if (parsed.success) return ok(parsed.data);
    counts.failures += 1;
    counts.rejected += 1;
    return malformed(id, action);
  };

  const begin = async (mine: NonNullable<typeof connection>): Promise<void> => {
    if (setupBegun || connection !== mine) return;
    setupBegun = true;
    cancelSetup();
    const found = await askForSetup(call, memory.boot === null);
    if (connection !== mine) return;
    features = found;
    tell(null);
  };

  const receive = (mine: NonNullable<typeof connection>, text: string | null): void => {
    if (connection !== mine) return;
    const frame: Frame | null = text === null ? null : parseFrame(text);
    if (frame === null) counts.rejected += 1;
    else if (frame.kind !== 'call') {
      if (!mine.lane.receive(frame)) counts.rejected += 1;
    } else {
      const answer = answerCall(frame, memory, clock);
      if (answer.kind === 'error') {
        if (answer.code !== 'NotImplemented') counts.rejected += 1;
        mine.wire.send(errorText(frame.id, answer.code, answer.description));
      } else mine.wire.send(resultText(frame.id, answer.payload));
      if (answer.kind === 'result' && answer.changed !== undefined) tell(answer.changed);
      // Many chargers answer nothing before their own first call was answered.
      void begin(mine);
    }
  };

  const drop = (): void => {
    const dropped = connection;
    connection = null;
    features = null;
    cancelSetup();
    dropped?.lane.end();
    dropped?.wire.end();
    tell(null);
  };

  return {
    id,
    isConnected: () => connection !== null,
    boot: () => memory.boot,
    features: () => features,
    connector: (number) => memory.connectors.get(number) ?? EMPTY_CONNECTOR,
    call,
    until: (holds, limitMs, signal) =>
      new Promise((resolve) => {
        if (holds()) return resolve(true);
        if (signal.aborted) return resolve(false);
        const finish = (result: boolean): void => {
          cancelTimer();
          listeners.delete(look);
          signal.removeEventListener('abort', onAbort);
          resolve(result);
        };
        const look = (): void => {
          if (holds()) finish(true);
        };
        const onAbort = (): void => finish(false);
        const cancelTimer = clock.after(limitMs, () => finish(false));
        listeners.add(look);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    connected: (wire) => {
      drop();
      setupBegun = false;
      const mine = { wire, lane: createCallLane({ charger: id, clock, send: wire.send }) };
      connection = mine;
      cancelSetup = clock.after(SILENCE_MS, () => void begin(mine));
      tell(null);
      return {
        receive: (text) => receive(mine, text),
        closed: () => {
          if (connection === mine) drop();
        },
      };
    },
    disconnect: drop,
    touch: () => tell(null),
    counts: () => ({ ...counts }),
    countRejected: () => {
      counts.rejected += 1;
    },
  };
};
