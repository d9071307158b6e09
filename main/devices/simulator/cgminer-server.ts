import type { Clock } from '../../clock.ts';
import { type LineServer, startLineServer } from './line-server.ts';
import { createSimulatedMiner, type SimulatedMiner } from './simulated-miner.ts';
import type { SimulatedHouse } from './types.ts';

export type CgminerFirmware = 'luxos' | 'avalon' | 'braiins' | 'stock';

export interface CgminerSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly firmware?: CgminerFirmware;
  readonly port?: number;
  readonly keepsOpen?: boolean;
  readonly startMs?: number;
  readonly harmedWithinMs?: number;
}

export interface CgminerSimulator extends LineServer {
  readonly miner: SimulatedMiner;
  /** Somebody else logs on to LuxOS and stays. */
  occupySession(): void;
  sessionIsFree(): boolean;
  /** Commands since the start, in order. */
  readonly commands: readonly string[];
}

const VERSIONS: Readonly<Record<CgminerFirmware, object>> = {
  luxos: { LUXminer: '2025.4.15', API: '3.7', Miner: '2025.4.15-abcdef', Type: 'Antminer S19j Pro' },
  avalon: {
    CGMiner: '4.11.1',
    API: '3.7',
    PROD: 'AvalonMiner 15-194',
    MODEL: '15-194',
    SWTYPE: 'MM319',
    MAC: 'a1b2c3d4e5f6',
  },
  braiins: { 'BOSminer+': '0.9.0-46f8e6b7e', API: '3.7' },
  stock: { BMMiner: '4.11.1 rwglr', API: '3.1', Miner: '0.0.1.3', Type: 'Antminer S19' },
};

const ASC_FAILED = 'ASC 0 set failed: Unknown option';

