import type { Setpoint, SiteId } from '../../preload/contract/base.ts';
import type { TrialResult } from '../../preload/contract/devices.ts';
import type { ChannelActuator, ReadBack } from '../devices/types.ts';
import { newId } from '../ids.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Ground } from './deps.ts';
import { sameSetpoint } from './stage.ts';
import type { TrialWish } from './types.ts';
import type { Verify } from './verify.ts';
import type { Wire } from './wire.ts';
import { sayPower, saySetpoint } from './words.ts';

export interface Trial {
  run(wish: TrialWish): Promise<Result<TrialResult>>;
}

/** The device's own timer ends the trial when this program dies in the middle of it. */
const TRIAL_LEASE_MS = 60_000;
const EFFECT_WITHIN_MS = 12_000;
const LOOK_EVERY_MS = 1_000;
/** A device whose driver asks for such rests (hashing boards, compressors) is not switched there and back. */
const HARMED_BY_SHORT_RUNS_MS = 600_000;
/** Between a meter's noise and the smallest load worth switching. */
const MOVED_W = 5;

/** The other position of a switch, or one step of a number; null where a trial would tell nothing or do too much. */
const otherValue = (now: Setpoint, { spec: { control } }: ChannelActuator): Setpoint | null => {
  if (control.kind === 'switch') return now !== true;
  if (control.kind !== 'number' || typeof now !== 'number') return null;
  // Across 0 a number means another thing: no limit, the other direction.
  const fits = (value: number): boolean =>
    value >= control.minimum && value <= control.maximum && Math.sign(value) === Math.sign(now);
  return [now + control.step, now - control.step].find(fits) ?? null;
};

/**
 * Switches a device that is being added, there and back, because a person agreed to it. It takes the same wires as every
 * command, is logged before they are touched, never runs while the house is stopped, and puts back what it found.
 */
