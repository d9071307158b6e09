import type { Setpoint } from '../../preload/contract/base.ts';
import type { ChannelActuator, ReadBack } from '../devices/types.ts';
import type { Ground } from './deps.ts';
import type { RosterChannel } from './roster.ts';
import { isOn, sameSetpoint } from './stage.ts';
import type { Wire } from './wire.ts';
import { measuredSince, within } from './wire.ts';
import { sayPower } from './words.ts';

const EFFECT_EVERY_MS = 1_000;

/** What the device itself said after a write; `shown` is its newest answer that is newer than the write. */
interface ReadBackProof {
  readonly taken: boolean;
  readonly shown: ReadBack | null;
  /** Whether anything at all came back. */
  readonly answered: boolean;
}

export type EffectProof =
  | { readonly kind: 'moved'; readonly sentence: string }
  | { readonly kind: 'not-measured'; readonly because: string }
  | { readonly kind: 'absent'; readonly sentence: string };

/** `writtenMs` is the monotonic time just before the write. */
export interface Verify {
  /** Reads until the device shows the value in a reading newer than the write, or its time is up. */
  readBack(actuator: ChannelActuator, value: Setpoint, writtenMs: number, signal: AbortSignal): Promise<ReadBackProof>;
  /** Looks whether measured power moved as the device's declaration says. */
  effect(
    channel: RosterChannel,
    actuator: ChannelActuator,
    value: Setpoint,
    writtenMs: number,
    signal: AbortSignal,
  ): Promise<EffectProof>;
}

export const createVerify = (ground: Ground, wire: Wire): Verify => {
  const { clock, telemetry, timings } = ground;
  return {
    readBack: async (actuator, value, writtenMs, signal) => {
      const { spec } = actuator;
      const startedMs = clock.monotonicMs();
      let shown: ReadBack | null = null;
      let answered = false;
      await clock.sleep(spec.readBackAfterMs, signal);
      for (;;) {
        const read = await wire.readBack(actuator, signal);
        if (signal.aborted) return { taken: false, shown, answered };
        if (read.ok) {
          answered = true;
          // A cached answer from before the write proves nothing.
          if (measuredSince(clock, read.value.measuredAt, writtenMs)) shown = read.value;
          if (shown && sameSetpoint(shown.value, value, spec.control)) return { taken: true, shown, answered };
        }
        if (clock.monotonicMs() - startedMs >= spec.readBackWithinMs) return { taken: false, shown, answered };
        await clock.sleep(spec.readEveryMs ?? timings.readEveryMs, signal);
      }
    },
    effect: async (channel, actuator, value, writtenMs, signal) => {
      const { effect } = actuator.spec;
      const { deviceId, config } = channel;
      if (effect.kind === 'none') return { kind: 'not-measured', because: effect.because };
      if (!telemetry.latest(deviceId, config.channelId, 'powerW'))
        return { kind: 'not-measured', because: 'it has no meter' };
      const startedMs = clock.monotonicMs();
      for (;;) {
        await within(ground, timings.wireLimitMs, signal, (own) => telemetry.refresh(deviceId, own));
        const power = telemetry.latest(deviceId, config.channelId, 'powerW');
        const newer = power && measuredSince(clock, power.measuredAt, writtenMs) && power.quality !== 'suspect';
        const measured = newer ? power.value : null;
        const moved = measured !== null && (isOn(value) ? measured > effect.onAboveW : measured < effect.offBelowW);
        if (moved) return { kind: 'moved', sentence: `It draws ${sayPower(measured)}.` };
        if (signal.aborted || clock.monotonicMs() - startedMs >= effect.withinMs)
          return {
            kind: 'absent',
            sentence:
              measured === null
                ? 'No power was measured after the command.'
                : `Its measured power is ${sayPower(measured)}.`,
          };
        // A miner or a cloud is not asked every second while its power is waited for.
        await clock.sleep(actuator.spec.readEveryMs ?? EFFECT_EVERY_MS, signal);
      }
    },
  };
};