/** The cgminer API of four firmwares: refusals, one login at a time, soft off with a lead, and what each one says. */
export const startCgminerSimulator = async (options: CgminerSimulatorOptions): Promise<CgminerSimulator> => {
  const { clock, firmware = 'luxos' } = options;
  const miner = createSimulatedMiner(options);
  const commands: string[] = [];
  let session: string | null = null;
  let sessions = 0;
  const timers = new Set<() => void>();

  const status = (letter: string, code: number, message: string): object => ({
    STATUS: [
      { STATUS: letter, When: Math.floor(clock.now() / 1000), Code: code, Msg: message, Description: 'simulated' },
    ],
  });
  const good = (message: string, list?: string, rows: readonly object[] = []): object => ({
    ...status('S', 11, message),
    ...(list === undefined ? {} : { [list]: rows }),
    id: 1,
  });
  const bad = (message: string, code = 14): object => ({ ...status('E', code, message), id: 1 });
  const unavailable = (): object => bad('Unavailable', 302);

  const paused = (): boolean => miner.phase() === 'paused' || miner.phase() === 'fault';
  const megahash = (): number => Math.round(miner.hashrateThs() * 1e6);

  const avalonText = (): string =>
    `Ver[15-194] SYSTEMSTATU[Work: ${paused() ? 'In Idle' : 'In Work'}, Hash Board: 3 ] Temp[31] ` +
    `TMax[${Math.round(miner.chipTempC())}] TAvg[${Math.round(miner.chipTempC() - 7)}] FanR[49%] ` +
    `PS[0 1209 1187 297 ${miner.powerW()} 1188 ${miner.powerW()}] WALLPOWER[${miner.powerW()}] ` +
    `GHSspd[${miner.hashrateThs() * 1000}] SoftOFF[${paused() ? 1 : 0}] WORKMODE[1]`;

  const statsRows = (): readonly object[] =>
    firmware === 'avalon'
      ? [{ STATS: 0, ID: 'AVA100', 'MM ID0': avalonText() }]
      : [
          { BMMiner: 'simulated', Type: 'Antminer' },
          {
            STATS: 0,
            ID: 'BC50',
            'GHS 5s': miner.hashrateThs() * 1000,
            temp_num: 3,
            temp1: 45,
            temp2_1: Math.round(miner.chipTempC()),
            temp2_4: 0,
            ...(firmware === 'stock' ? { total_power: miner.powerW() } : {}),
          },
        ];

  /** A lying miner answers as if it had done it. */
  const act = (work: () => void): void => {
    if (server.fault() !== 'lie') work();
  };
  const later = (delayMs: number, work: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      work();
    });
    timers.add(cancel);
  };

  const ascset = (parameter: string): object => {
    const found = /^0,soft(off|on),1:(\d+)$/.exec(parameter);
    if (firmware !== 'avalon' || !found) return bad(ASC_FAILED);
    const [, how, at] = found;
    const delayMs = Math.max(0, Number(at) * 1000 - clock.now());
    act(() => later(delayMs, how === 'off' ? miner.pause : miner.resume));
    return { ...status('I', 118, `ASC 0 set info: success soft${how}:1`), id: 1 };
  };

  const luxos = (command: string, parameter: string): object => {
    switch (command) {
      case 'logon':
        if (session !== null) return bad('Another session is active', 401);
        sessions += 1;
        session = `lux${sessions}`;
        return good('Session created', 'SESSION', [{ SessionID: session }]);
      case 'logoff':
        if (parameter !== session) return bad('Invalid session', 402);
        session = null;
        return good('Session terminated');
      case 'curtail': {
        const [id, how] = parameter.split(',');
        if (id !== session || session === null) return bad('Invalid session', 402);
        if (how !== 'sleep' && how !== 'wakeup') return bad('Invalid mode', 403);
        act(how === 'sleep' ? miner.pause : miner.resume);
        return good('Curtail mode set');
      }
      case 'config':
        return good('MinerConfig', 'CONFIG', [
          {
            CurtailMode: paused() ? 'Sleep' : 'None',
            MACAddr: 'a8:4c:de:01:02:03',
            Model: 'Antminer S19j Pro',
            SerialNumber: 'LUXSIM0001',
          },
        ]);
      case 'power':
        return good('Power', 'POWER', [{ PSU: true, Watts: miner.powerW() }]);
      default:
        return bad('Invalid command');
    }
  };

  const perform = (command: string, parameter: string): object => {
    commands.push(parameter === '' ? command : `${command} ${parameter}`);
    const resting = firmware === 'braiins' && paused();
    switch (command) {
      case 'version':
        return good('Versions', 'VERSION', [VERSIONS[firmware]]);
      case 'summary':
        return good('Summary', 'SUMMARY', [
          { Elapsed: 9_000, 'MHS 5s': megahash(), 'MHS av': 44_000_000, Accepted: 7 },
        ]);
      case 'stats':
        return resting ? unavailable() : good('Stats', 'STATS', statsRows());
      case 'devs':
        return resting
          ? unavailable()
          : good('1 ASC(s)', 'DEVS', [
              { ASC: 0, Status: 'Alive', Enabled: 'Y', Temperature: -273, 'MHS av': 44_000_000 },
            ]);
      case 'devdetails':
        return resting ? unavailable() : good('Device Details', 'DEVDETAILS', [{ DEVDETAILS: 0, Model: 'Antminer' }]);
      case 'pause':
      case 'resume':
        if (firmware !== 'braiins') return bad('Invalid command');
        act(command === 'pause' ? miner.pause : miner.resume);
        return good(command === 'pause' ? 'Pausing' : 'Resuming');
      case 'ascset':
        return ascset(parameter);
      default:
        return firmware === 'luxos' ? luxos(command, parameter) : bad('Invalid command');
    }
  };

  const server = await startLineServer({
    label: `Miner with ${firmware} firmware`,
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.keepsOpen === undefined ? {} : { keepsOpen: options.keepsOpen }),
    answer: (bytes) => {
      let asked: unknown;
      try {
        asked = JSON.parse(bytes.toString('utf8'));
      } catch {
        return null; // Not whole yet.
      }
      const named = new Map(typeof asked === 'object' && asked !== null ? Object.entries(asked) : []);
      const command = named.get('command');
      const text =
        typeof command === 'string'
          ? JSON.stringify(perform(command, String(named.get('parameter') ?? '')))
          : JSON.stringify(bad("Missing JSON 'command'", 24));
      return Buffer.from(`${text}\0`);
    },
    onClose: () => {
      for (const cancel of timers) cancel();
      timers.clear();
      miner.close();
    },
  });

  return {
    ...server,
    miner,
    commands,
    occupySession: () => {
      session = 'somebody-else';
    },
    sessionIsFree: () => session === null,
  };
};
