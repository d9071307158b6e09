/** Profiles as a charger keeps them: which one counts now, by the rules of OCPP 1.6, section 3.13. */
interface StoredProfile {
  readonly id: number;
  readonly connectorId: number;
  readonly stackLevel: number;
  readonly purpose: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly limitA: number;
}

const VOLTAGE_V = 230;

const membersOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
const numberIn = (members: ReadonlyMap<string, unknown>, name: string): number | null => {
  const value = members.get(name);
  return typeof value === 'number' ? value : null;
};

export interface ProfileShelf {
  /** Answers the status that a charger would. */
  set(request: ReadonlyMap<string, unknown>, now: number): 'Accepted' | 'Rejected';
  clear(request: ReadonlyMap<string, unknown>): 'Accepted' | 'Unknown';
  /** A at this plug now. */
  limitA(connectorId: number, now: number): number;
}

/** `hardwareA` is what the charger itself bears; `maxStackLevel` as it says in its configuration. */
export const createProfileShelf = (hardwareA: number, maxStackLevel: number): ProfileShelf => {
  let profiles: readonly StoredProfile[] = [];

  const parse = (request: ReadonlyMap<string, unknown>, now: number): StoredProfile | null => {
    const profile = membersOf(request.get('csChargingProfiles'));
    const schedule = membersOf(profile.get('chargingSchedule'));
    const periods = schedule.get('chargingSchedulePeriod');
    const period = membersOf(Array.isArray(periods) ? periods[0] : null);
    const [id, stackLevel, limit] = [
      numberIn(profile, 'chargingProfileId'),
      numberIn(profile, 'stackLevel'),
      numberIn(period, 'limit'),
    ];
    const connectorId = numberIn(request, 'connectorId');
    if (id === null || stackLevel === null || limit === null || connectorId === null) return null;
    if (stackLevel > maxStackLevel || limit < 0) return null;
    const start = schedule.get('startSchedule');
    const startsAt = typeof start === 'string' ? Date.parse(start) : now;
    const duration = numberIn(schedule, 'duration');
    const phases = numberIn(period, 'numberPhases') ?? 3;
    return {
      id,
      connectorId,
      stackLevel,
      purpose: String(profile.get('chargingProfilePurpose')),
      startsAt,
      endsAt: duration === null ? Number.POSITIVE_INFINITY : startsAt + duration * 1_000,
      limitA: schedule.get('chargingRateUnit') === 'W' ? limit / VOLTAGE_V / phases : limit,
    };
  };

  return {
    set: (request, now) => {
      const next = parse(request, now);
      if (!next) return 'Rejected';
      const isSameShelf = (one: StoredProfile): boolean =>
        one.connectorId === next.connectorId && one.stackLevel === next.stackLevel && one.purpose === next.purpose;
      profiles = [...profiles.filter((one) => one.id !== next.id && !isSameShelf(one)), next];
      return 'Accepted';
    },
    clear: (request) => {
      const id = numberIn(request, 'id');
      const kept = profiles.filter((one) => id !== null && one.id !== id);
      const isCleared = kept.length < profiles.length;
      profiles = kept;
      return isCleared ? 'Accepted' : 'Unknown';
    },
    limitA: (connectorId, now) => {
      const [first] = profiles
        .filter((one) => one.connectorId === connectorId || one.connectorId === 0)
        .filter(({ startsAt, endsAt }) => startsAt <= now && now < endsAt)
        .toSorted((a, b) => b.stackLevel - a.stackLevel);
      return Math.min(hardwareA, first?.limitA ?? hardwareA);
    },
  };
};
