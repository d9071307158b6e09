import type { Mode, Origin, Setpoint } from '../../../preload/contract/base.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { House } from './house.ts';
import { HOME } from './snapshots.ts';
import { LOADS } from './world-loads.ts';

/** What the onlooker of the world knows of one load. */
export interface Watched {
  lastRead: Setpoint | null;
  readMs: number;
  changedAt: number | null;
  changedMs: number;
  hold: { origin: Origin; untilAt: number } | null;
  /** When it was last let go: a command that was on its way then holds nothing when it ends. */
  freedMs: number;
  controllable: boolean;
  /** Since when nothing but commands has happened to it. */
  calmMs: number;
}

/** What the onlooker of the world has written down. It knows nothing of how the product works. */
export interface WorldState {
  mode: Mode;
  stopped: boolean;
  /** How long each wish was to last, by its action. */
  readonly leases: Map<string, number>;
  /** Actions that somebody may have asked for: submitted without a question, or with a yes. */
  readonly permitted: Set<string>;
  readonly outcomes: Map<string, number>;
  readonly violations: string[];
  /** Since when nothing has happened to the house as a whole. */
  calmMs: number;
  lastWishMs: number;
  lastWishOrigin: Origin;
  of(id: string): Watched;
  all(): Iterable<Watched>;
  beginStop(): void;
  /** A hold that has been over once is not held against anybody when the clock is set back. */
  forgetPast(now: number): void;
  free(id: string, nowMs: number): void;
  settled(action: Action, holdMs: number | null, house: House, begunMs: number): void;
}

const OPEN_ENDED = ['unchanged', 'limited', 'not-confirmed', 'rollback-failed', 'unreachable', 'interrupted'];
const RANK: readonly Origin[] = ['advisor', 'plan', 'rule', 'manual', 'safety', 'stop'];

export const createWorldState = (): WorldState => {
  const watched = new Map<string, Watched>(
    LOADS.map(({ id }) => [
      id,
      {
        lastRead: null,
        readMs: Number.NEGATIVE_INFINITY,
        changedAt: null,
        changedMs: 0,
        hold: null,
        freedMs: Number.NEGATIVE_INFINITY,
        controllable: true,
        calmMs: 0,
      },
    ]),
  );
  const state: WorldState = {
    mode: 'automate',
    stopped: false,
    leases: new Map(),
    permitted: new Set(),
    outcomes: new Map(),
    violations: [],
    calmMs: 0,
    lastWishMs: Number.NEGATIVE_INFINITY,
    lastWishOrigin: 'rule',
    of: (id) => {
      const found = watched.get(id);
      if (!found) throw new Error(`No load ${id}.`);
      return found;
    },
    all: () => watched.values(),
    beginStop: () => {
      state.stopped = true;
      state.mode = 'watch';
      for (const facts of watched.values()) facts.hold = null;
    },
    forgetPast: (now) => {
      for (const facts of watched.values()) if (facts.hold && facts.hold.untilAt <= now) facts.hold = null;
    },
    free: (id, nowMs) => {
      Object.assign(state.of(id), { hold: null, freedMs: nowMs });
    },
    settled: (action, holdMs, house, begunMs) => {
      const { origin, outcome, deviceId } = action;
      state.outcomes.set(outcome, (state.outcomes.get(outcome) ?? 0) + 1);
      const facts = state.of(deviceId);
      // Whether a doubtful end, or one with nothing to do, left the older hold or its own, shorter one is not held against anybody.
      if (OPEN_ENDED.includes(outcome) && facts.hold && RANK.indexOf(facts.hold.origin) <= RANK.indexOf(origin))
        facts.hold = null;
      if (outcome !== 'confirmed' || state.stopped || facts.freedMs >= begunMs) return;
      const usualMs = origin === 'manual' ? house.store().settings.get(HOME).manualHoldMs : 600_000;
      // What the guard holds ends with its lease, whoever else would still be held.
      const leaseMs = origin === 'safety' ? (state.leases.get(action.id) ?? 0) : Number.POSITIVE_INFINITY;
      const spanMs = Math.min(holdMs ?? usualMs, leaseMs);
      if (spanMs > 0) facts.hold = { origin, untilAt: (action.sentAt ?? 0) + spanMs };
    },
  };
  return state;
};
