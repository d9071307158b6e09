import type { LiveState } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import { leaseOwner } from '../control/leases.ts';
import type { Commander } from '../control/types.ts';
import type { EventBus } from '../events.ts';
import type { ChannelId, DeviceId, SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';
import { decide, LOOK_AHEAD_MS, type MinerDecision, type MinerTiersInput, minerKey, remember } from './miner-tiers.ts';
import { minersOf } from './miners-of-site.ts';
import { type NextStep, nextMinerSteps } from './next-steps.ts';
import { everyRulePeriod } from './rule-period.ts';
import { readMemory, writeMemory } from './tier-memory.ts';

/** Events within this span are answered by one run: readings come every few seconds. */
const EVENT_DEBOUNCE_MS = 1_000;
/** A wish that did not come true is repeated after this long: pauses soon, starts patiently. */
const REPEAT_PAUSE_MS = 5 * 60_000;
const REPEAT_START_MS = 15 * 60_000;
const RULE_NAME = 'Miner tiers';
/** What the rule borrows comes back by itself this long after the rules have stopped standing behind it. */
const LEASE_MS = 30 * 60_000;
const RENEW_BELOW_MS = 12 * 60_000;
/** What the plan has borrowed is taken over where it lets a miner go: its end would switch the miner. */
const OF_THE_PLAN = leaseOwner('plan', 'Plan');

export interface AutomationDeps {
  readonly store: Pick<Store, 'settings' | 'forecasts' | 'state' | 'stops' | 'channelControl'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly commander: Pick<Commander, 'submit' | 'mode' | 'view' | 'pending' | 'withdraw'>;
  readonly telemetry: Pick<Telemetry, 'live' | 'channels'>;
  /** Sites whose rules run. */
  siteIds(): readonly SiteId[];
  /** True while the plan in force says what a miner does: the tiers leave it alone. Left out: nothing is planned. */
  coveredByPlan?(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId): boolean;
}

export interface Automation {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  /** What the rule says now of each miner that is its own; asks for nothing. */
  explain(siteId: SiteId): readonly MinerDecision[];
  /** What the rule expects to do in the next 24 h along the battery's projection. Empty in Watch and while stopped. */
  nextSteps(siteId: SiteId): readonly NextStep[];
  /** When the rules of a site last ran to the end; null before the first run. Health watches it. */
  lastRunAt(siteId: SiteId): number | null;
}

/** Which side of each threshold the SOC is on: a change of this text is a crossing. */
const bandOf = (live: LiveState, thresholds: readonly number[]): string =>
  `${live.socPct.freshness}:${thresholds.map((edge) => Number((live.socPct.value ?? -1) > edge)).join('')}`;

/** Running on needs a reason; a pause is kept while anything but a person's hold stands against starting. */
const standsBehind = ({ reasonCode }: MinerDecision, on: boolean): boolean =>
  on ? reasonCode === 'RUNS' : reasonCode !== 'HELD' && reasonCode !== 'NOT_CONTROLLABLE';

/**
 * Runs the rules of every site each few minutes (a setting) and on events (SOC across a threshold, forecast, device back, mode, stop
 * released). Wishes go to the commander as proposals; nothing is touched here. Missed runs are never made up for.
 */
export const createAutomation = (deps: AutomationDeps): Automation => {
  const { store, clock, bus, commander, telemetry } = deps;
  const log = deps.log.room('automation');
  const lastRuns = new Map<SiteId, number>();
  const asked = new Map<string, { readonly setpoint: boolean; readonly at: number }>();
  const bands = new Map<SiteId, string>();
  const soon = new Map<SiteId, () => void>();
  let ends: (() => void)[] = [];
  let cancelPeriod: (() => void) | undefined;

  const inputOf = (siteId: SiteId): MinerTiersInput => {
    const live = telemetry.live(siteId);
    return {
      at: clock.now(),
      soc: live.socPct,
      batteryVoltageV: live.batteryVoltageV,
      projection: store.forecasts.latest(siteId, 'soc') ?? null,
      settings: store.settings.get(siteId),
      miners: minersOf(telemetry.channels(siteId), live, commander, clock.now()),
      memory: readMemory(store.state, siteId),
    };
  };

  const mayAct = (siteId: SiteId): boolean =>
    commander.mode(siteId) !== 'watch' && store.stops.active(siteId) === undefined;

  /** Something with the same aim is on its way, waits for a person, or was asked for a moment ago. */
  const alreadyAsked = (siteId: SiteId, decision: MinerDecision, setpoint: boolean): boolean => {
    if (commander.view(decision.deviceId, decision.channelId).pending) return true;
    const waiting = commander
      .pending(siteId)
      .some((each) => each.setpoint === setpoint && minerKey(each) === minerKey(decision));
    const last = asked.get(minerKey(decision));
    const repeatMs = setpoint ? REPEAT_START_MS : REPEAT_PAUSE_MS;
    return waiting || (last?.setpoint === setpoint && clock.now() - last.at < repeatMs);
  };

  const propose = (siteId: SiteId, decision: MinerDecision): void => {
    const { setpoint } = decision;
    if (setpoint === null || alreadyAsked(siteId, decision, setpoint)) return;
    asked.set(minerKey(decision), { setpoint, at: clock.now() });
    submit(siteId, decision, setpoint);
  };

  /** The rule still stands behind what it has: no new wish, but the lease on it must not run out under it. */
  const renew = (siteId: SiteId, decision: MinerDecision, on: boolean | null): void => {
    const lease = store.channelControl.get(decision.deviceId, decision.channelId)?.lease;
    if (on === null || !lease || (lease.owner !== leaseOwner('rule', RULE_NAME) && lease.owner !== OF_THE_PLAN)) return;
    if (lease.expiresAt - clock.now() < RENEW_BELOW_MS && standsBehind(decision, on)) submit(siteId, decision, on);
  };

  const isCovered = (siteId: SiteId, { deviceId, channelId }: Pick<MinerDecision, 'deviceId' | 'channelId'>): boolean =>
    deps.coveredByPlan?.(siteId, deviceId, channelId) ?? false;

  const submit = (siteId: SiteId, decision: MinerDecision, setpoint: boolean): void => {
    const answer = commander.submit({
      siteId,
      deviceId: decision.deviceId,
      channelId: decision.channelId,
      setpoint,
      origin: 'rule',
      who: RULE_NAME,
      surface: 'system',
      reason: decision.reason,
      reasonCode: decision.reasonCode,
      ifIgnored: decision.ifIgnored,
      holdMs: null,
      leaseMs: LEASE_MS,
    });
    if (!answer.ok) {
      log.warn('A proposal was not taken', {
        miner: decision.name,
        code: answer.error.code,
        why: answer.error.message,
      });
      return;
    }
    if (!('done' in answer.value)) return;
    answer.value.done.catch((thrown: unknown) =>
      log.error('A command ended with a bug', { miner: decision.name, why: messageOf(thrown) }),
    );
  };

  const run = (siteId: SiteId): void => {
    if (mayAct(siteId)) {
      const input = inputOf(siteId);
      writeMemory(store.state, siteId, input.memory, remember(input));
      for (const [index, decision] of decide(input).entries()) {
        const covered = isCovered(siteId, decision);
        if (decision.setpoint !== null && !covered) {
          propose(siteId, decision);
          continue;
        }
        const { deviceId, channelId } = decision;
        commander.withdraw({ siteId, deviceId, channelId, origin: 'rule', who: RULE_NAME }, 'It is no longer wanted.');
        if (!covered) renew(siteId, decision, input.miners[index]?.on ?? null);
      }
    }
    lastRuns.set(siteId, clock.now());
  };

  /** One site's bug or a full disk must not keep the other sites' rules from running. */
  const runSafely = (siteId: SiteId): void => {
    try {
      run(siteId);
    } catch (thrown) {
      log.error('The miner tiers could not run', { site: siteId, why: messageOf(thrown) });
    }
  };

  const runSoon = (siteId: SiteId): void => {
    if (soon.has(siteId) || !deps.siteIds().includes(siteId)) return;
    soon.set(
      siteId,
      clock.after(EVENT_DEBOUNCE_MS, () => {
        soon.delete(siteId);
        runSafely(siteId);
      }),
    );
  };

  const onLive = (live: LiveState): void => {
    const settings = store.settings.get(live.siteId);
    const band = bandOf(live, [60, 50, 40, settings.minersPauseBelowSocPct, settings.minersResumeAboveSocPct]);
    const before = bands.get(live.siteId);
    bands.set(live.siteId, band);
    if (before !== undefined && before !== band) runSoon(live.siteId);
  };

  const stop = async (): Promise<void> => {
    for (const end of ends) end();
    for (const cancel of soon.values()) cancel();
    soon.clear();
    ends = [];
    cancelPeriod?.();
    cancelPeriod = undefined;
  };

  return {
    start: (signal) => {
      if (signal.aborted || cancelPeriod) return;
      const onAbort = (): void => void stop();
      signal.addEventListener('abort', onAbort, { once: true });
      ends = [
        () => signal.removeEventListener('abort', onAbort),
        bus.on('live', onLive),
        bus.on('forecast', ({ siteId }) => runSoon(siteId)),
        bus.on('deviceState', ({ siteId, state }) => {
          if (state === 'online') runSoon(siteId);
        }),
        bus.on('mode', ({ siteId }) => {
          for (const key of [...asked.keys()]) asked.delete(key);
          runSoon(siteId);
        }),
        bus.on('stop', (state) => {
          if (state === null) for (const siteId of deps.siteIds()) runSoon(siteId);
        }),
      ];
      cancelPeriod = everyRulePeriod(deps, () => deps.siteIds().forEach(runSafely));
    },
    stop,
    explain: (siteId) => decide(inputOf(siteId)).filter((decision) => !isCovered(siteId, decision)),
    nextSteps: (siteId) => {
      if (!mayAct(siteId)) return [];
      const input = inputOf(siteId);
      const miners = input.miners.filter((miner) => !isCovered(siteId, miner));
      return nextMinerSteps({ ...input, miners }, clock.now() + 4 * LOOK_AHEAD_MS);
    },
    lastRunAt: (siteId) => lastRuns.get(siteId) ?? null,
  };
};
