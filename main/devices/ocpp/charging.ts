import type { Clock } from '../../clock.ts';
import { ok, type Result } from '../../result.ts';
import type { ChargePoint } from './charge-point.ts';
import { noReadBack, noTransaction, notAccepted, wrongSetpoint } from './failures.ts';
import { compositeSchema, statusAnswerSchema } from './messages.ts';
import { LEAST_A, limitOf, profileRequest, shownBy, type Wish, wishEndsMs, wishedA } from './profiles.ts';
import type { ChargerSettings } from './settings.ts';

/** A charger that answers a trigger sends what was asked for right after. */
const TRIGGERED_MS = 10_000;
const ON_STATUSES: ReadonlySet<string> = new Set(['Charging', 'SuspendedEV']);

export interface Shown {
  readonly charging: boolean;
  readonly limitA: number;
  /** UTC ms; null where the charger does not end it by itself. */
  readonly chargingEndsAt: number | null;
  readonly limitEndsAt: number | null;
}

export interface Charging {
  /** Changes one part of what is wished; the other stays. */
  set(
    change: { readonly charging: boolean } | { readonly limitA: number },
    leaseMs: number | null,
    signal: AbortSignal,
  ): Promise<Result<void>>;
  shown(signal: AbortSignal): Promise<Result<Shown>>;
}

/**
 * Pause and limit of one plug are one profile of the charger: 0 A is a pause. A lease is the profile's duration; below
 * it lies a second profile with the current that the person allows for the time without us, and it stays for good.
 */
