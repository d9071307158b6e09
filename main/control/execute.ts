import type { Setpoint } from '../../preload/contract/base.ts';
import type { Action, ActionOutcome } from '../../preload/contract/control.ts';
import type { ChannelActuator, ReadBack } from '../devices/types.ts';
import type { Failure } from '../result.ts';
import type { Ground } from './deps.ts';
import type { RosterChannel } from './roster.ts';
import { isOn, sameSetpoint } from './stage.ts';
import type { EnvelopeVerdict } from './types.ts';
import type { EffectProof, Verify } from './verify.ts';
import { ABORTED, NOT_OWNER, type Wire } from './wire.ts';
import { saySetpoint, sayState } from './words.ts';

/** How a command ended, as far as the wire is concerned. */
export interface Finish {
  readonly outcome: ActionOutcome;
  readonly sentence: string;
  /** What the channel was last seen at; null when nobody knows. */
  readonly shown: ReadBack | null;
  /** The device refused it for good before anything changed: what held before holds again. */
  readonly untouched?: true;
}

export interface Execution {
  readonly channel: RosterChannel;
  readonly actuator: ChannelActuator;
  readonly value: Setpoint;
  /** Null where nobody has chosen one. */
  readonly safeState: Setpoint | null;
  readonly leaseMs: number | null;
  /** A wish that may only bring power down is never answered by bringing it up again. */
  readonly takesAway: boolean;
  readonly signal: AbortSignal;
  /** Judges again on the state that was just read; the write follows in the same turn. */
  recheck(seen: ReadBack): EnvelopeVerdict;
  /** Writes the budget's row; false when it could not be written, and then the wire is not touched. */
  recordWrite(value: Setpoint, before: Setpoint, timerMs: number | null, kind: 'command' | 'rollback'): boolean;
  /** Every state that the device showed counts, so that a switch there and back is two switches and rests after both. */
  saw(read: ReadBack): void;
  /** Shows progress: the row is updated and an event goes out. */
  progress(parts: Partial<Action>): void;
}

type Try =
  | { readonly kind: 'taken'; readonly shown: ReadBack; readonly writtenMs: number }
  | { readonly kind: 'limited'; readonly shown: ReadBack }
  | { readonly kind: 'finish'; readonly finish: Finish }
  | { readonly kind: 'failed'; readonly accepted: boolean; readonly permanent: boolean; readonly why: string };

const isSafe = ({ safeState, actuator }: Execution, value: Setpoint): boolean =>
  safeState !== null && sameSetpoint(value, safeState, actuator.spec.control);

