import { replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { startGxMqttSimulator } from '../../../main/devices/simulator/gx-mqtt-server.ts';
import type { OpenDevice } from '../../../main/devices/types.ts';
import { victronGxMqtt } from '../../../main/devices/victron/gx-mqtt-driver.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Result } from '../../../main/result.ts';
import type { Connection } from '../../../preload/contract/devices.ts';
import { NOON, testHouse } from '../simulated-house.ts';

const never = new AbortController().signal;

export const failureOf = (result: Result<unknown>) => {
  if (result.ok) throw new Error('it did not fail');
  return result.error;
};

const actuatorOf = (device: OpenDevice, name: string) => {
  const found = device.actuators.find(({ channelId }) => channelId === name);
  if (!found) throw new Error(`no actuator ${name}`);
  return found;
};

type SimulatorOptions = Partial<Parameters<typeof startGxMqttSimulator>[0]>;

/** A GX and a driver on one clock that is moved by hand; sockets are real, so waiting moves it a little. */
export const openGxMqtt = async (
  closers: (() => Promise<void>)[],
  changes: SimulatorOptions = {},
  more: Partial<Connection> = {},
  secret: string | null = null,
) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock);
  const simulator = await startGxMqttSimulator({ house, clock, ...changes });
  closers.push(simulator.close);
  const sink = memorySink();
  const device = victronGxMqtt.open(
    { connection: { host: simulator.host, port: simulator.port, ...more }, secret },
    createDriverDeps({ clock, log: createLog(sink, clock) }),
  );
  closers.push(device.close);
  const inTime = async <Value>(work: Promise<Value>, stepMs = 5): Promise<Value> => {
    const isDone = { yet: false };
    const watched = work.finally(() => {
      isDone.yet = true;
    });
    while (!isDone.yet) {
      await clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return watched;
  };
  /** Lets time pass in steps, and the messages of each step arrive. */
  const pass = async (spanMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < spanMs; passedMs += 1_000) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const actuator = (name: string) => {
    const { readBack, write } = actuatorOf(device, name);
    return {
      write: (value: number | boolean) => inTime(write(value, { leaseMs: null, signal: never })),
      readBack: () => inTime(readBack(never)),
    };
  };
  return {
    clock,
    house,
    ...simulator,
    simulator,
    sink,
    device,
    inTime,
    pass,
    actuator,
    read: () => inTime(device.reader.read(never)),
  };
};
