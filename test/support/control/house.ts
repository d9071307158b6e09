import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type ReplayClock, replayClock } from '../../../main/clock.ts';
import { type CommanderDeps, createCommander } from '../../../main/control/commander.ts';
import type { Commander, EmergencyStop, Proposal } from '../../../main/control/types.ts';
import { createActuatorVault } from '../../../main/devices/actuator-vault.ts';
import type { ChannelActuator, ControlSpec } from '../../../main/devices/types.ts';
import { createEventBus, type EventBus } from '../../../main/events.ts';
import type { DeviceId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { openStore } from '../../../main/store/store.ts';
import type { Store } from '../../../main/store/types.ts';
import type { Mode, Setpoint } from '../../../preload/contract/base.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { ChannelConfig } from '../../../preload/contract/devices.ts';
import type { StopState } from '../../../preload/contract/site.ts';
import { plainSite } from '../plain-site.ts';
import { createTestDevice, type TestDevice, type WireEntry } from './device.ts';
import { configOf, HOME, proposalOf } from './snapshots.ts';
import { createTestTelemetry } from './telemetry.ts';

const START_AT = Date.UTC(2026, 5, 10, 11, 0, 0);

/** A real database either way; a disk in memory spares the waits for fsync on a busy machine. */
const MEMORY_DISK = '/dev/shm';

export interface LoadOptions {
  readonly id: string;
  readonly channelId?: string;
  readonly spec?: Partial<ControlSpec>;
  readonly config?: Partial<ChannelConfig>;
  readonly value?: Setpoint;
  readonly powerW?: number;
  /** A real driver's actuator in place of the test device's, on the house's clock. */
  readonly actuator?: (clock: ReplayClock) => Promise<ChannelActuator>;
}

/** The timers of a dead process never fire. */
const mortalClock = (clock: ReplayClock, signal: AbortSignal): Clock => ({
  now: clock.now,
  monotonicMs: clock.monotonicMs,
  after: (delayMs, callback) => clock.after(delayMs, () => (signal.aborted ? undefined : callback())),
  sleep: clock.sleep,
});

/** A dead process hears nothing and says nothing. */
const mortalBus = (bus: EventBus, signal: AbortSignal): EventBus => ({
  ...bus,
  emit: (name, payload) => (signal.aborted ? undefined : bus.emit(name, payload)),
  on: (name, listener) => {
    const end = bus.on(name, (payload) => (signal.aborted ? undefined : listener(payload)));
    signal.addEventListener('abort', end, { once: true });
    return end;
  },
});

/** Keeps what was read until it is changed, so that a world that looks all the time does not parse all the time. */
const remembering = (store: Store): Store => {
  const { devices, settings, sites } = store;
  const known = new Map<string, unknown>();
  const kept = <Value>(key: string, read: () => Value): Value => {
    if (!known.has(key)) known.set(key, read());
    return known.get(key) as Value;
  };
  const anew =
    <Asked extends readonly unknown[], Answer>(change: (...asked: Asked) => Answer) =>
    (...asked: Asked): Answer => {
      known.clear();
      return change(...asked);
    };
  return {
    ...store,
    devices: {
      list: (siteId) => kept(`devices ${siteId}`, () => devices.list(siteId)),
      get: devices.get,
      add: anew(devices.add),
      update: anew(devices.update),
      remove: anew(devices.remove),
    },
    settings: {
      ...settings,
      get: (siteId) => kept(`settings ${siteId}`, () => settings.get(siteId)),
      set: anew(settings.set),
    },
    sites: {
      ...sites,
      get: (siteId) => kept(`site ${siteId}`, () => sites.get(siteId)),
      list: () => kept('sites', sites.list),
      add: anew(sites.add),
    },
  };
};

/** A home with test devices on a real database, and a commander that can be killed and started again. */
export const createHouse = async (
  loads: readonly LoadOptions[],
  options: Partial<Pick<CommanderDeps, 'judge' | 'timings' | 'approvalPolicyOf'>> & {
    readonly mode?: Mode;
    readonly startAt?: number;
    /** Reads devices and settings from the disk only after they changed: for worlds that look at them all the time. */
    readonly remembers?: boolean;
    readonly onWrite?: (entry: WireEntry, house: { store: Store }) => void;
    readonly onRead?: (deviceId: DeviceId, value: Setpoint, measuredAt: number) => void;
  } = {},
) => {
  const folder = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'control-'));
  const clock: ReplayClock = replayClock(options.startAt ?? START_AT);
  const log = createLog(memorySink(), clock);
  const wire: WireEntry[] = [];
  const open = async (): Promise<Store> => {
    const opened = await openStore({ folder, clock, log });
    if (!opened.ok) throw new Error(opened.error.message);
    return options.remembers ? remembering(opened.value) : opened.value;
  };
  let store = await open();
  const devices: TestDevice[] = loads.map((load) =>
    createTestDevice({
      clock,
      wire,
      id: load.id,
      ...(load.channelId === undefined ? {} : { channelId: load.channelId }),
      ...(load.spec ? { spec: load.spec } : {}),
      ...(load.value === undefined ? {} : { value: load.value }),
      ...(load.powerW === undefined ? {} : { powerW: load.powerW }),
      onWrite: (entry) => options.onWrite?.(entry, { store }),
      ...(options.onRead ? { onRead: options.onRead } : {}),
    }),
  );
  const real = new Map<DeviceId, ChannelActuator>();
  for (const [index, { actuator }] of loads.entries()) {
    const device = devices[index];
    // Whatever the driver calls it, the house knows one channel of each device.
    if (device && actuator) real.set(device.id, { ...(await actuator(clock)), channelId: device.channel });
  }
  /** Sockets need real time while the clock's time goes on. */
  const inTime = async <Value>(work: Promise<Value>): Promise<Value> => {
    const state = { done: false };
    const watched = work.finally(() => {
      state.done = true;
    });
    while (!state.done) {
      await clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return watched;
  };
  store.sites.add(plainSite(HOME), START_AT);
  for (const [index, load] of loads.entries()) {
    const device = devices[index];
    if (!device) continue;
    const config = configOf({ channelId: device.channel, name: load.id, ...load.config });
    store.devices.add(
      {
        id: device.id,
        siteId: HOME,
        driverId: 'test',
        name: load.id,
        identity: null,
        connection: { host: 'h', port: 1 },
        channels: [config],
      },
      START_AT,
    );
  }
  if (options.mode !== 'watch') store.state.set(`mode:${HOME}`, options.mode ?? 'automate');

  const bus = createEventBus((name, thrown) => {
    throw new Error(`listener of ${name} failed: ${String(thrown)}`);
  });
  const actions: Action[] = [];
  const stops: (StopState | null)[] = [];
  bus.on('action', (action) => void actions.push(action));
  bus.on('stop', (state) => void stops.push(state));
  const meters = createTestTelemetry(clock, store, devices);
  let owner = true;
  let running: { commander: Commander; stop: EmergencyStop; ending: AbortController } | null = null;

  const build = (): { commander: Commander; stop: EmergencyStop; ending: AbortController } => {
    const vault = createActuatorVault();
    const ending = new AbortController();
    const { signal } = ending;
    // What a dead process asks of a device never arrives, and nobody answers it.
    const mortal = (actuator: ChannelActuator): ChannelActuator => ({
      ...actuator,
      write: (value, asked) => (signal.aborted ? new Promise(() => undefined) : actuator.write(value, asked)),
      readBack: (asked) => (signal.aborted ? new Promise(() => undefined) : actuator.readBack(asked)),
    });
    for (const device of devices) vault.put(device.id, [mortal(real.get(device.id) ?? device.actuator)]);
    const built = createCommander({
      clock: mortalClock(clock, signal),
      log,
      bus: mortalBus(bus, signal),
      store,
      telemetry: meters.telemetry,
      vault,
      stillOwner: () => owner,
      ...(options.judge ? { judge: options.judge } : {}),
      ...(options.timings ? { timings: options.timings } : {}),
      ...(options.approvalPolicyOf ? { approvalPolicyOf: options.approvalPolicyOf } : {}),
    });
    return { ...built, ending };
  };
  const current = () => {
    if (!running) throw new Error('The house has not been started.');
    return running;
  };

  const house = {
    clock,
    devices,
    wire,
    actions,
    stops,
    bus,
    meters,
    folder,
    store: () => store,
    commander: () => current().commander,
    stop: () => current().stop,
    device: (id: string): TestDevice => {
      const found = devices.find((device) => device.id === id);
      if (!found) throw new Error(`No device ${id}.`);
      return found;
    },
    own: (still: boolean) => {
      owner = still;
    },
    owned: () => owner,
    start: async (): Promise<void> => {
      meters.poll();
      running = build();
      const started = running.commander.start(running.ending.signal);
      if (real.size > 0) return inTime(started);
      await clock.advance(6_000);
      await started;
    },
    /** As a kill does: nothing is said goodbye to, the next run finds what is on the disk. */
    kill: async (): Promise<void> => {
      // The dead commander's store is closed, so that whatever it still tries comes to nothing.
      current().ending.abort();
      store.close();
      store = await open();
      running = null;
    },
    leave: async (): Promise<void> => {
      const stopped = current().commander.stop();
      await clock.advance(5_000);
      await stopped;
      running = null;
    },
    /** Moves time on with a poll every 30 s, inside the limit of freshness. */
    pass: async (spanMs: number): Promise<void> => {
      for (let left = spanMs; left > 0; left -= 30_000) {
        await clock.advance(Math.min(30_000, left));
        meters.poll();
      }
    },
    wish: (id: string, change: Partial<Proposal> = {}) =>
      current().commander.submit(
        proposalOf({ siteId: HOME, deviceId: house.device(id).id, channelId: house.device(id).channel, ...change }),
      ),
    /** Submits and plays until the command has ended. */
    act: async (id: string, change: Partial<Proposal> = {}): Promise<Action> => {
      const submitted = house.wish(id, change);
      if (!submitted.ok) throw new Error(submitted.error.message);
      if (!('action' in submitted.value)) throw new Error('It waits for a person.');
      return house.play(submitted.value.done);
    },
    play: async (done: Promise<Action>): Promise<Action> => {
      if (real.size > 0) return inTime(done);
      let ended: Action | null = null;
      void done.then((action) => {
        ended = action;
      });
      for (let turn = 0; turn < 400 && !ended; turn += 1) await clock.advance(250);
      return done;
    },
    close: (): void => {
      running?.ending.abort();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
};
export type House = Awaited<ReturnType<typeof createHouse>>;