/** Read, judge, write, read back, look for the effect, try again, roll back. One call is one command. */
export const createExecute = (ground: Ground, wire: Wire, verify: Verify) => {
  const { clock, timings } = ground;

  const interrupted = (shown: ReadBack | null): Finish => ({
    outcome: 'interrupted',
    sentence: 'The command was broken off.',
    shown,
  });
  const why = (error: Failure): string => `${error.message} ${error.advice}`;

  /** One attempt. `before` is the state recorded by the first attempt. */
  const attempt = async (
    run: Execution,
    before: ReadBack | null,
    number: number,
  ): Promise<Try & { before?: ReadBack }> => {
    const { actuator, channel, signal } = run;
    const { name } = channel.config;
    const seen = await wire.readBack(actuator, signal);
    if (signal.aborted) return { kind: 'finish', finish: interrupted(before) };
    if (!seen.ok)
      return { kind: 'failed', accepted: false, permanent: seen.error.kind === 'permanent', why: why(seen.error) };
    const recorded = before ?? seen.value;
    const verdict = run.recheck(seen.value);
    if (verdict.setpoint === null) {
      // The value turned up after all between two attempts: then only the effect is still to be seen.
      if (
        verdict.code === 'UNCHANGED' &&
        before !== null &&
        !sameSetpoint(recorded.value, run.value, actuator.spec.control)
      )
        return { kind: 'taken', shown: seen.value, writtenMs: clock.monotonicMs(), before: recorded };
      // Only what an earlier attempt sent is there to be taken back.
      if (before !== null)
        return { kind: 'failed', accepted: true, permanent: true, why: verdict.sentence, before: recorded };
      const outcome = verdict.code === 'UNCHANGED' ? 'unchanged' : 'refused';
      return { kind: 'finish', finish: { outcome, sentence: verdict.sentence, shown: seen.value } };
    }
    const value = verdict.setpoint;
    run.progress({ before: recorded.value, allowed: value, attempts: number });
    // A timer towards the unsafe side would turn a load on after we died.
    const leaseMs = run.leaseMs !== null && !isSafe(run, value) ? run.leaseMs : null;
    if (!run.recordWrite(value, seen.value.value, leaseMs, 'command'))
      return {
        kind: 'finish',
        finish: {
          outcome: 'refused',
          sentence: 'The write could not be logged, so nothing was sent.',
          shown: seen.value,
        },
      };
    const writtenMs = clock.monotonicMs();
    const writtenAt = clock.now();
    const written = await wire.write(actuator, value, leaseMs, signal);
    if (signal.aborted) return { kind: 'finish', finish: interrupted(seen.value) };
    if (!written.ok) {
      if (written.error.code === NOT_OWNER)
        return { kind: 'finish', finish: { outcome: 'refused', sentence: why(written.error), shown: seen.value } };
      const permanent = written.error.kind === 'permanent';
      return { kind: 'failed', accepted: false, permanent, why: why(written.error), before: recorded };
    }
    run.progress({ step: 'sent', sentAt: writtenAt });
    const proof = await verify.readBack(actuator, value, writtenMs, signal);
    if (proof.shown) run.saw(proof.shown);
    if (signal.aborted) return { kind: 'finish', finish: interrupted(proof.shown) };
    if (proof.taken && proof.shown) return { kind: 'taken', shown: proof.shown, writtenMs, before: recorded };
    const shown = proof.shown;
    const control = actuator.spec.control;
    if (shown && control.kind === 'number' && !sameSetpoint(shown.value, recorded.value, control))
      return { kind: 'limited', shown, before: recorded };
    const said = shown ? `${name} still shows ${saySetpoint(shown.value, control)}.` : `${name} has not confirmed it.`;
    return { kind: 'failed', accepted: true, permanent: false, why: said, before: recorded };
  };

  /** Back to the recorded state, verified too. Never away from the safe state: what should be safe stays so. */
  const rollBack = async (
    run: Execution,
    before: ReadBack | null,
    accepted: boolean,
    said: string,
  ): Promise<Finish> => {
    const { actuator, channel, signal } = run;
    const { control } = actuator.spec;
    const { name } = channel.config;
    const silent: Finish = { outcome: 'unreachable', sentence: `${name} could not be reached. ${said}`, shown: null };
    if (before === null)
      return accepted ? { ...silent, outcome: 'not-confirmed', sentence: `Not confirmed: ${said}` } : silent;
    // Where it stood before is where it was sent: there is nothing to take back, and another write would wear its memory.
    const stays = sameSetpoint(before.value, run.value, control);
    if (stays || run.takesAway || isSafe(run, run.value) || (isOn(before.value) && !isOn(run.value)))
      return { outcome: accepted ? 'not-confirmed' : 'unreachable', sentence: `Not confirmed: ${said}`, shown: null };
    if (!run.recordWrite(before.value, run.value, null, 'rollback'))
      return { outcome: 'rollback-failed', sentence: `${said} The way back could not be logged.`, shown: null };
    const writtenMs = clock.monotonicMs();
    const written = await wire.write(actuator, before.value, null, signal);
    const was = saySetpoint(before.value, control);
    if (!written.ok) {
      if (written.error.code === ABORTED) return interrupted(null);
      return accepted
        ? { outcome: 'rollback-failed', sentence: `${said} ${name} could not be taken back to ${was}.`, shown: null }
        : silent;
    }
    const proof = await verify.readBack(actuator, before.value, writtenMs, signal);
    if (proof.shown) run.saw(proof.shown);
    if (signal.aborted) return interrupted(proof.shown);
    return proof.taken
      ? {
          outcome: 'rolled-back',
          sentence: `${said} ${name} is ${sayState(before.value, control)} again, read back.`,
          shown: proof.shown,
        }
      : {
          outcome: 'rollback-failed',
          sentence: `${said} ${name} was sent back to ${was} but does not show it.`,
          shown: proof.shown,
        };
  };

  /** No measured effect: a load that is known to draw power is taken back; anything else is left and shown as doubtful. */
  const withoutEffect = async (
    run: Execution,
    before: ReadBack | null,
    shown: ReadBack,
    proof: EffectProof & { kind: 'absent' },
  ): Promise<Finish> => {
    const { name, ratedPowerW, role } = run.channel.config;
    const said = `${name} says ${saySetpoint(shown.value, run.actuator.spec.control)}, but its power did not follow. ${proof.sentence}`;
    // A thermostat may rightly draw nothing, and so may a plug with nothing in it.
    const expected = ratedPowerW !== null && ratedPowerW > 0 && role !== 'water-heater';
    return expected && isOn(shown.value)
      ? rollBack(run, before, true, said)
      : { outcome: 'not-confirmed', sentence: said, shown };
  };

  return async (run: Execution): Promise<Finish> => {
    let before: ReadBack | null = null;
    let accepted = false;
    let said = '';
    for (let number = 1; number <= timings.backOffMs.length + 1; number += 1) {
      const tried: Try & { before?: ReadBack } = await attempt(run, before, number);
      before = tried.before ?? before;
      if (tried.kind === 'finish') return tried.finish;
      if (tried.kind === 'limited')
        return {
          outcome: 'limited',
          sentence: `${run.channel.config.name} limited it to ${saySetpoint(tried.shown.value, run.actuator.spec.control)}.`,
          shown: tried.shown,
        };
      if (tried.kind === 'taken') {
        run.progress({ step: 'read', outcome: 'settling', sentence: 'Read back; waiting for the power to follow.' });
        const proof = await verify.effect(run.channel, run.actuator, tried.shown.value, tried.writtenMs, run.signal);
        if (run.signal.aborted) return interrupted(tried.shown);
        if (proof.kind === 'absent') return withoutEffect(run, before, tried.shown, proof);
        const { name } = run.channel.config;
        const is = `${name} is ${sayState(tried.shown.value, run.actuator.spec.control)}, read back.`;
        if (proof.kind === 'moved') run.progress({ step: 'moved' });
        return {
          outcome: 'confirmed',
          sentence:
            proof.kind === 'moved' ? `${is} ${proof.sentence}` : `${is} Its effect is not measured: ${proof.because}.`,
          shown: tried.shown,
        };
      }
      accepted ||= tried.accepted;
      said = tried.why;
      // Refused for good and never accepted: nothing has changed, so there is nothing to take back.
      if (tried.permanent && !accepted)
        return {
          outcome: 'not-confirmed',
          sentence: `${run.channel.config.name} did not take it: ${said}`,
          shown: null,
          untouched: true,
        };
      const wait = timings.backOffMs[number - 1];
      if (tried.permanent || wait === undefined) break;
      await clock.sleep(wait, run.signal);
      if (run.signal.aborted) return interrupted(before);
    }
    return rollBack(run, before, accepted, said);
  };
};
