import type { Clock } from '../../clock.ts';
import { ok, permanent } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { ChannelActuator, ControlSpec } from '../types.ts';
import { BATTERY } from './readings.ts';
import { type EvccRest, notThere, wrongSetpoint } from './rest.ts';
import type { EvccState } from './state.ts';

/** evcc lets a mode go after 60 s: it is told twice in that time, so that one lost message does no harm. */
const REPEAT_MS = 25_000;
const WHAT = 'the mode of its battery';

/** What evcc calls "unknown" is a battery that nobody steers. */
const modeIn = (state: EvccState): string | null => {
  const mode = state.get('batteryMode');
  return typeof mode !== 'string' ? null : mode === 'unknown' || mode === '' ? 'normal' : mode;
};

/** False only where evcc says of every battery that it cannot be steered. */
const canSteer = (state: EvccState): boolean => {
  const said = [...state].filter(([key]) => /^battery\..*controllable$/.test(key));
  return said.length === 0 || said.some(([, value]) => value === true);
};

/**
 * The mode of evcc's battery. evcc itself ends a mode after a minute; while our lease runs it is told again, but only as
 * long as evcc still shows what we asked for, so that nobody else's choice is overwritten. When we die it ends by itself.
 */
export const createBatteryMode = (
  rest: EvccRest,
  spec: ControlSpec,
  clock: Clock,
): ChannelActuator & { readonly end: () => void } => {
  const life = new AbortController();
  let held: { readonly mode: string; readonly endsMs: number; seen: boolean; cancel: () => void } | null = null;

  const letGo = (): void => {
    held?.cancel();
    held = null;
  };

  const repeat = async (mine: NonNullable<typeof held>): Promise<void> => {
    if (held !== mine) return;
    if (clock.monotonicMs() >= mine.endsMs) return letGo();
    const state = await rest.state(life.signal);
    if (held !== mine) return;
    if (state.ok) {
      const shown = modeIn(state.value);
      if (shown === mine.mode) mine.seen = true;
      else if (mine.seen) return letGo();
    }
    await rest.set(`batterymode/${mine.mode}`, WHAT, life.signal);
    if (held === mine) mine.cancel = clock.after(REPEAT_MS, () => void repeat(mine));
  };

  return {
    channelId: BATTERY,
    spec,
    write: async (value, { leaseMs, signal: asked }) => {
      const isMode = spec.control.kind === 'choice' && spec.control.options.some((option) => option.value === value);
      if (!isMode || typeof value !== 'string') return wrongSetpoint('normal, hold or charge');
      letGo();
      const { signal, end } = eitherSignal(asked, life.signal);
      try {
        if (value === 'normal') return await rest.release('batterymode', WHAT, signal);
        const state = await rest.state(signal);
        if (!state.ok) return state;
        if (!canSteer(state.value))
          return permanent(
            'device.not-controllable',
            `${rest.name} has no battery that it can steer.`,
            'Choose a battery template in evcc that allows active control.',
          );
        const written = await rest.set(`batterymode/${value}`, WHAT, signal);
        if (!written.ok || life.signal.aborted) return written;
        const endsMs = leaseMs === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() + leaseMs;
        const mine = { mode: value, endsMs, seen: false, cancel: (): void => undefined };
        mine.cancel = clock.after(REPEAT_MS, () => void repeat(mine));
        held = mine;
        return written;
      } finally {
        end();
      }
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const state = await rest.state(signal);
      if (!state.ok) return state;
      const value = modeIn(state.value);
      if (value === null) return notThere(rest.name, 'battery');
      const isHeld = held !== null && held.mode === value && Number.isFinite(held.endsMs);
      const leaseEndsAt = isHeld && held !== null ? clock.now() + Math.round(held.endsMs - clock.monotonicMs()) : null;
      return ok({ value, leaseEndsAt, measuredAt });
    },
    end: () => {
      life.abort();
      letGo();
    },
  };
};
