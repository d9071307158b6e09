import { afterEach } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import type { Driver, DriverDeps, OpenDevice } from '../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Reading } from '../../../main/reading.ts';
import type { Result } from '../../../main/result.ts';
import type { Connection } from '../../../preload/contract/devices.ts';

export const START = Date.UTC(2026, 5, 1, 12);
export const never = new AbortController().signal;

export interface DeviceBench {
  readonly clock: ReplayClock;
  readonly deps: DriverDeps;
  readonly sink: ReturnType<typeof memorySink>;
  /** Closed after the test. */
  keep<Kept extends { close(): Promise<void> }>(kept: Kept): Kept;
  open(driver: Driver, connection: Connection, secret?: string | null): OpenDevice;
  /** Time goes on while it is waited: pauses between requests and time limits need it. */
  inTime<Value>(work: Promise<Value>): Promise<Value>;
}

/** Registers the cleaning up; to be called at the top of a test file. */
export const deviceBenches = (): (() => DeviceBench) => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return () => {
    const clock = replayClock(START);
    const sink = memorySink();
    const deps = createDriverDeps({ clock, log: createLog(sink, clock) });
    const keep = <Kept extends { close(): Promise<void> }>(kept: Kept): Kept => {
      ends.push(kept.close);
      return kept;
    };
    return {
      clock,
      deps,
      sink,
      keep,
      open: (driver, connection, secret = null) =>
        keep(driver.open({ connection: driver.connectionSchema.parse(connection), secret }, deps)),
      inTime: async (work) => {
        const state = { isDone: false };
        const watched = work.finally(() => {
          state.isDone = true;
        });
        while (!state.isDone) {
          await clock.advance(25);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        return watched;
      },
    };
  };
};

export const valueIn = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};

export const codeOf = (result: Result<unknown>): string =>
  result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`;

export const sentenceOf = (result: Result<unknown>): string =>
  result.ok ? 'ok' : `${result.error.message} ${result.error.advice}`;

/** `switch:0 powerW` to its value. */
export const byName = (readings: readonly Reading[]): Readonly<Record<string, number>> =>
  Object.fromEntries(readings.map(({ channelId, metric, value }) => [`${channelId} ${metric}`, value]));

export const actuatorOf = (device: OpenDevice, channel: string) => {
  const actuator = device.actuators.find(({ channelId }) => channelId === channel);
  if (!actuator) throw new Error(`no actuator ${channel}`);
  return actuator;
};
