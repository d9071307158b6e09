import type { Clock } from '../../clock.ts';
import { createSimulatedMiner, type SimulatedMiner } from './simulated-miner.ts';
import type { SimulatedHouse } from './types.ts';
import { startWebServer, type WebReply, type WebRequest, type WebServer } from './web-server.ts';

export interface BraiinsSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  readonly password?: string;
  readonly startMs?: number;
  readonly harmedWithinMs?: number;
  /** `missing`: an older firmware without the detailed status. `endless`: the newest, which streams it. */
  readonly detailed?: 'there' | 'missing' | 'endless';
}

export interface BraiinsSimulator extends WebServer {
  readonly miner: SimulatedMiner;
  /** Every login ends, as after an hour without use. */
  endLogins(): void;
  /** The mining service is stopped as a whole: most answers are 412. */
  stopService(): void;
  logins(): number;
}

const IDLE_S = 3_600;
export const BRAIINS_RANGE = { leastW: 944, mostW: 4_800 } as const;

/** Braiins OS `/api/v1`: a bare token that ends after an hour without use, 412 while the service rests, reasons. */
export const startBraiinsSimulator = async (options: BraiinsSimulatorOptions): Promise<BraiinsSimulator> => {
  const { clock, password = 'braiins-secret', detailed = 'there' } = options;
  const miner = createSimulatedMiner(options);
  let token: string | null = null;
  let usedAtMs = 0;
  let logins = 0;
  let isStopped = false;
  let targetW = 3_250;
  const act = (work: () => void): void => {
    if (server.fault() !== 'lie') work();
  };
  const ok = (json: unknown): WebReply => ({ status: 200, json });
  const resting = (): WebReply => ({ status: 412, json: { message: 'Bosminer is not running' } });

  const logIn = ({ body }: WebRequest): WebReply => {
    if (body?.get('username') !== 'root' || body.get('password') !== password)
      return { status: 401, json: { message: 'Invalid credentials' } };
    logins += 1;
    token = `token-${logins}`;
    usedAtMs = clock.monotonicMs();
    return ok({ token, timeout_s: IDLE_S });
  };

  const isKnown = ({ headers }: WebRequest): boolean => {
    const isFresh = clock.monotonicMs() - usedAtMs <= IDLE_S * 1000;
    if (token === null || headers.authorization !== token || !isFresh) return false;
    usedAtMs = clock.monotonicMs();
    return true;
  };

  const status = (): object => {
    if (isStopped) return { stopped: { reason: 'user_stop' } };
    switch (miner.phase()) {
      case 'paused':
        return { stopped: { reason: 'user_pause' } };
      case 'fault':
        return { stopped: { reason: 'hardware_error' } };
      case 'starting':
        return { starting: { reason: 'preheating' } };
      case 'mining':
        return { running: {} };
    }
  };
  const statusNumber = (): number => (isStopped ? 1 : { mining: 2, starting: 2, paused: 3, fault: 4 }[miner.phase()]);

  const read = (path: string): WebReply => {
    switch (path) {
      case '/miner/details':
        return ok({
          uid: 'Zk3sYh1vT9bq',
          mac_address: 'c8:2e:18:aa:bb:01',
          hostname: 'miner-garage',
          miner_identity: { brand: 1, miner_model: 'Antminer S19j Pro' },
          bos_version: { current: '24.09' },
          status: statusNumber(),
          bosminer_uptime_s: 9_000,
        });
      case '/miner/status/detailed':
        if (detailed === 'missing') return { status: 404, json: { message: 'Not found' } };
        return { ...ok({ status: status() }), ...(detailed === 'endless' ? { endless: true as const } : {}) };
      case '/miner/stats':
        if (isStopped) return resting();
        return ok({
          miner_stats: { real_hashrate: { last_5s: { gigahash_per_second: miner.hashrateThs() * 1000 } } },
          power_stats: {
            approximated_consumption: { watt: miner.powerW() },
            efficiency: { joule_per_terahash: 33 },
          },
        });
      case '/cooling/state':
        return ok({ highest_temperature: { location: 1, temperature: { degree_c: miner.chipTempC() } } });
      case '/performance/mode':
        return ok({ tunermode: { target: { powertarget: { power_target: { watt: targetW } } } } });
      case '/configuration/constraints':
        return ok({
          tuner_constraints: {
            power_target: {
              min: { watt: BRAIINS_RANGE.leastW },
              default: { watt: 3_250 },
              max: { watt: BRAIINS_RANGE.mostW },
            },
          },
        });
      default:
        return { status: 404, json: { message: 'Not found' } };
    }
  };

  const write = (path: string, body: WebRequest['body']): WebReply => {
    const was = miner.phase() === 'paused';
    switch (path) {
      case '/actions/pause':
        if (isStopped) return resting();
        act(miner.pause);
        return ok(was);
      case '/actions/resume':
        if (isStopped) return resting();
        act(miner.resume);
        return ok(!was);
      case '/actions/start':
        act(() => {
          isStopped = false;
          miner.resume();
        });
        return ok(false);
      case '/performance/power-target': {
        const watt = body?.get('watt');
        if (isStopped) return resting();
        if (typeof watt !== 'number' || watt < BRAIINS_RANGE.leastW || watt > BRAIINS_RANGE.mostW)
          return { status: 400, json: { message: 'Power target out of range' } };
        act(() => {
          targetW = watt;
          miner.setPowerTargetW(watt);
        });
        return ok({ watt });
      }
      default:
        return { status: 404, json: { message: 'Not found' } };
    }
  };

  const server = await startWebServer({
    label: 'Miner with Braiins OS',
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    onClose: miner.close,
    answer: (request) => {
      const path = request.path.replace(/^\/api\/v1/, '');
      if (path === '/auth/login' && request.method === 'POST') return logIn(request);
      if (!isKnown(request)) return { status: 401, json: { message: 'Unauthorized' } };
      return request.method === 'PUT' ? write(path, request.body) : read(path);
    },
  });
  return {
    ...server,
    miner,
    endLogins: () => {
      token = null;
    },
    stopService: () => {
      isStopped = true;
      miner.pause();
    },
    logins: () => logins,
  };
};