export const createCharging = (charger: ChargePoint, settings: ChargerSettings, clock: Clock): Charging => {
  const { connectorId, phases, maximumA, fallbackA, idTag } = settings;
  const { id } = charger;
  const leastA = Math.max(fallbackA, LEAST_A);
  let wish: Wish | null = null;
  /** The connection over which the fallback was installed: a charger may have been replaced or reset in between. */
  let fallbackFor: object | null = null;

  const hasSmartCharging = (): boolean => charger.features()?.smartCharging !== false;

  const told = async (action: string, payload: object, what: string, signal: AbortSignal): Promise<Result<void>> => {
    const answer = await charger.call(action, payload, statusAnswerSchema, signal);
    if (!answer.ok) return answer;
    const { status } = answer.value;
    const isEmpty = charger.connector(connectorId).status === 'Available';
    return status === 'Accepted' ? ok(undefined) : notAccepted(id, what, status, isEmpty);
  };

  const setProfile = (
    limitA: number,
    stackLevel: number,
    durationMs: number | null,
    signal: AbortSignal,
  ): Promise<Result<void>> => {
    const unit = charger.features()?.rateUnit ?? 'A';
    const request = profileRequest({ connectorId, unit, phases, now: clock.now() }, { limitA, stackLevel, durationMs });
    return told('SetChargingProfile', request, 'a current limit', signal);
  };

  const inForceA = async (signal: AbortSignal): Promise<Result<number>> => {
    const request = { connectorId, duration: 60 };
    const answer = await charger.call('GetCompositeSchedule', request, compositeSchema, signal);
    if (!answer.ok && answer.error.code !== 'device.not-supported') return answer;
    if (answer.ok && answer.value.status === 'Accepted') return ok(limitOf(answer.value, phases) ?? maximumA);
    // Without a schedule its meter is asked what it offers to the car.
    const askedAt = clock.now();
    const trigger = { requestedMessage: 'MeterValues', connectorId };
    const asked = await told('TriggerMessage', trigger, 'to be asked for its meter', signal);
    if (!asked.ok) return asked.error.kind === 'permanent' ? noReadBack(id) : asked;
    const offered = () => charger.connector(connectorId).samples.get('offeredA');
    await charger.until(() => (offered()?.receivedAt ?? 0) >= askedAt, TRIGGERED_MS, signal);
    const sample = offered();
    return sample && sample.receivedAt >= askedAt ? ok(sample.value) : noReadBack(id);
  };

  const leaseEnd = (leaseMs: number | null): number =>
    leaseMs === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() + leaseMs;

  /** The wish without the parts that have ended: those are as the charger keeps them without us. */
  const running = (from: Wish): Wish => {
    const nowMs = clock.monotonicMs();
    const over = Number.POSITIVE_INFINITY;
    return {
      ...(from.chargingUntilMs > nowMs
        ? { charging: from.charging, chargingUntilMs: from.chargingUntilMs }
        : { charging: fallbackA > 0, chargingUntilMs: over }),
      ...(from.limitUntilMs > nowMs
        ? { limitA: from.limitA, limitUntilMs: from.limitUntilMs }
        : { limitA: fallbackA, limitUntilMs: over }),
    };
  };

  const present = async (signal: AbortSignal): Promise<Result<Wish>> => {
    if (wish) return ok(running(wish));
    const found = await inForceA(signal);
    if (!found.ok) return found;
    const { charging, limitA } = shownBy(found.value, null);
    const endless = { chargingUntilMs: Number.POSITIVE_INFINITY, limitUntilMs: Number.POSITIVE_INFINITY };
    // Nobody knows what was allowed before a pause that was not ours.
    return ok({ charging, limitA: limitA > 0 ? Math.min(limitA, maximumA) : leastA, ...endless });
  };

  const applyWish = async (next: Wish, signal: AbortSignal): Promise<Result<void>> => {
    const level = charger.features()?.maxStackLevel ?? 0;
    const endsMs = wishEndsMs(next);
    // On one level alone, what ends leaves no limit at all: then nothing may end.
    const durationMs = level > 0 && Number.isFinite(endsMs) ? endsMs - clock.monotonicMs() : null;
    const features = charger.features();
    if (durationMs !== null && fallbackFor !== features) {
      const kept = await setProfile(fallbackA, 0, null, signal);
      if (!kept.ok) return kept;
      fallbackFor = features;
    }
    return setProfile(wishedA(next), level, durationMs, signal);
  };

  /** A car that waits for a card is started from here; everybody else charges as soon as the limit allows. */
  const startIfWaiting = async (signal: AbortSignal): Promise<Result<void>> =>
    charger.connector(connectorId).status === 'Preparing'
      ? told('RemoteStartTransaction', { connectorId, idTag }, 'to start charging', signal)
      : ok(undefined);

  /** Without smart charging there is only beginning and ending. */
  const startOrStop = async (charging: boolean, signal: AbortSignal): Promise<Result<void>> => {
    const { status, transactionId } = charger.connector(connectorId);
    if (charging) return startIfWaiting(signal);
    if (transactionId !== null) return told('RemoteStopTransaction', { transactionId }, 'to stop charging', signal);
    return status !== null && ON_STATUSES.has(status) ? noTransaction(id) : ok(undefined);
  };

  return {
    set: async (change, leaseMs, signal) => {
      if ('limitA' in change) {
        const { limitA } = change;
        const isAllowed = limitA === 0 || (limitA >= LEAST_A && limitA <= maximumA);
        if (!isAllowed)
          return wrongSetpoint(
            `A car charges with ${LEAST_A} to ${maximumA} A, or not at all.`,
            `Ask for 0, or for ${LEAST_A} to ${maximumA} A.`,
          );
      }
      if (!hasSmartCharging())
        return 'charging' in change
          ? startOrStop(change.charging, signal)
          : notAccepted(id, 'a current limit', 'NotSupported', false);
      const before = await present(signal);
      if (!before.ok) return before;
      const next: Wish =
        'charging' in change
          ? {
              ...before.value,
              charging: change.charging,
              chargingUntilMs: leaseEnd(leaseMs),
              // A limit of 0 would leave "on" without a meaning.
              limitA: change.charging ? before.value.limitA || leastA : before.value.limitA,
            }
          : { ...before.value, limitA: change.limitA, limitUntilMs: leaseEnd(leaseMs) };
      const applied = await applyWish(next, signal);
      if (!applied.ok) return applied;
      wish = next;
      return wishedA(next) > 0 && 'charging' in change ? startIfWaiting(signal) : ok(undefined);
    },
    shown: async (signal) => {
      if (!hasSmartCharging()) {
        const { status } = charger.connector(connectorId);
        return status === null
          ? noReadBack(id)
          : ok({ charging: ON_STATUSES.has(status), limitA: maximumA, chargingEndsAt: null, limitEndsAt: null });
      }
      const found = await inForceA(signal);
      if (!found.ok) return found;
      const now = wish ? running(wish) : null;
      const { charging, limitA, isOurs } = shownBy(found.value, now);
      const endsAt = (untilMs: number | undefined): number | null =>
        isOurs && untilMs !== undefined && Number.isFinite(untilMs)
          ? clock.now() + Math.round(untilMs - clock.monotonicMs())
          : null;
      return ok({
        charging,
        limitA,
        chargingEndsAt: endsAt(now?.chargingUntilMs),
        limitEndsAt: endsAt(now?.limitUntilMs),
      });
    },
  };
};
