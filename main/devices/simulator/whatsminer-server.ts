import type { Clock } from '../../clock.ts';
import { type WhatsminerSeal, whatsminerSeal } from '../miners/whatsminer-seal.ts';
import { type LineServer, startLineServer } from './line-server.ts';
import { createSimulatedMiner, type SimulatedMiner } from './simulated-miner.ts';
import type { SimulatedHouse } from './types.ts';

export interface WhatsminerSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  readonly password?: string;
  /** False: the API was never switched on with the vendor's tool. */
  readonly writable?: boolean;
  readonly startMs?: number;
  readonly harmedWithinMs?: number;
}

export interface WhatsminerSimulator extends LineServer {
  readonly miner: SimulatedMiner;
  /** Logins that were given out. */
  tokens(): number;
  endLogins(): void;
}

const LIVES_MS = 1_800_000;

/** A Whatsminer's second interface: plain reads, sealed writes, logins that live for half an hour. */
export const startWhatsminerSimulator = async (options: WhatsminerSimulatorOptions): Promise<WhatsminerSimulator> => {
  const { clock, password = 'whats-secret', writable = true } = options;
  const miner = createSimulatedMiner(options);
  let limitW = 3_400;
  let login: { readonly seal: WhatsminerSeal; readonly endsMs: number } | null = null;
  let tokens = 0;
  const paused = (): boolean => miner.phase() === 'paused' || miner.phase() === 'fault';
  const act = (work: () => void): void => {
    if (server.fault() !== 'lie') work();
  };

  const answer = (code: number, message: unknown): object => ({
    STATUS: code === 131 ? 'S' : 'E',
    When: Math.floor(clock.now() / 1000),
    Code: code,
    Msg: message,
    Description: '',
  });

  const perform = (asked: ReadonlyMap<string, unknown>): object => {
    switch (asked.get('cmd')) {
      case 'power_off':
        act(miner.pause);
        return answer(131, 'API command OK');
      case 'power_on':
        act(miner.resume);
        return answer(131, 'API command OK');
      case 'adjust_power_limit': {
        const watt = Number(asked.get('power_limit'));
        if (typeof asked.get('power_limit') !== 'string' || !(watt > 0)) return answer(14, 'invalid parameter');
        act(() => {
          limitW = watt;
          miner.setPowerTargetW(watt);
        });
        return answer(131, 'API command OK');
      }
      default:
        return answer(14, 'invalid cmd');
    }
  };

  /** A refusal before the seal is known good comes in plain text; everything else is sealed. */
  const sealed = (data: string): object => {
    if (!writable) return answer(45, "can't access write cmd");
    if (login === null || clock.monotonicMs() > login.endsMs) return answer(135, 'check token error');
    const plain = login.seal.open(data);
    let asked: ReadonlyMap<string, unknown>;
    try {
      const value: unknown = JSON.parse(plain ?? '');
      asked = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
    } catch {
      return answer(135, 'check token error');
    }
    if (asked.get('token') !== login.seal.token) return answer(135, 'check token error');
    return { enc: login.seal.sealText(JSON.stringify(perform(asked))) };
  };

  const read = (command: unknown): object => {
    switch (command) {
      case 'summary':
        return paused()
          ? answer(14, 'btminer process is down')
          : {
              STATUS: [{ STATUS: 'S', Msg: 'Summary' }],
              SUMMARY: [
                {
                  Elapsed: 9_000,
                  'MHS av': 88_000_000,
                  'MHS 5s': Math.round(miner.hashrateThs() * 1e6),
                  Temperature: miner.chipTempC() - 8,
                  'Chip Temp Max': miner.chipTempC(),
                  Power: miner.powerW(),
                  'Power Limit': limitW,
                  'Power Mode': 'Normal',
                  'Factory GHS': 90_000,
                  MAC: 'C4:08:28:00:AA:01',
                },
              ],
              id: 1,
            };
      case 'status':
        return answer(131, {
          mineroff: String(paused()),
          'Firmware Version': '20230207',
          power_limit_set: String(limitW),
        });
      case 'get_miner_info':
        return answer(131, {
          mac: 'C4:08:28:00:AA:01',
          hostname: 'WhatsMiner',
          minersn: 'HTM29X19KC22020602020100118',
        });
      case 'get_version':
        return answer(131, { api_ver: '2.0.5', fw_ver: '20230207.10.REL', platform: 'H616' });
      case 'get_psu':
        return answer(131, { vin: '22750', iin: String(Math.round((miner.powerW() / 227.5) * 1000)), model: 'P221B' });
      case 'get_token':
        tokens += 1;
        login = {
          seal: whatsminerSeal(password, { salt: 'BQ5hoXV9', newsalt: `n${tokens}a6Jb0`, time: '1280' }),
          endsMs: clock.monotonicMs() + LIVES_MS,
        };
        return answer(131, { time: '1280', salt: 'BQ5hoXV9', newsalt: `n${tokens}a6Jb0` });
      default:
        return answer(14, 'invalid cmd');
    }
  };

  const server = await startLineServer({
    label: 'Whatsminer',
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    onClose: miner.close,
    answer: (bytes) => {
      let asked: ReadonlyMap<string, unknown>;
      try {
        const value: unknown = JSON.parse(bytes.toString('utf8'));
        asked = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
      } catch {
        return null; // Not whole yet.
      }
      const reply = asked.get('enc') === 1 ? sealed(String(asked.get('data'))) : read(asked.get('cmd'));
      return Buffer.from(JSON.stringify(reply));
    },
  });
  return {
    ...server,
    miner,
    tokens: () => tokens,
    endLogins: () => {
      login = null;
    },
  };
};
