import type { Mode } from '../../preload/contract/base.ts';
import type { Clock } from '../clock.ts';
import type { ActuatorVault } from '../devices/actuator-vault.ts';
import type { EventBus } from '../events.ts';
import type { SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';
import { type ApprovalPolicyOf, createApprovals } from './approvals/approvals.ts';
import { createBatteryFirst, GUARD } from './battery-first.ts';
import { createBestEffort } from './best-effort.ts';
import { createCommands } from './commands.ts';
import { DEFAULT_TIMINGS, type Ground, keyOf, type Timings } from './deps.ts';
import { createEmergencyStop, type StopService } from './emergency-stop.ts';
import { judge as envelope, type Judge } from './envelope.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import { leaseOwner } from './leases.ts';
import { createLedger } from './ledger.ts';
import { createModes } from './modes.ts';
import { createObserver } from './observer.ts';
import { createReconcile } from './reconcile.ts';
import { createRoster } from './roster.ts';
import { createRounds } from './rounds.ts';
import { createSnapshots } from './snapshot.ts';
import { STATE_LIMIT_MS } from './stage.ts';
import { createTrial } from './trial.ts';
import { createTroubles } from './troubles.ts';
import type { Begun, Commander, EmergencyStop, Proposal } from './types.ts';
import { createVerify } from './verify.ts';
import { createWire } from './wire.ts';

export interface CommanderDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly vault: ActuatorVault;
  /** False once another process owns the data folder; asked before every write. */
  readonly stillOwner: () => boolean;
  readonly timings?: Partial<Timings>;
  /** What a person wants to be asked about in Automate; as stored with the envelope unless somebody knows better. */
  readonly approvalPolicyOf?: ApprovalPolicyOf;
  /** Tests take a guard out to prove that its absence is noticed; the product never passes this. */
  readonly judge?: Judge;
}

/** Where a part of the stored envelope cannot be read, its default would be laxer than what the person chose. */
const storedPolicies =
  (store: Pick<Store, 'safety'>): ApprovalPolicyOf =>
  (siteId) => {
    const { safety, unreadable } = store.safety.read(siteId);
    return unreadable.includes('approvals') ? null : safety.approvals;
  };

const unknownChannel = () =>
  permanent('control.unknown-channel', 'This home has no such channel.', 'Look at the list of devices again.');
const notConnected = (name: string) =>
  permanent(
    'control.not-connected',
    `${name} is not connected, so it cannot be commanded.`,
    'Check the device on the Devices page.',
  );

/**
 * The only way to an actuator: it takes the vault's key, once. Everybody submits wishes; the envelope judges them; what
 * passes is executed, verified, logged. The emergency stop shares the same wires and nothing else can reach them.
 */
