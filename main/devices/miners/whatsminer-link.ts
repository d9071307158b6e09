import type { Clock } from '../../clock.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { DeviceDiagnostics } from '../types.ts';
import { type CgminerAnswer, cgminerAnswer } from './cgminer-answer.ts';
import { createCgminerLink } from './cgminer-link.ts';
import { passwordNeeded, passwordWrong, refusedByMiner, unreadable } from './failures.ts';
import { isObject, parseLoose, textIn } from './loose-json.ts';
import { type WhatsminerSeal, whatsminerSeal } from './whatsminer-seal.ts';

/** The second interface of Whatsminers, TCP 4028: plain reads, sealed writes. */
export interface WhatsminerLink {
  readonly address: string;
  read(command: string, signal: AbortSignal): Promise<Result<CgminerAnswer>>;
  write(command: string, parameters: object, signal: AbortSignal): Promise<Result<void>>;
  diagnostics(): DeviceDiagnostics;
  close(): void;
}

/** A login lives for half an hour; a little less here, because the miner counts too. */
const LIVES_MS = 25 * 60_000;
/** A refused password is not tried again for a while: the miner counts logins. */
const REFUSED_FOR_MS = 300_000;
const TOKEN_WRONG = 135;
const TOKENS_USED_UP = 136;
const OF_THE_TOOL = 'set with the vendor’s tool (user admin)';

const writingClosed = (address: string) =>
  permanent(
    'device.access',
    `The miner at ${address} does not let anybody write ("can't access write cmd").`,
    'Switch its API on with the vendor’s tool; its password must first be changed from admin.',
  );

export const createWhatsminerLink = (options: {
  readonly host: string;
  readonly port: number;
  readonly secret: string | null;
  readonly clock: Clock;
}): WhatsminerLink => {
  const { secret, clock } = options;
  const link = createCgminerLink(options);
  const { address } = link;
  let login: { readonly seal: WhatsminerSeal; readonly endsMs: number } | null = null;
  let refusedUntilMs = Number.NEGATIVE_INFINITY;
  let rejected = 0;

  const wrongPassword = () => {
    refusedUntilMs = clock.monotonicMs() + REFUSED_FOR_MS;
    return passwordWrong(address, OF_THE_TOOL);
  };

  const logIn = async (signal: AbortSignal): Promise<Result<WhatsminerSeal>> => {
    if (secret === null) return passwordNeeded(address, OF_THE_TOOL);
    if (login && clock.monotonicMs() < login.endsMs) return ok(login.seal);
    if (clock.monotonicMs() < refusedUntilMs) return passwordWrong(address, OF_THE_TOOL);
    const answer = await link.send({ cmd: 'get_token' }, 'the login', signal);
    if (!answer.ok) return answer;
    const { code, message } = answer.value.status;
    if (code === TOKENS_USED_UP || /over max/i.test(message))
      return temporary(
        'device.busy',
        `The miner at ${address} gives out no further login.`,
        'Close other programs that control it; a login ends after half an hour.',
      );
    const given = answer.value.members.get('Msg');
    const [salt, newsalt, time] = ['salt', 'newsalt', 'time'].map((name) =>
      isObject(given) ? textIn(given.get(name)) : null,
    );
    if (!salt || !newsalt || !time) return unreadable(address, 'the login', 'it names no salt');
    const seal = whatsminerSeal(secret, { salt, newsalt, time });
    login = { seal, endsMs: clock.monotonicMs() + LIVES_MS };
    return ok(seal);
  };

  /** A sealed answer opens only under the right key; an unsealed one is a refusal in plain text. */
  const opened = (answer: CgminerAnswer | null, sealed: string | null, seal: WhatsminerSeal): CgminerAnswer | null => {
    if (sealed === null) return answer;
    const plain = seal.open(sealed);
    const parsed = plain === null ? null : parseLoose(plain);
    return parsed?.ok ? cgminerAnswer(parsed.value) : null;
  };

  const attempt = async (
    command: string,
    parameters: object,
    signal: AbortSignal,
  ): Promise<Result<CgminerAnswer | null>> => {
    const seal = await logIn(signal);
    if (!seal.ok) return seal;
    const data = seal.value.seal({ cmd: command, ...parameters });
    const answer = await link.exchange({ enc: 1, data }, command, signal);
    if (!answer.ok) return answer;
    const sealed = textIn(answer.value.get('enc'));
    const read = opened(cgminerAnswer(answer.value), sealed, seal.value);
    if (read === null) rejected += 1;
    return ok(read);
  };

  return {
    address,
    read: (command, signal) => link.send({ cmd: command }, command, signal),
    write: async (command, parameters, signal) => {
      for (const isLast of [false, true]) {
        const answer = await attempt(command, parameters, signal);
        if (!answer.ok) return answer;
        const said = answer.value;
        if (said && said.status.letter !== 'E' && said.status.letter !== 'F') return ok(undefined);
        // Not to be opened, or a token that it does not know: the login is old, or the password wrong.
        const isStale = said === null || said.status.code === TOKEN_WRONG || /token/i.test(said.status.message);
        if (said && /write cmd/i.test(said.status.message)) return writingClosed(address);
        if (!isStale) return refusedByMiner(address, command, said.status.message);
        login = null;
        if (isLast) return wrongPassword();
      }
      return wrongPassword();
    },
    diagnostics: () => {
      const counted = link.diagnostics();
      return { ...counted, rejected: counted.rejected + rejected };
    },
    close: link.close,
  };
};
