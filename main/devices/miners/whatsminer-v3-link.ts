import type { Clock } from '../../clock.ts';
import { troubleFailure } from '../../http/json-answer.ts';
import { ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { DeviceDiagnostics } from '../types.ts';
import { minerAt, passwordNeeded, passwordWrong, refusedByMiner, unreadable } from './failures.ts';
import { isObject, type LooseObject, type LooseValue, numberIn, parseLoose, textIn } from './loose-json.ts';
import { exchangeOnce } from './tcp-exchange.ts';
import { createTurns } from './turn.ts';
import { whatsminerV3Token } from './whatsminer-seal.ts';

/** The third interface of Whatsminers, TCP 4433: a length, then JSON; each write carries a token of its own. */
export interface WhatsminerV3Link {
  readonly address: string;
  /** What stands under `msg`: an object, or text where the mining program rests. */
  read(command: string, param: string | null, signal: AbortSignal): Promise<Result<LooseValue | undefined>>;
  write(command: string, param: unknown, signal: AbortSignal): Promise<Result<void>>;
  diagnostics(): DeviceDiagnostics;
  close(): void;
}

const LENGTH_BYTES = 4;
const LARGEST_BYTES = 1_048_576;
const DONE = 0;
const NO_PERMISSION = -4;
const ACCOUNT = 'super';

/** Length in front, little-endian. */
export const v3Frame = (text: string): Buffer => {
  const body = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(LENGTH_BYTES);
  head.writeUInt32LE(body.length, 0);
  return Buffer.concat([head, body]);
};

/** The text of a frame; null where it is cut short, longer than it says, or no frame at all. */
export const v3Text = (bytes: Buffer): string | null => {
  if (bytes.length < LENGTH_BYTES) return null;
  const length = bytes.readUInt32LE(0);
  if (length > LARGEST_BYTES || bytes.length !== LENGTH_BYTES + length) return null;
  return bytes.subarray(LENGTH_BYTES).toString('utf8');
};

const isWholeFrame = (bytes: Buffer): boolean =>
  bytes.length >= LENGTH_BYTES &&
  (bytes.readUInt32LE(0) > LARGEST_BYTES || bytes.length >= LENGTH_BYTES + bytes.readUInt32LE(0));

export const createWhatsminerV3Link = (options: {
  readonly host: string;
  readonly port: number;
  readonly secret: string | null;
  readonly clock: Clock;
}): WhatsminerV3Link => {
  const { host, port, secret, clock } = options;
  const address = `${host}:${port}`;
  const counters = { requests: 0, failures: 0, rejected: 0 };
  const life = new AbortController();
  const inTurn = createTurns();
  const where = `of the account ${ACCOUNT}, set with the vendor’s tool`;

  const once = async (request: object, what: string, signal: AbortSignal): Promise<Result<LooseObject>> => {
    counters.requests += 1;
    const bytes = v3Frame(JSON.stringify(request));
    const answer = await exchangeOnce({ host, port, request: bytes, isWhole: isWholeFrame, signal }, clock);
    if (!answer.ok) return troubleFailure(answer.error, minerAt(address, what, ''));
    const text = v3Text(answer.value);
    const parsed = text === null ? null : parseLoose(text);
    if (parsed?.ok && isObject(parsed.value) && numberIn(parsed.value.get('code')) !== null) return ok(parsed.value);
    counters.rejected += 1;
    return unreadable(address, what, text === null ? 'it is cut short or no frame' : 'it is no answer of a Whatsminer');
  };

  const send = async (request: object, what: string, asked: AbortSignal): Promise<Result<LooseObject>> => {
    const { signal, end } = eitherSignal(asked, life.signal);
    const answer = await inTurn(() => once(request, what, signal)).finally(end);
    if (!answer.ok) counters.failures += 1;
    return answer;
  };

  const saidIn = (answer: LooseObject): string => textIn(answer.get('msg')) ?? textIn(answer.get('desc')) ?? '';

  const read: WhatsminerV3Link['read'] = async (cmd, param, signal) => {
    const answer = await send({ cmd, ...(param === null ? {} : { param }) }, cmd, signal);
    if (!answer.ok) return answer;
    const said = answer.value.get('msg');
    // "btminer process is down" comes with an error code and is news, not trouble.
    if (numberIn(answer.value.get('code')) === DONE || /down/i.test(saidIn(answer.value))) return ok(said);
    return refusedByMiner(address, cmd, saidIn(answer.value));
  };

  return {
    address,
    read,
    write: async (cmd, param, signal) => {
      if (secret === null) return passwordNeeded(address, where);
      const device = await read('get.device.info', 'salt', signal);
      if (!device.ok) return device;
      const salt = isObject(device.value) ? textIn(device.value.get('salt')) : null;
      if (salt === null) return unreadable(address, 'the login', 'it names no salt');
      const ts = Math.floor(clock.now() / 1000);
      const token = whatsminerV3Token(cmd, secret, salt, ts);
      const answer = await send({ cmd, param, account: ACCOUNT, ts, token }, cmd, signal);
      if (!answer.ok) return answer;
      const code = numberIn(answer.value.get('code'));
      if (code === DONE) return ok(undefined);
      return code === NO_PERMISSION
        ? passwordWrong(address, `${where} (the clocks of both must agree, too)`)
        : refusedByMiner(address, cmd, saidIn(answer.value));
    },
    diagnostics: () => ({ ...counters }),
    close: () => life.abort(),
  };
};