export const createTrial = (
  ground: Ground,
  parts: { readonly wire: Wire; readonly verify: Verify; isStopped(siteId: SiteId): boolean },
): Trial => {
  const { actuators, bestEffort, bus, clock, store } = ground;
  const { wire, verify } = parts;
  const running = new Set<SiteId>();

  const effectOf = async (
    wish: TrialWish,
    before: number | null,
    on: Setpoint,
    signal: AbortSignal,
  ): Promise<{ readonly powerW: number | null; readonly moved: boolean }> => {
    const startedMs = clock.monotonicMs();
    for (;;) {
      const powerW = await wish.powerW(signal);
      const moved =
        powerW !== null && before !== null && (on === true ? powerW - before > MOVED_W : before - powerW > MOVED_W);
      if (moved || powerW === null || before === null || clock.monotonicMs() - startedMs >= EFFECT_WITHIN_MS)
        return { powerW, moved };
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  };

  /** Back to what was found, proven by a read-back. Tried even when the way there failed: nobody knows where it stands. */
  const putBack = async (actuator: ChannelActuator, before: ReadBack, signal: AbortSignal): Promise<boolean> => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const writtenMs = clock.monotonicMs();
      const written = await wire.write(actuator, before.value, null, signal);
      if (written.ok && (await verify.readBack(actuator, before.value, writtenMs, signal)).taken) return true;
      const shown = await wire.readBack(actuator, signal);
      if (shown.ok && sameSetpoint(shown.value.value, before.value, actuator.spec.control)) return true;
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
    return false;
  };

  const thereAndBack = async (
    wish: TrialWish,
    actuator: ChannelActuator,
    before: ReadBack,
    value: Setpoint,
    signal: AbortSignal,
  ): Promise<TrialResult> => {
    const { control } = actuator.spec;
    const say = (setpoint: Setpoint): string => saySetpoint(setpoint, control);
    const powerBeforeW = await wish.powerW(signal);
    const writtenMs = clock.monotonicMs();
    const lease = actuator.spec.deviceLease && value === true ? TRIAL_LEASE_MS : null;
    const written = await wire.write(actuator, value, lease, signal);
    const taken = written.ok && (await verify.readBack(actuator, value, writtenMs, signal)).taken;
    const effect =
      taken && control.kind === 'switch'
        ? await effectOf(wish, powerBeforeW, value, signal)
        : { powerW: null, moved: false };
    // Stopped meanwhile: what is off stays off, whoever wanted it on.
    const staysOff = parts.isStopped(wish.siteId) && before.value === true;
    const back = !staysOff && (await putBack(actuator, before, signal));
    const facts = { before: before.value, tried: value, powerBeforeW, powerTriedW: effect.powerW, putBack: back };
    const close = back ? `and back to ${say(before.value)}` : `but NOT back to ${say(before.value)}: look at it now`;
    if (!written.ok)
      return { ...facts, outcome: 'unreachable', sentence: `${written.error.message} ${written.error.advice}` };
    if (staysOff)
      return {
        ...facts,
        outcome: 'not-put-back',
        sentence: `${wish.name} stays off: the house was stopped during the trial.`,
      };
    if (!back) return { ...facts, outcome: 'not-put-back', sentence: `${wish.name} went to ${say(value)}, ${close}.` };
    if (!taken)
      return {
        ...facts,
        outcome: 'not-confirmed',
        sentence: `${wish.name} accepted ${say(value)} but never showed it.`,
      };
    if (control.kind !== 'switch' || effect.powerW === null || powerBeforeW === null)
      return { ...facts, outcome: 'works', sentence: `${wish.name} went to ${say(value)}, read back, ${close}.` };
    const powers = `${sayPower(powerBeforeW)} before, ${sayPower(effect.powerW)} after`;
    return effect.moved
      ? { ...facts, outcome: 'works', sentence: `${wish.name} went to ${say(value)}, ${close}. Measured: ${powers}.` }
      : {
          ...facts,
          outcome: 'no-effect',
          sentence: `${wish.name} went to ${say(value)}, ${close}, but its power did not follow (${powers}). Is the right load behind it, and switched on?`,
        };
  };

  const logged = async (
    wish: TrialWish,
    before: ReadBack,
    value: Setpoint,
    work: () => Promise<TrialResult>,
  ): Promise<Result<TrialResult>> => {
    const { siteId, deviceId, channelId, name, who, surface } = wish;
    const createdAt = clock.now();
    const row = {
      id: newId('act'),
      siteId,
      deviceId,
      channelId,
      deviceName: name,
      asked: value,
      allowed: value,
      before: before.value,
      origin: 'manual' as const,
      who,
      surface,
      reason: 'Tried there and back before it was saved.',
      reasonCode: 'TRIAL',
      verdict: 'allowed' as const,
      stages: [],
      step: 'checked' as const,
      outcome: 'pending' as const,
      sentence: 'Being tried.',
      attempts: 1,
      createdAt,
      sentAt: createdAt,
      finishedAt: null,
    };
    const isLogged = bestEffort.run('log a trial', () => {
      store.actions.insert(row, null);
      return true;
    });
    if (isLogged !== true)
      return permanent(
        'control.not-logged',
        'The trial could not be logged, so nothing was switched.',
        'Check the disk.',
      );
    const result = await work();
    const outcome = { works: 'confirmed', 'no-effect': 'not-confirmed', 'not-put-back': 'rollback-failed' } as const;
    const finished = {
      ...row,
      outcome:
        result.outcome === 'unreachable' || result.outcome === 'not-confirmed' || result.outcome === 'refused'
          ? result.outcome
          : outcome[result.outcome],
      sentence: result.sentence,
      finishedAt: clock.now(),
    };
    bestEffort.run('log the end of a trial', () => store.actions.update(finished));
    bus.emit('action', finished);
    return ok(result);
  };

  const refused = (sentence: string): Result<TrialResult> =>
    ok({
      outcome: 'refused',
      sentence,
      before: null,
      tried: null,
      powerBeforeW: null,
      powerTriedW: null,
      putBack: true,
    });

  return {
    run: async (wish) => {
      if (parts.isStopped(wish.siteId))
        return refused('The house is stopped: nothing is switched, not even as a trial.');
      if (running.has(wish.siteId)) return refused('Another trial is still running in this home.');
      const actuator = actuators.get(wish.deviceId, wish.channelId);
      if (!actuator) return refused(`${wish.name} has nothing that can be switched there.`);
      running.add(wish.siteId);
      // A stop in the middle ends the waiting at its next look; what was found is put back all the same.
      const own = new AbortController();
      try {
        const { minOnMs, minOffMs } = actuator.spec.defaultRules;
        if (Math.max(minOnMs, minOffMs) >= HARMED_BY_SHORT_RUNS_MS)
          return refused(`${wish.name} is only read: what needs minutes to start is harmed by a short run.`);
        const before = await wire.readBack(actuator, own.signal);
        if (!before.ok) return before;
        const value = otherValue(before.value.value, actuator);
        if (value === null) return refused(`${wish.name} is only read: a trial of it would change too much.`);
        return await logged(wish, before.value, value, () =>
          thereAndBack(wish, actuator, before.value, value, own.signal),
        );
      } finally {
        running.delete(wish.siteId);
      }
    },
  };
};
