import type { Action } from '../../../preload/contract/control.ts';
import { midnightOf } from './berlin.ts';
import type { WireEntry } from './device.ts';
import type { House } from './house.ts';
import { violationsOf } from './oracle.ts';
import { HOME } from './snapshots.ts';
import { worldEnvelopeFacts } from './world-envelope.ts';
import { LOADS, running, safeStateOf } from './world-loads.ts';
import type { WorldState } from './world-state.ts';

const MACHINES = ['rule', 'plan', 'advisor'];
/** The newest rows are looked at first: nearly always the row is among them. */
const NEWEST = 30;
const ALL = 20_000;

interface Row {
  readonly action: Action;
  readonly kind: 'command' | 'rollback' | 'renewal';
}

/** The row in the log that a write stands on, found by the oracle itself. */
const rowOf = (house: House, { stopped }: WorldState, entry: WireEntry): Row | null => {
  const rowsOf = (limit: number): readonly Action[] =>
    house
      .store()
      .actions.list(HOME, limit, Number.MAX_SAFE_INTEGER)
      .filter((action) => action.deviceId === entry.deviceId);
  const openOf = (rows: readonly Action[]): readonly Action[] =>
    rows.filter((action) => action.finishedAt === null || (stopped && action.origin === 'stop'));
  // In the turn of a stop the rows that it breaks off are still open: the stop's own row comes first.
  const commandIn = (open: readonly Action[]): Action | undefined =>
    (stopped ? open.find((action) => action.origin === 'stop' && action.allowed === entry.value) : undefined) ??
    open.find((action) => action.allowed === entry.value);
  const newest = stopped ? undefined : commandIn(openOf(rowsOf(NEWEST)));
  if (newest) return { action: newest, kind: 'command' };
  const rows = rowsOf(ALL);
  const open = openOf(rows);
  const command = commandIn(open);
  if (command) return { action: command, kind: 'command' };
  const undone = open.find((action) => action.before === entry.value && action.attempts > 0);
  if (undone) return { action: undone, kind: 'rollback' };
  // A boiler whose power did not follow is doubtful, not undone: its lease runs on to its end.
  const leases = rows.filter(
    (action) => ['confirmed', 'not-confirmed'].includes(action.outcome) && action.allowed === entry.value,
  );
  // A row that lies ahead is from before the clock was set back, and older than those that do not.
  const lease = leases.find(({ finishedAt }) => (finishedAt ?? 0) <= house.clock.now()) ?? leases[0];
  if (lease && entry.leaseMs !== null && entry.was === entry.value) return { action: lease, kind: 'renewal' };
  return null;
};

/** Looks at every write on the wire and every reading of a device. */
export const createOnlooker = (house: () => House, state: WorldState) => {
  const earlier: (WireEntry & { readonly counts: boolean })[] = [];

  const onWrite = (entry: WireEntry): void => {
    const home = house();
    const now = home.clock.now();
    const facts = state.of(entry.deviceId);
    const option = LOADS.find(({ id }) => id === entry.deviceId);
    const row = rowOf(home, state, entry);
    earlier.push({ ...entry, counts: row?.kind !== 'renewal' && row?.action.origin !== 'stop' });
    const cry = (name: string): void =>
      void state.violations.push(
        `${name}: ${entry.deviceId}=${String(entry.value)} by ${row?.action.origin ?? 'nobody'}, ${home.device(entry.deviceId).behaviour()}, was ${String(entry.was)}`,
      );
    if (!home.owned()) cry('not-owner');
    if (entry.leaseMs !== null && entry.value === safeStateOf(option)) cry('timer-away-from-safe');
    if (!row) {
      cry('no-row');
      return;
    }
    if (row.kind === 'renewal') {
      if (state.stopped) cry('renewal-while-stopped');
      if (state.mode === 'watch' && row.action.origin !== 'manual') cry('renewal-in-watch');
      return;
    }
    // The way back to the recorded state undoes a write that was judged: only the stop outranks it.
    if (row.kind === 'rollback') {
      if (state.stopped) cry('rollback-while-stopped');
      return;
    }
    // Giving a lease back to the safe state is the end of a command, not a decision: it is judged as a person's.
    // So is what the guard took away, which it could not give back with its own rights.
    const ended = row.action.reasonCode === 'LEASE_ENDED';
    const givesBack = ended && (entry.value === safeStateOf(option) || row.action.origin === 'safety');
    if (MACHINES.includes(row.action.origin) && !ended && !state.permitted.has(row.action.id)) cry('without-a-yes');
    const live = home.meters.telemetry.live(HOME);
    const poller = home.meters.telemetry.pollers(HOME).find(({ deviceId }) => deviceId === entry.deviceId)?.state;
    const usable = (measure: typeof live.gridW) =>
      measure.value === null || measure.measuredAt === null
        ? null
        : // A reading from the future of a clock that was set back is no reading, nor is what is no number.
          {
            value: measure.value,
            usable:
              measure.freshness === 'fresh' && measure.measuredAt - now <= 60_000 && Number.isFinite(measure.value),
          };
    const settings = home.store().settings.get(HOME);
    const before = (at: number) =>
      earlier.slice(0, -1).filter((one) => one.deviceId === entry.deviceId && one.counts && one.at >= at);
    const control = option?.spec?.control;
    const rules = option?.config?.rules;
    const names = violationsOf({
      origin: givesBack ? 'manual' : row.action.origin,
      value: entry.value,
      stopped: state.stopped,
      mode: state.mode,
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
        home,
        entry.deviceId,
        state.of,
        state.leases.get(row.action.id) ?? 0,
        rules?.minOnMs ?? 0,
      ),
      reachable: poller === 'online' || poller === 'late',
      punctual: poller === 'online',
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
      ownW: home.device(entry.deviceId).powerW(),
      sinceChangeMs:
        facts.changedAt === null ? null : Math.max(now - facts.changedAt, home.clock.monotonicMs() - facts.changedMs),
      switchesLastHour: before(now - 3_600_000).filter((one) => running(one.value) !== running(one.was)).length,
      writesToday: before(midnightOf(now)).length,
      minOnMs: rules?.minOnMs ?? 0,
      minOffMs: rules?.minOffMs ?? 0,
      switchesAnHour: rules?.maxSwitchesPerHour ?? 0,
      writesADay: rules?.writeBudgetPerDay ?? 0,
    });
    // Readings from before the write hide the state: nobody could have known better.
    const cached = home.device(entry.deviceId).behaviour() === 'cached';
    const hidden = cached ? ['identical', 'dwell', 'switches', 'ramp'] : [];
    for (const name of names)
      if (!hidden.includes(name))
        cry(name === 'held' && facts.hold ? `held by ${facts.hold.origin} until ${facts.hold.untilAt}` : name);
  };

  const onRead = (id: string, value: WireEntry['value'], measuredAt: number): void => {
    const { clock } = house();
    const facts = state.of(id);
    if (facts.lastRead !== null && facts.lastRead !== value) {
      facts.changedAt = measuredAt;
      facts.changedMs = clock.monotonicMs() - (clock.now() - measuredAt);
    }
    facts.lastRead = value;
    facts.readMs = clock.monotonicMs();
  };

  return { onWrite, onRead };
};
