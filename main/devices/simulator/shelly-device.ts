import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { createShellyClimate } from './shelly-climate.ts';
import { type ShellyModel, shapeOf } from './shelly-models.ts';
import { em1Parts, emParts, idleSwitchPart, pm1Part, switchPart } from './shelly-parts.ts';
import { createSimulatedRelay, type SimulatedRelay, type SwitchSource } from './shelly-relay.ts';
import { type MethodTable, needId, RpcError } from './shelly-rpc.ts';
import type { SimulatedHouse } from './types.ts';

export interface ShellyDevice {
  readonly id: string;
  readonly mac: string;
  info(login: boolean): object;
  status(): Record<string, unknown>;
  /** Throws RpcError with the vendor's codes. `acts` false accepts and does nothing. */
  run(method: string, params: ReadonlyMap<string, unknown>, source: SwitchSource, acts: boolean): unknown;
  press(): void;
  reboot(): void;
  /** Hears of a change, as the components that changed with the members that did. */
  onChange(listener: (patch: Readonly<Record<string, unknown>>) => void): void;
  /** What the meters say now, by component; to be pushed. */
  measured(): Readonly<Record<string, unknown>>;
  close(): void;
}

/** A device of generation 2 or later on the simulated house: components, methods and timers, without any transport. */
export const createShellyDevice = (options: {
  readonly house: SimulatedHouse;
  /** Behind the outputs in their order; further outputs have nothing behind them. */
  readonly loadIds: readonly string[];
  readonly clock: Clock;
  readonly model: ShellyModel;
}): ShellyDevice => {
  const { house, loadIds, clock } = options;
  const shape = shapeOf(options.model);
  const seed = `${options.model}:${loadIds[0] ?? ''}`;
  const mac = createHash('sha256').update(seed).digest('hex').slice(0, 12).toUpperCase();
  const id = `${shape.prefix}-${shape.prefix.startsWith('Shelly') ? mac : mac.toLowerCase()}`;
  const listeners: ((patch: Readonly<Record<string, unknown>>) => void)[] = [];
  const tell = (patch: Readonly<Record<string, unknown>>): void => {
    for (const listener of listeners) listener(patch);
  };
  let bootedAtMs = clock.monotonicMs();

  const relays: readonly SimulatedRelay[] = loadIds
    .slice(0, Math.max(shape.relays, shape.meter === 'pm1' ? 1 : 0))
    .map((loadId, index) => createSimulatedRelay({ house, clock, loadId, onSwitch: () => tell(switchPatch(index)) }));
  const climate = createShellyClimate({ shape, clock, tell });

  const relayAt = (index: number): SimulatedRelay => {
    const relay = index < shape.relays ? relays[index] : undefined;
    if (!relay) throw new RpcError(-105, `Argument 'id', value ${index} not found!`);
    return relay;
  };

  const switchStatus = (index: number): Record<string, unknown> => {
    const relay = relays[index];
    return relay ? switchPart(index, relay, shape, house, clock) : idleSwitchPart(index, shape, house);
  };

  const switchPatch = (index: number): Record<string, unknown> => {
    const { output, source, timer_started_at, timer_duration } = switchStatus(index);
    const timer = timer_started_at === undefined ? {} : { timer_started_at, timer_duration };
    return { [`switch:${index}`]: { id: index, output, source, ...timer } };
  };

  const switches = (): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: shape.relays }, (_, index) => [`switch:${index}`, switchStatus(index)]));

  const meters = (): Record<string, unknown> => {
    const [first] = relays;
    if (shape.meter === 'em') return emParts(house);
    if (shape.meter === 'em1') return em1Parts(house);
    return shape.meter === 'pm1' && first ? { 'pm1:0': pm1Part(first, house, clock) } : {};
  };

  const status = (): Record<string, unknown> => ({
    ...switches(),
    ...meters(),
    ...climate.status(),
    'input:0': { id: 0, state: false },
    sys: {
      mac,
      restart_required: false,
      unixtime: Math.floor(clock.now() / 1000),
      uptime: Math.floor((clock.monotonicMs() - bootedAtMs) / 1000),
      cfg_rev: 9,
      available_updates: {},
    },
    wifi: { rssi: -61, status: 'got ip' },
    cloud: { connected: false },
  });

  const methods: MethodTable = {
    'Shelly.GetStatus': () => status(),
    'Shelly.GetConfig': () => ({ 'switch:0': { id: 0, initial_state: 'off', auto_off: false, auto_on: false } }),
    'Shelly.ListMethods': () => ({ methods: Object.keys(methods) }),
    'Switch.GetStatus': (params) => {
      const index = needId(params);
      if (index >= shape.relays) throw new RpcError(-105, `Argument 'id', value ${index} not found!`);
      return switchStatus(index);
    },
    'Switch.Set': (params, by, acts) => {
      const relay = relayAt(needId(params));
      const on = params.get('on');
      const after = params.get('toggle_after') ?? null;
      if (typeof on !== 'boolean') throw new RpcError(-103, "Missing or bad argument 'on'!");
      if (after !== null && (typeof after !== 'number' || after <= 0))
        throw new RpcError(-103, "Bad argument 'toggle_after'!");
      const wasOn = relay.load().on;
      if (acts) relay.set(on, by, after);
      return { was_on: wasOn };
    },
    'Switch.Toggle': (params, by, acts) => {
      const relay = relayAt(needId(params));
      const wasOn = relay.load().on;
      if (acts) relay.set(!wasOn, by, null);
      return { was_on: wasOn };
    },
    'Switch.ResetCounters': (params) => {
      relayAt(needId(params)).resetCounter();
      return null;
    },
    ...climate.methods,
  };

  return {
    id,
    mac,
    info: (login) => ({
      name: null,
      id,
      mac,
      slot: 0,
      model: shape.model,
      gen: shape.gen,
      fw_id: '20260714-100000/2.0.0-gsimulated',
      ver: '2.0.0',
      app: shape.app,
      auth_en: login,
      auth_domain: login ? id : null,
      ...(shape.meter === 'em' ? { profile: 'triphase' } : shape.meter === 'em1' ? { profile: 'monophase' } : {}),
    }),
    status,
    run: (method, params, by, acts) => {
      const handler = methods[method];
      if (!handler) throw new RpcError(404, `No handler for ${method}`);
      return handler(params, by, acts);
    },
    press: () => relays[0]?.set(!relays[0].load().on, 'button', null),
    reboot: () => {
      bootedAtMs = clock.monotonicMs();
      // initial_state "off", and a running timer is forgotten.
      if (shape.relays > 0) for (const relay of relays) relay.set(false, 'init', null);
    },
    onChange: (listener) => void listeners.push(listener),
    measured: () => ({ ...(shape.metered ? switches() : {}), ...meters() }),
    close: () => {
      for (const relay of relays) relay.close();
    },
  };
};
