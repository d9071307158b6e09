import type { Setpoint } from '../../../preload/contract/base.ts';
import { consumes, isOn, rulesOf } from '../../control/stage.ts';
import type { KnownChannel } from '../check/types.ts';
import { channelKey, type ReplayData, type ReplayHome } from './types.ts';

/** What keeps a wish from being done at this moment. */
export type Refusal = 'dwell' | 'switches' | 'budget' | 'charge' | 'import';

/** What a switch may look at before it begins something. */
export interface Present {
  readonly at: number;
  /** Of the local day, so that the budget of writes begins anew with it. */
  readonly dayAt: number;
  readonly socPct: number | null;
  readonly gridW: number | null;
}

/** The controllable channels while rules run over the past: as measured until a rule wants something else. */
export interface Loads {
  /** Takes over what was measured at a step, for the channels that no rule holds. */
  observe(step: number, at: number): void;
  isOn(key: string): boolean | null;
  /** What it draws now, W; null where nobody knows. */
  powerW(key: string): number | null;
  /** How much more the house draws than was measured, W. */
  deltaW(): number;
  /** Asks for a value, or to let go (null); answers what kept it from happening. */
  want(key: string, value: Setpoint | null, present: Present): Refusal | null;
  /** The reserve that a rule set on the battery, %; null where none did. */
  reservePct(): number | null;
}

interface State {
  readonly channel: KnownChannel;
  /** Null while it goes as measured. */
  value: Setpoint | null;
  on: boolean | null;
  powerW: number;
  measuredW: number;
  changedAt: number | null;
  switchedAt: number[];
  dayAt: number;
  writes: number;
}

const HOUR_MS = 3_600_000;

const known = (column: Float64Array | undefined, step: number): number | null => {
  const value = column?.[step] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
};

/** `keys` are the channels that some rule commands; all others go as measured. */
export const createLoads = (data: ReplayData, home: ReplayHome, keys: ReadonlySet<string>): Loads => {
  const { settings, safety } = home;
  const states = new Map<string, State>();
  for (const channel of home.channels) {
    const key = channelKey(channel.deviceId, channel.config.channelId);
    if (!keys.has(key)) continue;
    const blank = { value: null, on: null, powerW: 0, measuredW: 0, changedAt: null, dayAt: 0, writes: 0 };
    states.set(key, { channel, ...blank, switchedAt: [] });
  }
  let now = 0;
  let reservePct: number | null = null;

  const measuredOn = (key: string): boolean | null => {
    const on = known(data.channels.get(key)?.on, now);
    return on === null ? null : on > 0.5;
  };
  const measuredW = (key: string): number => Math.max(0, known(data.channels.get(key)?.powerW, now) ?? 0);

  /** What it draws while it runs: as measured if it ran then too, else as it usually did. */
  const runningW = (key: string, state: State, value: Setpoint): number => {
    const { control } = state.channel;
    if (control?.kind === 'number' && typeof value === 'number') {
      if (control.unit === 'W') return Math.max(0, value);
      if (control.unit === 'A') return Math.max(0, value) * safety.voltageV * safety.phases;
    }
    const measured = measuredOn(key) ? measuredW(key) : 0;
    return measured > 0 ? measured : (data.usualW.get(key) ?? 0);
  };
  const settle = (key: string, state: State): void => {
    if (!consumes(state.channel.config.role)) return;
    state.measuredW = measuredW(key);
    if (state.value === null) state.powerW = state.measuredW;
    else state.powerW = isOn(state.value) ? runningW(key, state, state.value) : 0;
  };

  const refusal = (
    key: string,
    state: State,
    wish: { readonly target: boolean; readonly value: Setpoint | null },
    present: Present,
  ): Refusal | null => {
    const { target, value } = wish;
    const rules = rulesOf(state.channel);
    const restMs = target ? rules.minOffMs : rules.minOnMs;
    if (state.changedAt !== null && present.at - state.changedAt < restMs) return 'dwell';
    state.switchedAt = state.switchedAt.filter((at) => present.at - at < HOUR_MS);
    if (state.switchedAt.length >= rules.maxSwitchesPerHour) return 'switches';
    if (!target || !consumes(state.channel.config.role)) return null;
    const floorPct = Math.max(settings.minimumSocPct, settings.criticalSocPct);
    const hasBattery = settings.batteryCapacityKwh !== 0;
    if (hasBattery && present.socPct !== null && present.socPct < floorPct) return 'charge';
    const drawsW = runningW(key, state, value ?? true);
    return present.gridW !== null && present.gridW + drawsW > settings.maxGridImportW ? 'import' : null;
  };

  return {
    observe: (step, at) => {
      now = step;
      for (const [key, state] of states) {
        if (state.value === null) {
          const on = measuredOn(key);
          if (on !== state.on && on !== null && state.on !== null) state.changedAt = at;
          state.on = on;
        }
        settle(key, state);
      }
    },
    isOn: (key) => {
      const state = states.get(key);
      return state === undefined ? measuredOn(key) : state.on;
    },
    powerW: (key) => {
      const state = states.get(key);
      const measured = known(data.channels.get(key)?.powerW, now);
      return state === undefined || (state.value === null && measured === null) ? measured : state.powerW;
    },
    deltaW: () => {
      let sum = 0;
      for (const { powerW, measuredW: was } of states.values()) sum += powerW - was;
      return sum;
    },
    want: (key, value, present) => {
      const state = states.get(key);
      if (state === undefined || value === state.value) return null;
      if (state.dayAt !== present.dayAt) {
        state.dayAt = present.dayAt;
        state.writes = 0;
      }
      const target = value === null ? measuredOn(key) : isOn(value);
      const isFlip = state.on !== null && target !== null && target !== state.on;
      // The same on or off is no write for a switch; other controls are written whenever the value changes.
      const isWrite = isFlip || state.on === null || typeof value === 'number' || typeof value === 'string';
      if (isWrite) {
        if (state.writes >= rulesOf(state.channel).writeBudgetPerDay) return 'budget';
        const refused = isFlip && target !== null ? refusal(key, state, { target, value }, present) : null;
        if (refused !== null) return refused;
        state.writes += 1;
      }
      if (isFlip) {
        state.changedAt = present.at;
        state.switchedAt.push(present.at);
      }
      state.value = value;
      state.on = target;
      const { config, control } = state.channel;
      if (config.role === 'battery' && control?.kind === 'number' && control.unit === '%')
        reservePct = typeof value === 'number' ? value : null;
      settle(key, state);
      return null;
    },
    reservePct: () => reservePct,
  };
};
