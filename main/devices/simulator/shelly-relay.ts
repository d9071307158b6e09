import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { SimulatedHouse } from './types.ts';

/** What the simulator can be: with a meter as the captured Plus 1PM and Plug S, or without one as the Mini. */
const SHELLY_MODELS = {
  Plus1PM: { app: 'Plus1PM', model: 'SNSW-001P16EU', prefix: 'shellyplus1pm', gen: 2, metered: true },
  PlusPlugS: { app: 'PlusPlugS', model: 'SNPL-00112EU', prefix: 'shellyplusplugs', gen: 2, metered: true },
  Mini1G4: { app: 'Mini1G4', model: 'S4SW-001X8EU', prefix: 'shelly1minig4', gen: 4, metered: false },
} as const;
export type ShellyModel = keyof typeof SHELLY_MODELS;

export type SwitchSource = 'init' | 'WS_in' | 'HTTP_in' | 'button' | 'timer';

export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ShellyRelay {
  readonly id: string;
  readonly mac: string;
  info(login: boolean): object;
  status(): Record<string, unknown>;
  /** Throws RpcError with the vendor's codes. `acts` false accepts and does nothing. */
  run(method: string, params: ReadonlyMap<string, unknown>, source: SwitchSource, acts: boolean): unknown;
  press(): void;
  reboot(): void;
  /** Hears of a change of the relay, with the members that changed. */
  onChange(listener: (patch: object) => void): void;
  close(): void;
}

/** The relay in front of one load of the simulated house: output, timer, meter and counters. */
export const createShellyRelay = (options: {
  readonly house: SimulatedHouse;
  readonly loadId: string;
  readonly clock: Clock;
  readonly model: ShellyModel;
}): ShellyRelay => {
  const { house, loadId, clock } = options;
  const model = SHELLY_MODELS[options.model];
  const mac = createHash('sha256').update(`${options.model}:${loadId}`).digest('hex').slice(0, 12).toUpperCase();
  const id = `${model.prefix}-${mac.toLowerCase()}`;
  const listeners: ((patch: object) => void)[] = [];
  let source: SwitchSource = 'init';
  let timer: { readonly startedAtMs: number; readonly durationS: number; readonly cancel: () => void } | null = null;
  let bootedAtMs = clock.monotonicMs();
  let countedFromKwh = 0;

  const load = () => {
    const found = house.state().loads.find((candidate) => candidate.id === loadId);
    if (!found) throw new Error(`The simulated house has no load "${loadId}".`);
    return found;
  };

  const timerFields = () =>
    timer ? { timer_started_at: timer.startedAtMs / 1000, timer_duration: timer.durationS } : {};

  const switchStatus = (): Record<string, unknown> => {
    const { on, powerW, energyKwh } = load();
    const voltage = house.state().gridVoltageV;
    const meter = {
      apower: Math.round(powerW * 10) / 10,
      voltage: Math.round(voltage * 10) / 10,
      current: Math.round((powerW / voltage) * 1000) / 1000,
      aenergy: {
        total: Math.round((energyKwh - countedFromKwh) * 1e6) / 1000,
        by_minute: [0, 0, 0],
        minute_ts: Math.floor(clock.now() / 60_000) * 60,
      },
    };
    return {
      id: 0,
      source,
      output: on,
      ...(model.metered ? meter : {}),
      temperature: { tC: 41.3, tF: 106.3 },
      ...timerFields(),
    };
  };

  const set = (on: boolean, by: SwitchSource, toggleAfterS: number | null): void => {
    timer?.cancel();
    timer = null;
    source = by;
    house.switchLoad(loadId, on);
    if (toggleAfterS !== null) {
      const cancel = clock.after(toggleAfterS * 1000, () => {
        timer = null;
        set(!on, 'timer', null);
      });
      timer = { startedAtMs: clock.now(), durationS: toggleAfterS, cancel };
    }
    const patch = { id: 0, output: on, source: by, ...timerFields() };
    for (const listener of listeners) listener(patch);
  };

  const relayIn = (params: ReadonlyMap<string, unknown>): void => {
    const asked = params.get('id');
    if (typeof asked !== 'number') throw new RpcError(-103, "Missing or bad argument 'id'!");
    if (asked !== 0) throw new RpcError(-105, `Argument 'id', value ${asked} not found!`);
  };

  const status = (): Record<string, unknown> => ({
    'switch:0': switchStatus(),
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

  const info = (login: boolean): object => ({
    name: null,
    id,
    mac,
    slot: 0,
    model: model.model,
    gen: model.gen,
    fw_id: '20260714-100000/2.0.0-gsimulated',
    ver: '2.0.0',
    app: model.app,
    auth_en: login,
    auth_domain: login ? id : null,
  });

  const flip = (by: SwitchSource, acts: boolean) => {
    const wasOn = load().on;
    if (acts) set(!wasOn, by, null);
    return { was_on: wasOn };
  };

  const methods: Readonly<
    Record<string, (params: ReadonlyMap<string, unknown>, by: SwitchSource, acts: boolean) => unknown>
  > = {
    'Shelly.GetStatus': () => status(),
    'Shelly.GetConfig': () => ({ 'switch:0': { id: 0, initial_state: 'off', auto_off: false, auto_on: false } }),
    'Shelly.ListMethods': () => ({ methods: Object.keys(methods) }),
    'Switch.GetStatus': (params) => {
      relayIn(params);
      return switchStatus();
    },
    'Switch.Set': (params, by, acts) => {
      relayIn(params);
      const on = params.get('on');
      const after = params.get('toggle_after') ?? null;
      if (typeof on !== 'boolean') throw new RpcError(-103, "Missing or bad argument 'on'!");
      if (after !== null && (typeof after !== 'number' || after <= 0))
        throw new RpcError(-103, "Bad argument 'toggle_after'!");
      const wasOn = load().on;
      if (acts) set(on, by, after);
      return { was_on: wasOn };
    },
    'Switch.Toggle': (params, by, acts) => {
      relayIn(params);
      return flip(by, acts);
    },
    'Switch.ResetCounters': (params) => {
      relayIn(params);
      countedFromKwh = load().energyKwh;
      return null;
    },
  };

  return {
    id,
    mac,
    info,
    status,
    run: (method, params, by, acts) => {
      const handler = methods[method];
      if (!handler) throw new RpcError(404, `No handler for ${method}`);
      return handler(params, by, acts);
    },
    press: () => void flip('button', true),
    reboot: () => {
      bootedAtMs = clock.monotonicMs();
      set(false, 'init', null); // initial_state "off", and a running timer is forgotten.
    },
    onChange: (listener) => void listeners.push(listener),
    close: () => timer?.cancel(),
  };
};
