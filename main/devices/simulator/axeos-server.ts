import type { Clock } from '../../clock.ts';
import { createSimulatedMiner, type SimulatedMiner } from './simulated-miner.ts';
import type { SimulatedHouse } from './types.ts';
import { startWebServer, type WebServer } from './web-server.ts';

export interface AxeosSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  /** False: firmware before 2.14, or a NerdQAxe. */
  readonly canPause?: boolean;
  /** True: the asking computer has an address outside the private ranges. */
  readonly foreign?: boolean;
  readonly startMs?: number;
}

export interface AxeosSimulator extends WebServer {
  readonly miner: SimulatedMiner;
}

/** What a real answer also holds and nobody may keep. */
export const AXEOS_SECRETS = { wifiPass: 'my-wifi-password', stratumUser: 'bc1qexample.worker', ssid: 'home' } as const;

/** AxeOS on an ESP-Miner board: HTTP without password, private addresses only, no foreign `Origin`. */
export const startAxeosSimulator = async (options: AxeosSimulatorOptions): Promise<AxeosSimulator> => {
  const { clock, canPause = true, foreign = false } = options;
  const miner = createSimulatedMiner(options);
  /** Small boards hang on 5 V, large ones on 53 V. */
  const volts = miner.powerTargetW() > 100 ? 53 : 5.18;
  const act = (work: () => void): void => {
    if (server.fault() !== 'lie') work();
  };
  const info = (): object => ({
    power: miner.powerW(),
    voltage: volts * 1000,
    current: (miner.powerW() / volts) * 1000,
    temp: miner.chipTempC(),
    temp2: -1,
    vrTemp: 45,
    hashRate: miner.hashrateThs() * 1000,
    expectedHashrate: 500,
    frequency: 485,
    hostname: 'bitaxe',
    macAddr: 'F0:9E:9E:11:22:33',
    ASICModel: 'BM1370',
    version: canPause ? 'v2.14.0' : 'v2.9.1',
    boardVersion: '602',
    overheat_mode: 0,
    ...(canPause ? { miningPaused: miner.phase() === 'paused' } : {}),
    ...AXEOS_SECRETS,
  });
  const server = await startWebServer({
    label: 'Bitaxe',
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    onClose: miner.close,
    answer: ({ method, path, headers }) => {
      if (foreign || headers.origin !== undefined) return { status: 401 };
      if (method === 'GET' && path === '/api/system/info') return { status: 200, json: info() };
      if (method === 'POST' && canPause && path === '/api/system/pause') {
        act(miner.pause);
        return { status: 200, json: { message: 'Mining paused' } };
      }
      if (method === 'POST' && canPause && path === '/api/system/resume') {
        act(miner.resume);
        return { status: 200, json: { message: 'Mining resumed' } };
      }
      return { status: method === 'POST' ? 405 : 404, json: { message: 'Not found' } };
    },
  });
  return { ...server, miner };
};
