import fc from 'fast-check';
import type { Judge } from '../../../main/control/envelope.ts';
import type { Mode, Origin, Setpoint } from '../../../preload/contract/base.ts';
import type { Action } from '../../../preload/contract/control.ts';
import { DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import type { Behaviour, WireEntry } from './device.ts';
import { createHouse, type House } from './house.ts';
import { violationsOf } from './oracle.ts';
import { HOME } from './snapshots.ts';
import { worldEnvelopeFacts, worldEnvelopes, writeEnvelope } from './world-envelope.ts';
import { handValue, LOADS, running, safeStateOf, wishedValue } from './world-loads.ts';

/** One thing that happens in the random world. */
export type Step =
  | {
      readonly kind: 'wish';
      readonly load: number;
      readonly origin: Origin;
      readonly level: number;
      readonly holdMs: number | null;
      readonly leaseMs: number | null;
    }
  | { readonly kind: 'pass'; readonly spanMs: number }
  | { readonly kind: 'behave'; readonly load: number; readonly as: Behaviour }
  | { readonly kind: 'hand'; readonly load: number; readonly level: number }
  | { readonly kind: 'meters'; readonly socPct: number | null; readonly pvW: number; readonly householdW: number }
  | { readonly kind: 'freeze'; readonly what: 'grid' | 'soc' | 'none' }
  | { readonly kind: 'mode'; readonly mode: Mode }
  | { readonly kind: 'stop' }
  | { readonly kind: 'release' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'limits'; readonly maxGridImportW: number }
  | { readonly kind: 'allow'; readonly load: number; readonly controllable: boolean }
  | { readonly kind: 'jump'; readonly spanMs: number }
  | { readonly kind: 'envelope'; readonly safety: Safety; readonly poorPct: number | null; readonly shedC: number }
  | { readonly kind: 'own'; readonly still: boolean };

const load = fc.nat({ max: LOADS.length - 1 });
const level = fc.integer({ min: -10, max: 10 });

/** Wishes most of all, and time between them; faults and restarts often enough to meet every guard. */
export const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant('wish' as const),
      load,
      origin: fc.constantFrom<Origin>('manual', 'rule', 'rule', 'plan', 'plan', 'advisor', 'safety'),
      level,
      holdMs: fc.constantFrom(null, 0, 60_000, 1_200_000),
      leaseMs: fc.constantFrom(null, 60_000, 600_000),
    }),
  },
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      spanMs: fc.constantFrom(1_000, 15_000, 60_000, 200_000, 700_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('behave' as const),
      load,
      as: fc.constantFrom<Behaviour>(
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'deaf',
        'lying',
        'offline',
        'hung',
        'refusing',
        'late',
        'cached',
        'limited',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hand' as const), load, level }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('meters' as const),
      socPct: fc.constantFrom(null, 12, 25, 60, 80, 90, 90, 95, 95),
      pvW: fc.integer({ min: 0, max: 8000 }),
      householdW: fc.integer({ min: 200, max: 6000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('freeze' as const),
      what: fc.constantFrom('grid' as const, 'soc' as const, 'none' as const, 'none' as const, 'none' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mode' as const),
      mode: fc.constantFrom<Mode>('automate', 'automate', 'automate', 'watch', 'suggest'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('limits' as const),
      maxGridImportW: fc.constantFrom(2_000, 5_000, 11_000, 11_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('allow' as const),
      load,
      controllable: fc.constantFrom(true, true, true, true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      spanMs: fc.constantFrom(-3_600_000, -30_000, 45_000, 3_600_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('envelope' as const),
      safety: fc.oneof(fc.constant(DEFAULT_SAFETY), worldEnvelopes),
      poorPct: fc.constantFrom(null, 90, 60, 32),
      shedC: fc.constantFrom(20, 20, 36),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('own' as const), still: fc.constantFrom(true, true, true, true, false) }),
  },
);

interface Watched {
  lastRead: Setpoint | null;
  readMs: number;
  changedAt: number | null;
  changedMs: number;
  hold: { origin: Origin; untilAt: number } | null;
  controllable: boolean;
}

export interface WorldReport {
  readonly violations: readonly string[];
  readonly writes: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** The last events, for whoever has to find out why. */
  readonly trace: readonly string[];
}

/** Plays the steps on a real commander and a real database, and lets the oracle look at every write on the wire. */
export const playWorld = async (script: readonly Step[], judge?: Judge): Promise<WorldReport> => {
  const violations: string[] = [];
  const watched = new Map<string, Watched>(
    LOADS.map(({ id }) => [
      id,
      {
        lastRead: null,
        readMs: Number.NEGATIVE_INFINITY,
        changedAt: null,
        changedMs: 0,
        hold: null,
        controllable: true,
      },
    ]),
  );
  const of = (id: string): Watched => {
    const found = watched.get(id);
    if (!found) throw new Error(`No load ${id}.`);
    return found;
  };
  let mode: Mode = 'automate';
  let stopped = false;
  /** How long each wish was to last, by its action. */
  const leases = new Map<string, number>();
  const earlier: (WireEntry & { readonly counts: boolean })[] = [];

  const onWrite = (entry: WireEntry): void => {
    const now = house.clock.now();
    const facts = of(entry.deviceId);
    const option = LOADS.find(({ id }) => id === entry.deviceId);
    const row = rowOf(entry);
    earlier.push({ ...entry, counts: row?.kind !== 'renewal' && row?.action.origin !== 'stop' });
    const cry = (name: string): void =>
      void violations.push(
        `${name}: ${entry.deviceId}=${String(entry.value)} by ${row?.action.origin ?? 'nobody'}, ${house.device(entry.deviceId).behaviour()}, was ${String(entry.was)}`,
      );
    if (!house.owned()) cry('not-owner');
    if (entry.leaseMs !== null && entry.value === safeStateOf(option)) cry('timer-away-from-safe');
    if (!row) {
      cry('no-row');
      return;
    }
    if (row.kind === 'renewal') {
      if (stopped) cry('renewal-while-stopped');
      if (mode === 'watch' && row.action.origin !== 'manual') cry('renewal-in-watch');
      return;
    }
    // The way back to the recorded state undoes a write that was judged: only the stop outranks it.
    if (row.kind === 'rollback') {
      if (stopped) cry('rollback-while-stopped');
      return;
    }
    const live = house.meters.telemetry.live(HOME);
    const state = house.meters.telemetry.pollers(HOME).find(({ deviceId }) => deviceId === entry.deviceId)?.state;
    const usable = (measure: typeof live.gridW) =>
      measure.value === null || measure.measuredAt === null
        ? null
        : // A reading from the future of a clock that was set back is no reading.
          { value: measure.value, usable: measure.freshness === 'fresh' && measure.measuredAt - now <= 60_000 };
    const settings = house.store().settings.get(HOME);
    const since = (spanMs: number) =>
      earlier.slice(0, -1).filter((one) => one.deviceId === entry.deviceId && one.counts && one.at >= now - spanMs);
    const control = option?.spec?.control;
    // Giving a lease back to the safe state is the end of a command, not a decision: it is judged as a person's.
    // So is what the guard took away, which it could not give back with its own rights.
    const ended = row.action.reasonCode === 'LEASE_ENDED';
    const givesBack = ended && (entry.value === safeStateOf(option) || row.action.origin === 'safety');
    const names = violationsOf({
      origin: givesBack ? 'manual' : row.action.origin,
      value: entry.value,
      stopped,
      mode,
      role: option?.config?.role ?? 'miner',
      // A stop finishes what it began, even when somebody takes the permission away meanwhile.
      controllable: facts.controllable || row.action.origin === 'stop',
      safeState: safeStateOf(option),
      range:
        control?.kind === 'number'
          ? { min: control.minimum, max: control.maximum, step: control.step, unit: control.unit }
          : null,
      names: control?.kind === 'choice' ? control.options.map((one) => one.value) : null,
      table: control?.kind === 'time-table' ? { slots: control.slots, mostW: control.maximumW } : null,
      envelope: worldEnvelopeFacts(
        house,
        entry.deviceId,
        of,
        leases.get(row.action.id) ?? 0,
        option?.config?.rules?.minOnMs ?? 0,
      ),
      reachable: state === 'online' || state === 'late',
      punctual: state === 'online',
      state: entry.was,
      busy: false,
      heldBy: facts.hold,
      at: now,
      soc: usable(live.socPct),
      grid: usable(live.gridW),
      criticalPct: settings.criticalSocPct,
      minimumPct: settings.minimumSocPct,
      noBattery: false,
      importLimitW: settings.maxGridImportW,
      exportLimitW: settings.maxGridExportW,
      ratedW: option?.config?.ratedPowerW ?? 3000,
      ownW: house.device(entry.deviceId).powerW(),
      sinceChangeMs:
        facts.changedAt === null ? null : Math.max(now - facts.changedAt, house.clock.monotonicMs() - facts.changedMs),
      switchesLastHour: since(3_600_000).filter((one) => running(one.value) !== running(one.was)).length,
      writesToday: since(now - localMidnight(now)).length,
      minOnMs: option?.config?.rules?.minOnMs ?? 0,
      minOffMs: option?.config?.rules?.minOffMs ?? 0,
      switchesAnHour: option?.config?.rules?.maxSwitchesPerHour ?? 0,
      writesADay: option?.config?.rules?.writeBudgetPerDay ?? 0,
    });
    // Readings from before the write hide the state: nobody could have known better.
    const hidden =
      house.device(entry.deviceId).behaviour() === 'cached' ? ['identical', 'dwell', 'switches', 'ramp'] : [];
    for (const name of names) if (!hidden.includes(name)) cry(name);
  };

  const onRead = (id: string, value: Setpoint, measuredAt: number): void => {
    const facts = of(id);
    if (facts.lastRead !== null && facts.lastRead !== value) {
      facts.changedAt = measuredAt;
      facts.changedMs = house.clock.monotonicMs() - (house.clock.now() - measuredAt);
    }
    facts.lastRead = value;
    facts.readMs = house.clock.monotonicMs();
  };

  /** The row in the log that a write stands on, found by the oracle itself. */
  const rowOf = (entry: WireEntry): { action: Action; kind: 'command' | 'rollback' | 'renewal' } | null => {
    const rows = house
      .store()
      .actions.list(HOME, 500, Number.MAX_SAFE_INTEGER)
      .filter((action) => action.deviceId === entry.deviceId);
    const open = rows.filter((action) => action.finishedAt === null || (stopped && action.origin === 'stop'));
    // In the turn of a stop the rows that it breaks off are still open: the stop's own row comes first.
    const own = stopped ? open.find((action) => action.origin === 'stop' && action.allowed === entry.value) : undefined;
    const command = own ?? open.find((action) => action.allowed === entry.value);
    if (command) return { action: command, kind: 'command' };
    const undone = open.find((action) => action.before === entry.value && action.attempts > 0);
    if (undone) return { action: undone, kind: 'rollback' };
    // A boiler whose power did not follow is doubtful, not undone: its lease runs on to its end.
    const lease = rows.find(
      (action) => ['confirmed', 'not-confirmed'].includes(action.outcome) && action.allowed === entry.value,
    );
    if (lease && entry.leaseMs !== null && entry.was === entry.value) return { action: lease, kind: 'renewal' };
    return null;
  };

  const house: House = await createHouse(LOADS, {
    timings: { leaseTickMs: 15_000 },
    onWrite,
    onRead,
    ...(judge ? { judge } : {}),
  });
  house.store().settings.set(HOME, { batteryCapacityKwh: 12 }, 'Ada', house.clock.now());
  await house.start();
  const trace: string[] = [];
  house.bus.on('action', ({ deviceId, deviceName, origin, asked, before, step, outcome, sentence, reasonCode }) => {
    if (reasonCode === 'FOREIGN_CHANGE') of(deviceId).hold = null;
    // With its lease the guard's hold ends too.
    if (reasonCode === 'LEASE_ENDED' && origin === 'safety' && of(deviceId).hold?.origin === 'safety')
      of(deviceId).hold = null;
    // A newer wish of the same origin that a crash broke off had already taken the place of the older one's hold.
    if (outcome === 'interrupted' && step === 'sent' && of(deviceId).hold?.origin === origin) of(deviceId).hold = null;
    trace.push(
      `${house.clock.now()} ${deviceName} ${origin} ${reasonCode} ${asked} before ${before} ${step} ${outcome} ${sentence}`,
    );
  });
  const outcomes = new Map<string, number>();
  const settled = (action: Action, holdMs: number | null): void => {
    outcomes.set(action.outcome, (outcomes.get(action.outcome) ?? 0) + 1);
    if (action.outcome !== 'confirmed' || stopped) return;
    const usualMs = action.origin === 'manual' ? house.store().settings.get(HOME).manualHoldMs : 600_000;
    // What the guard holds ends with its lease, whoever else would still be held.
    const leaseMs = action.origin === 'safety' ? (leases.get(action.id) ?? 0) : Number.POSITIVE_INFINITY;
    const spanMs = Math.min(holdMs ?? usualMs, leaseMs);
    if (spanMs > 0) of(action.deviceId).hold = { origin: action.origin, untilAt: (action.sentAt ?? 0) + spanMs };
  };

  const play = async (step: Step): Promise<void> => {
    const target = 'load' in step ? house.devices[step.load] : undefined;
    switch (step.kind) {
      case 'wish': {
        if (!target) return;
        const { origin, holdMs, leaseMs } = step;
        const wished = house.wish(target.id, {
          setpoint: wishedValue(target.id, step.level),
          origin,
          who: origin,
          holdMs,
          leaseMs,
        });
        if (!wished.ok) return;
        if ('action' in wished.value) leases.set(wished.value.action.id, leaseMs ?? 900_000);
        // A person's newer wish takes the place of the older hold, whatever comes of it.
        if (origin === 'manual' && 'action' in wished.value && wished.value.action.outcome !== 'refused')
          of(target.id).hold = null;
        if ('pending' in wished.value) {
          const approved = house.commander().approve(wished.value.pending.id, 'Ada', 'window');
          if (approved.ok) void approved.value.done.then((action) => settled(action, holdMs));
        } else void wished.value.done.then((action) => settled(action, holdMs));
        return house.clock.advance(0);
      }
      case 'pass':
        return house.pass(step.spanMs);
      case 'behave':
        return target?.behave(step.as);
      case 'hand':
        return target?.byHand(handValue(target.id, step.level));
      case 'meters':
        Object.assign(house.meters.meters, { socPct: step.socPct, pvW: step.pvW, householdW: step.householdW });
        return house.meters.poll();
      case 'freeze':
        return step.what === 'none' ? house.meters.thaw() : house.meters.freeze(step.what);
      case 'mode':
        if (house.commander().setMode(HOME, step.mode, 'Ada').ok) mode = step.mode;
        return;
      case 'stop': {
        const commanded = house.stop().activate(HOME, 'Ada', 'window', null);
        await commanded;
        return;
      }
      case 'release':
        if (house.stop().release(HOME, 'Ada', 'window').ok) stopped = false;
        return;
      case 'kill':
        await house.kill();
        return house.start();
      case 'limits':
        house.store().settings.set(HOME, { maxGridImportW: step.maxGridImportW }, 'Ada', house.clock.now());
        return;
      case 'allow': {
        const record = target && house.store().devices.get(target.id);
        if (!target || !record) return;
        house.store().devices.update({
          ...record,
          channels: record.channels.map((channel) => ({ ...channel, controllable: step.controllable })),
        });
        of(target.id).controllable = step.controllable;
        return;
      }
      case 'jump':
        return house.clock.jump(step.spanMs);
      case 'envelope':
        house.meters.meters.shedC = step.shedC;
        writeEnvelope(house, step.safety, step.poorPct);
        return house.meters.poll();
      case 'own':
        return house.own(step.still);
    }
  };

  for (const step of script) {
    trace.push(`${house.clock.now()} ${JSON.stringify(step)}`);
    if (step.kind === 'stop') {
      stopped = true;
      mode = 'watch';
      for (const facts of watched.values()) facts.hold = null;
    }
    await play(step);
    if (violations.length > 0) break;
  }
  const writes = house.wire.length;
  house.close();
  return { violations, writes, outcomes, trace: trace.slice(-40) };
};

/** Midnight in the house's zone, which is two hours ahead of UTC on the days that the world plays. */
const localMidnight = (at: number): number => {
  const shifted = at + 7_200_000;
  return shifted - (shifted % 86_400_000) - 7_200_000;
};
