import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { v3Frame, v3Text } from '../miners/whatsminer-v3-link.ts';
import { type LineServer, startLineServer } from './line-server.ts';
import { createSimulatedMiner, type SimulatedMiner } from './simulated-miner.ts';
import type { SimulatedHouse } from './types.ts';

export interface WhatsminerV3SimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  readonly password?: string;
  readonly startMs?: number;
  readonly keepsOpen?: boolean;
}

export interface WhatsminerV3Simulator extends LineServer {
  readonly miner: SimulatedMiner;
}

const SALT = '5QAHiKMb';
/** How far the clocks of both may differ, s. */
const CLOCK_TOLERANCE_S = 60;

/** A Whatsminer's third interface: length and JSON, a token for each write. */
export const startWhatsminerV3Simulator = async (
  options: WhatsminerV3SimulatorOptions,
): Promise<WhatsminerV3Simulator> => {
  const { clock, password = 'super-secret' } = options;
  const miner = createSimulatedMiner(options);
  let limitW = 3_500;
  let percent = 100;
  const paused = (): boolean => miner.phase() === 'paused' || miner.phase() === 'fault';
  const nowS = (): number => Math.floor(clock.now() / 1000);
  const say = (code: number, msg: unknown, desc: unknown): object => ({ code, when: nowS(), msg, desc });
  const act = (work: () => void): void => {
    if (server.fault() !== 'lie') work();
  };

  const device = (): Readonly<Record<string, unknown>> => ({
    network: { ip: '192.168.2.136', hostname: 'WhatsMiner', mac: 'c4:08:28:00:bb:02' },
    miner: { type: 'M60S', working: String(!paused()), 'miner-sn': 'HTM60SIM' },
    system: { api: '3.0.1', platform: 'H616', fwversion: '20250219.22.REL' },
    power: { model: 'P22-12-3300-C', vin: 220.5, iin: 14.8 },
    salt: SALT,
  });

  const summary = (): object => ({
    elapsed: 1_074,
    'hash-average': 101.8,
    'hash-realtime': miner.hashrateThs(),
    'power-realtime': miner.powerW(),
    'power-limit': limitW,
    'board-temperature': [miner.chipTempC() - 9, miner.chipTempC() - 8],
    'chip-temp-max': miner.chipTempC(),
    'chip-temp-avg': miner.chipTempC() - 4,
  });

  const isAllowed = (asked: ReadonlyMap<string, unknown>): boolean => {
    const ts = asked.get('ts');
    if (asked.get('account') !== 'super' || typeof ts !== 'number') return false;
    const text = `${String(asked.get('cmd'))}${password}${SALT}${ts}`;
    const token = createHash('sha256').update(text).digest('base64').slice(0, 8);
    return asked.get('token') === token && Math.abs(ts - nowS()) <= CLOCK_TOLERANCE_S;
  };

  const write = (asked: ReadonlyMap<string, unknown>): object => {
    const cmd = asked.get('cmd');
    const param = asked.get('param');
    if (!isAllowed(asked)) return say(-4, 'no permission', cmd);
    if (cmd === 'set.miner.service' && (param === 'start' || param === 'stop')) {
      act(param === 'stop' ? miner.pause : miner.resume);
      return say(0, 'ok', cmd);
    }
    if (cmd === 'set.miner.power_limit' && typeof param === 'number') {
      act(() => {
        limitW = param;
        miner.setPowerTargetW(param);
      });
      return say(0, 'ok', cmd);
    }
    if (cmd === 'set.miner.power_percent' && typeof param === 'object' && param !== null && 'percent' in param) {
      if (typeof param.percent !== 'string') return say(-1, 'percent must be a string', cmd);
      const wanted = Number(param.percent);
      act(() => {
        percent = wanted;
      });
      return say(0, 'ok', cmd);
    }
    return say(-1, 'invalid param', cmd);
  };

  const perform = (asked: ReadonlyMap<string, unknown>): object => {
    const cmd = asked.get('cmd');
    const param = asked.get('param');
    if (cmd === 'get.device.info')
      return say(0, typeof param === 'string' ? { [param]: device()[param] } : device(), cmd);
    if (cmd === 'get.miner.setting')
      return say(0, { 'power-mode': 'normal', 'power-limit': limitW, 'power-percent': percent }, cmd);
    if (cmd === 'get.miner.status')
      return paused() ? say(-1, 'btminer process is down err', cmd) : say(0, { summary: summary() }, cmd);
    return typeof cmd === 'string' && cmd.startsWith('set.') ? write(asked) : say(-2, 'invalid command', cmd);
  };

  const server = await startLineServer({
    label: 'Whatsminer, third interface',
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.keepsOpen === undefined ? {} : { keepsOpen: options.keepsOpen }),
    onClose: miner.close,
    answer: (bytes) => {
      const text = v3Text(bytes);
      if (text === null) return null; // Not whole yet.
      let value: unknown = null;
      try {
        value = JSON.parse(text);
      } catch {
        return v3Frame(JSON.stringify(say(-1, 'invalid json', '')));
      }
      const asked = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
      return v3Frame(JSON.stringify(perform(asked)));
    },
  });
  return { ...server, miner };
};