export const createCommander = (
  deps: CommanderDeps,
): { readonly commander: Commander; readonly stop: EmergencyStop } => {
  const log = deps.log.room('control');
  const { clock, bus, store } = deps;
  const ground: Ground = {
    clock,
    log,
    bus,
    store,
    telemetry: deps.telemetry,
    actuators: deps.vault.claim(),
    stillOwner: deps.stillOwner,
    timings: { ...DEFAULT_TIMINGS, ...deps.timings },
    bestEffort: createBestEffort(log),
  };
  const judge = deps.judge ?? envelope;
  const roster = createRoster(ground);
  const ledger = createLedger(ground);
  const troubles = createTroubles();
  const modes = createModes(ground);
  const wire = createWire(ground);
  const verify = createVerify(ground, wire);
  const observer = createObserver(ground, ledger, troubles);
  const isStopped = (siteId: SiteId): boolean => stop.isActive(siteId);
  const snapshots = createSnapshots(ground, {
    roster,
    ledger,
    mode: modes.of,
    isStopped,
    isBusy: (key) => commands.running(key) !== undefined,
  });
  const batteryFirst = createBatteryFirst({ begin: (proposal) => begin(proposal), channels: snapshots.all });
  const commands = createCommands(ground, {
    roster,
    ledger,
    snapshots,
    observer,
    troubles,
    wire,
    verify,
    judge,
    batteryFirst,
  });
  const approvals = createApprovals(ground, {
    policyOf: deps.approvalPolicyOf ?? storedPolicies(store),
    mode: modes.of,
    begin: (proposal, loggedWho, actionId, claim) => begin(proposal, { loggedWho, actionId, claim }),
    doneOf: ({ id, deviceId, channelId }) => {
      const running = commands.running(keyOf(deviceId, channelId));
      return running?.action.id === id ? running.done : undefined;
    },
  });
  const stop: StopService = createEmergencyStop(ground, {
    commands,
    modes,
    roster,
    approvals,
    ledger,
    snapshots,
    observer,
    wire,
    verify,
    judge,
  });
  const keeper = createLeaseKeeper(ground, { commands, ledger, roster, observer, wire, isStopped, mode: modes.of });
  const reconcile = createReconcile(ground, { commands, roster, observer, wire, onRead: stop.seen });
  const rounds = createRounds(ground, {
    commands,
    keeper,
    reconcile,
    stop,
    approvals,
    ledger,
    observer,
    troubles,
    roster,
  });

  const trial = createTrial(ground, { wire, verify, isStopped });

  const find = (wish: Pick<Proposal, 'siteId' | 'deviceId' | 'channelId'>) => {
    const channel = roster.find(wish.siteId, wish.deviceId, wish.channelId);
    if (!channel) return unknownChannel();
    const actuator = ground.actuators.get(wish.deviceId, wish.channelId);
    return actuator ? ok({ channel, actuator }) : notConnected(channel.config.name);
  };
  const begin = (
    proposal: Proposal,
    more: { readonly loggedWho?: string; readonly actionId?: string; readonly claim?: () => boolean } = {},
  ): Result<Begun> => {
    const found = find(proposal);
    return found.ok ? commands.begin({ ...found.value, proposal, ...more }) : found;
  };

  const submit: Commander['submit'] = (proposal) => {
    // A stop has its own door, and a wish that pretends to be one is a bug or worse.
    if (proposal.origin === 'stop')
      return permanent('control.not-a-stop', 'A stop is made with the stop button only.', 'Press STOP.');
    const found = find(proposal);
    if (!found.ok) return found;
    const { channel, actuator } = found.value;
    const because = approvals.why(channel, actuator, proposal);
    if (because === null) return begin(proposal);
    const verdict = commands.judge({ ...found.value, proposal });
    // What the envelope would refuse is no question for a person.
    if (verdict.setpoint === null) return begin(proposal);
    const asked = approvals.ask(channel, actuator, proposal, verdict, because);
    return asked.ok ? ok({ pending: asked.value }) : asked;
  };

  const commander: Commander = {
    start: rounds.start,
    stop: rounds.stop,
    beforeSleep: rounds.beforeSleep,
    submit,
    tryOut: trial.run,
    retry: (actionId, who, surface) => {
      const action = store.actions.get(actionId);
      if (!action) return permanent('control.unknown-action', 'There is no such action.', 'Look at the list again.');
      const { siteId, deviceId, channelId, asked, reason } = action;
      if (action.origin === 'stop')
        return permanent('control.not-a-stop', 'A stop tries again by itself.', 'Press STOP again to ask at once.');
      return begin({
        siteId,
        deviceId,
        channelId,
        setpoint: asked,
        origin: 'manual',
        who,
        surface,
        reason: `Tried again: ${reason}`.slice(0, 200),
        reasonCode: 'RETRY',
        ifIgnored: '',
        holdMs: null,
        leaseMs: null,
      });
    },
    approve: approvals.approve,
    deny: approvals.deny,
    withdraw: approvals.withdraw,
    cancelQuestions: (siteId, who, surface) =>
      approvals.cancelAll(siteId, `${who} cancelled all questions.`, { who, surface }),
    settled: approvals.settled,
    releaseHold: (siteId, deviceId, channelId, who) => {
      const channel = roster.find(siteId, deviceId, channelId);
      if (!channel) return unknownChannel();
      const record = ledger.get(siteId, deviceId, channelId);
      if (record.hold?.origin === 'safety' && record.hold.until > clock.now() && who !== GUARD)
        return permanent(
          'control.guard-holds',
          `The safety guard holds ${channel.config.name}.`,
          'It lets go by itself as soon as the house can bear it.',
        );
      ledger.change(record, { hold: null });
      log.info('A hold was released.', { device: deviceId, channel: channelId, who });
      bus.emit('devices', { siteId, at: clock.now() });
      return ok(undefined);
    },
    giveBack: keeper.endOfGuard,
    endLease: ({ siteId, deviceId, channelId, origin, who }) => {
      const record = ledger.get(siteId, deviceId, channelId);
      const now = clock.now();
      if (record.lease?.owner === leaseOwner(origin, who) && record.lease.expiresAt > now)
        ledger.change(record, { lease: { ...record.lease, expiresAt: now } });
    },
    channels: snapshots.all,
    dismiss: (actionId) => {
      troubles.dismiss(actionId);
    },
    view: (deviceId, channelId) => {
      const record = ledger.peek(deviceId, channelId);
      const key = keyOf(deviceId, channelId);
      const running = commands.running(key);
      const now = clock.now();
      const owned = record?.owned ?? null;
      const known = owned !== null && now - owned.readAt <= STATE_LIMIT_MS;
      return {
        setpoint: known ? owned.value : null,
        setpointSince: known ? (record?.changedAt ?? null) : null,
        hold: record?.hold && record.hold.until > now ? record.hold : null,
        pending: running
          ? {
              actionId: running.action.id,
              value: running.value,
              step: running.action.step ?? 'checked',
              since: running.action.createdAt,
            }
          : null,
        trouble: troubles.of(key),
      };
    },
    pending: approvals.pending,
    mode: modes.of,
    setMode: (siteId: SiteId, mode: Mode, who: string) => {
      if (stop.isActive(siteId) && mode !== 'watch')
        return permanent('control.stopped', 'The house is stopped.', 'Release the stop first.');
      const stored = modes.set(siteId, mode, who);
      if (!stored && modes.of(siteId) !== mode)
        return permanent('control.not-stored', 'The mode could not be stored.', 'Check the disk, then try again.');
      if (mode === 'watch') {
        keeper.endAll(siteId, 'automation');
        approvals.cancelAll(siteId, 'The mode is Watch now.');
      }
      return ok(undefined);
    },
  };
  return { commander, stop };
};
