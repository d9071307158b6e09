import type { Clock } from '../../clock.ts';
import type { SimulatedHouse } from './types.ts';
import { type VenusPath, venusPaths } from './venus-paths.ts';

const AWAKE_MS = 60_000;
const HEARTBEAT_MS = 3_000;
const LOOK_MS = 1_000;

interface Writable {
  value: number | null;
  readonly min?: number;
  readonly max?: number;
  act?(value: number): void;
}

export interface SimulatedGx {
  /** Something was published at the broker. */
  hear(topic: string, payload: Buffer): void;
  /** It takes writes and does nothing. */
  setLying(isLying: boolean): void;
  /** A device leaves the bus, as at night or by a pulled cable. */
  leave(service: string, instance: number): void;
  /** Another program, or a person at the display, changes a setting. */
  set(service: string, path: string, value: number | null): void;
  isAwake(): boolean;
  fullPublishes(): number;
  stop(): void;
}

const keyOf = ({ service, instance, path }: Omit<VenusPath, 'value'>): string => `${service}/${instance}/${path}`;

/**
 * A GX behind any broker, after the vendor's plug-in (dbus-flashmq): it keeps nothing but its serial number there, wakes
 * for 60 s with each keep-alive, then tells everything or only what changes, answers `R/` and obeys `W/` in silence.
 */
export const createSimulatedGx = (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly portal: string;
  say(topic: string, payload: string, retain: boolean): void;
  /** Paths that this firmware does not have, as `hub4/0/Overrides/Setpoint`. */
  readonly lacks?: readonly string[];
}): SimulatedGx => {
  const { clock, house, portal, say, lacks = [] } = options;
  const gone = new Set<string>();
  const timers = new Set<() => void>();
  const told = new Map<string, string>();
  let awakeUntilMs = Number.NEGATIVE_INFINITY;
  let isTicking = false;
  let isLying = false;
  let fullPublishes = 0;

  const follow = (): void => {
    const override = writable.get('hub4/0/Overrides/Setpoint')?.value ?? 0;
    house.setGridSetpointW(override === 0 ? (writable.get(STORED)?.value ?? 0) : override);
  };
  const STORED = 'settings/0/Settings/CGwacs/AcPowerSetPoint';
  const writable = new Map<string, Writable>([
    ['hub4/0/Overrides/Setpoint', { value: null, act: follow }],
    [STORED, { value: 50, min: 0, max: 0, act: follow }],
    [
      'settings/0/Settings/CGwacs/BatteryLife/MinimumSocLimit',
      { value: 10, min: 0, max: 100, act: house.setMinimumSocPct },
    ],
    ['settings/0/Settings/CGwacs/MaxDischargePower', { value: -1, min: -1, max: 0, act: house.setDischargeLimitW }],
    ['settings/0/Settings/SystemSetup/MaxChargeCurrent', { value: -1, min: -1, max: 0, act: house.setChargeLimitA }],
    ['settings/0/Settings/DynamicEss/Mode', { value: 0, min: 0, max: 4 }],
    ['system/0/Relay/0/State', { value: 0 }],
    ['system/0/Relay/1/State', { value: 0 }],
  ]);

  const payloads = (): ReadonlyMap<string, string> => {
    const fixed: readonly VenusPath[] = [
      { service: 'platform', instance: 0, path: 'Device/Model', value: 'Cerbo GX' },
      { service: 'platform', instance: 0, path: 'Firmware/Installed/Version', value: 'v3.60' },
    ];
    const all = new Map<string, string>();
    for (const path of [...venusPaths(house, portal), ...fixed])
      if (!gone.has(`${path.service}/${path.instance}`)) all.set(keyOf(path), JSON.stringify({ value: path.value }));
    for (const [key, { value, min, max }] of writable)
      all.set(key, JSON.stringify(min === undefined ? { value } : { max, min, value }));
    for (const key of lacks) all.delete(key);
    return all;
  };

  const later = (delayMs: number, work: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      work();
    });
    timers.add(cancel);
  };
  const isAwake = (): boolean => clock.monotonicMs() < awakeUntilMs;
  const tell = (key: string, payload: string): void => {
    told.set(key, payload);
    say(`N/${portal}/${key}`, payload, false);
  };
  const seconds = (): number => Math.floor(clock.now() / 1_000);

  const tellAll = (echo: string | null): void => {
    fullPublishes += 1;
    for (const [key, payload] of payloads()) tell(key, payload);
    const completed = { ...(echo === null ? {} : { 'full-publish-completed-echo': echo }), value: seconds() };
    say(`N/${portal}/full_publish_completed`, JSON.stringify(completed), false);
  };
  const tellChanges = (): void => {
    for (const [key, payload] of payloads()) if (told.get(key) !== payload) tell(key, payload);
  };
  const tick = (everyMs: number, work: () => void): void => {
    if (!isAwake()) {
      isTicking = false;
      return;
    }
    work();
    later(everyMs, () => tick(everyMs, work));
  };

  const keepAlive = (payload: string): void => {
    const echo = /"full-publish-completed-echo"\s*:\s*"([^"]*)"/.exec(payload)?.[1] ?? null;
    if (!payload.includes('suppress-republish')) tellAll(echo);
    awakeUntilMs = clock.monotonicMs() + AWAKE_MS;
    if (isTicking) return;
    isTicking = true;
    tick(HEARTBEAT_MS, () => say(`N/${portal}/heartbeat`, JSON.stringify({ value: seconds() }), false));
    tick(LOOK_MS, tellChanges);
  };

  /** A path, or everything below it; silence for what is not there. */
  const read = (key: string): void => {
    for (const [known, payload] of payloads()) if (known === key || known.startsWith(`${key}/`)) tell(known, payload);
  };

  const write = (key: string, payload: string): void => {
    const setting = writable.get(key);
    const value = /"value"\s*:\s*(-?\d+(?:\.\d+)?)\s*[,}]/.exec(payload)?.[1];
    if (isLying || setting === undefined || value === undefined || lacks.includes(key)) return;
    setting.value = Number(value);
    setting.act?.(setting.value);
    if (isAwake()) tellChanges();
  };

  follow();
  say(`N/${portal}/system/0/Serial`, JSON.stringify({ value: portal }), true);
  say(`N/${portal}/keepalive`, JSON.stringify({ value: 1 }), true);

  return {
    hear: (topic, payload) => {
      const [kind, whose, ...rest] = topic.split('/');
      if (whose !== portal) return;
      const key = rest.join('/');
      const text = payload.toString('utf8');
      if (kind === 'R' && (key === 'keepalive' || key === 'system/0/Serial')) keepAlive(text);
      else if (kind === 'R') read(key);
      else if (kind === 'W') write(key, text);
    },
    setLying: (next) => {
      isLying = next;
    },
    leave: (service, instance) => {
      for (const key of payloads().keys())
        if (key.startsWith(`${service}/${instance}/`)) {
          told.delete(key);
          say(`N/${portal}/${key}`, '', false);
        }
      gone.add(`${service}/${instance}`);
    },
    set: (service, path, value) => {
      const setting = writable.get(`${service}/0/${path}`);
      if (setting === undefined) throw new Error(`The simulated GX has no setting ${path}.`);
      setting.value = value;
      if (value !== null) setting.act?.(value);
      if (isAwake()) tellChanges();
    },
    isAwake,
    fullPublishes: () => fullPublishes,
    stop: () => {
      awakeUntilMs = Number.NEGATIVE_INFINITY;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
};
