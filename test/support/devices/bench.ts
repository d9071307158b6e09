import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import type { Simulator } from '../../../main/devices/simulator/types.ts';
import type { ChannelActuator, Driver, OpenDevice } from '../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Reading } from '../../../main/reading.ts';
import type { Result } from '../../../main/result.ts';
import type { Setpoint } from '../../../preload/contract/base.ts';
import { type SmallHouse, smallHouse } from './small-house.ts';

const START = Date.UTC(2026, 5, 1, 12);
const never = new AbortController().signal;

/** What is asked of a device in a test, with time going on only while its sockets are quiet. */
export interface Bench {
  readonly clock: ReplayClock;
  readonly house: SmallHouse;
  readonly lines: readonly string[];
  readonly device: OpenDevice;
  inTime<Value>(work: Promise<Value>): Promise<Value>;
  read(): Promise<Readonly<Record<string, number>>>;
  outcome(work: Promise<Result<unknown>>): Promise<string>;
  actuator(channel: string): ChannelActuator;
  write(channel: string, value: Setpoint): Promise<string>;
  shown(channel: string): Promise<Setpoint | string>;
  close(): Promise<void>;
}

const SOCKETS = /TCPSocketWrap|TCPConnectWrap|GetAddrInfo/;

/** A driver opened against a server; the clock moves by `stepMs` whenever no socket is open, else a little. */
export const openBench = async <Server extends Pick<Simulator, 'host' | 'port' | 'close'>>(
  driver: Driver,
  start: (stand: { readonly clock: ReplayClock; readonly house: SmallHouse }) => Promise<Server>,
  options: {
    readonly secret?: string | null;
    readonly options?: Record<string, string>;
    readonly clock?: ReplayClock;
  } = {},
): Promise<Bench & { readonly server: Server }> => {
  const clock = options.clock ?? replayClock(START);
  const house = smallHouse(clock);
  const server = await start({ clock, house });
  const sink = memorySink();
  const connection = driver.connectionSchema.parse({
    host: server.host,
    port: server.port,
    ...(options.options ? { options: options.options } : {}),
  });
  const deps = createDriverDeps({ clock, log: createLog(sink, clock, { level: 'debug' }) });
  const device = driver.open({ connection, secret: options.secret ?? null }, deps);
  const inTime = async <Value>(work: Promise<Value>): Promise<Value> => {
    let isDone = false;
    const watched = work.finally(() => {
      isDone = true;
    });
    for (let turn = 0; !isDone; turn += 1) {
      const isBusy = process.getActiveResourcesInfo().some((name) => SOCKETS.test(name));
      // A silent server is waited for as well, only not so fast that an answer on its way comes too late.
      if (!isBusy) await clock.advance(1_000);
      else if (turn % 10 === 9) await clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, isBusy ? 1 : 0));
    }
    return watched;
  };
  const outcome = async (work: Promise<Result<unknown>>): Promise<string> => {
    const result = await inTime(work);
    return result.ok ? 'ok' : `${result.error.kind} ${result.error.code}: ${result.error.message}`;
  };
  const actuator = (channel: string): ChannelActuator => {
    const found = device.actuators.find(({ channelId }) => channelId === channel);
    if (!found) throw new Error(`no actuator ${channel}`);
    return found;
  };
  return {
    clock,
    house,
    server,
    device,
    lines: sink.lines,
    inTime,
    outcome,
    actuator,
    read: async () => {
      const result: Result<readonly Reading[]> = await inTime(device.reader.read(never));
      if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
      return Object.fromEntries(result.value.map(({ channelId, metric, value }) => [`${channelId} ${metric}`, value]));
    },
    write: (channel, value) => outcome(actuator(channel).write(value, { leaseMs: null, signal: never })),
    shown: async (channel) => {
      const result = await inTime(actuator(channel).readBack(never));
      return result.ok ? result.value.value : `${result.error.kind} ${result.error.code}`;
    },
    close: async () => {
      await device.close();
      await server.close();
    },
  };
};
