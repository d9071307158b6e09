import type { Composite } from './messages.ts';

/** Below this a car cannot charge (IEC 61851). */
export const LEAST_A = 6;
/** Only to turn a limit in W, which some chargers want, into one of current. */
const VOLTAGE_V = 230;
/** The schedule begins in the past, so that it is in force at once even when the charger's clock is a little behind. */
const START_BEFORE_MS = 60_000;

export interface ProfileGround {
  readonly connectorId: number;
  /** `A`: current a phase, `W`: power of all phases together. */
  readonly unit: 'A' | 'W';
  /** Phases that the charger is connected with: for limits in W. */
  readonly phases: number;
  readonly now: number;
}

/**
 * A limit as OCPP 1.6 wants it (SetChargingProfile.req): a default profile for whatever charges. `stackLevel` 0 is what
 * remains when a higher one has run out; `durationMs` is the span after which it does.
 */
export const profileRequest = (
  { connectorId, unit, phases, now }: ProfileGround,
  profile: { readonly limitA: number; readonly stackLevel: number; readonly durationMs: number | null },
): object => {
  const { limitA, stackLevel, durationMs } = profile;
  const limit = unit === 'A' ? limitA : limitA * VOLTAGE_V * phases;
  return {
    connectorId,
    csChargingProfiles: {
      chargingProfileId: connectorId * 10 + (stackLevel === 0 ? 1 : 2),
      stackLevel,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        // Counted from the start of the schedule.
        ...(durationMs === null ? {} : { duration: Math.ceil((durationMs + START_BEFORE_MS) / 1_000) }),
        startSchedule: new Date(Math.floor((now - START_BEFORE_MS) / 1_000) * 1_000).toISOString(),
        chargingRateUnit: unit,
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: Math.round(limit * 10) / 10, ...(unit === 'W' ? { numberPhases: phases } : {}) },
        ],
      },
    },
  };
};

/** The current that a composite schedule allows now, A a phase; null where it says nothing of a limit. */
export const limitOf = ({ chargingSchedule }: Composite, phases: number): number | null => {
  const first = chargingSchedule?.chargingSchedulePeriod.find(({ startPeriod }) => startPeriod <= 0);
  if (!chargingSchedule || !first || !Number.isFinite(first.limit) || first.limit < 0) return null;
  if (chargingSchedule.chargingRateUnit !== 'W') return first.limit;
  return Math.round((first.limit / VOLTAGE_V / (first.numberPhases || phases)) * 10) / 10;
};

/** What we asked of a charger: whether it may charge, and how fast it then may. Each part may end by itself. */
export interface Wish {
  readonly charging: boolean;
  readonly limitA: number;
  /** Monotonic ms; infinite where nothing ends it. */
  readonly chargingUntilMs: number;
  readonly limitUntilMs: number;
}

export const wishedA = ({ charging, limitA }: Wish): number => (charging ? limitA : 0);

/**
 * When the charger goes back by itself, monotonic ms; infinite where nothing ends. What charges ends with the part that
 * ends first; a pause lasts as long as either part does, so that the end of one does not undo the other.
 */
export const wishEndsMs = (wish: Wish): number => {
  const ends = [wish.chargingUntilMs, wish.limitUntilMs].filter(Number.isFinite);
  if (ends.length === 0) return Number.POSITIVE_INFINITY;
  return wishedA(wish) > 0 ? Math.min(...ends) : Math.max(...ends);
};

/**
 * The two settings out of the one limit that is in force. Where the charger follows our wish, they are as we asked; where
 * it does not, the limit itself says both. A pause hides how fast it may charge afterwards.
 */
export const shownBy = (
  inForceA: number,
  wish: Wish | null,
): { readonly charging: boolean; readonly limitA: number; readonly isOurs: boolean } => {
  if (wish && Math.abs(wishedA(wish) - inForceA) < 0.5)
    return { charging: wish.charging, limitA: wish.limitA, isOurs: true };
  return inForceA > 0
    ? { charging: true, limitA: inForceA, isOurs: false }
    : { charging: false, limitA: wish?.limitA ?? 0, isOurs: false };
};
