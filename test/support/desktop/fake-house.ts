import type { DesktopCenter } from '../../../main/desktop/types.ts';
import { createEventBus } from '../../../main/events.ts';
import type { SiteId } from '../../../main/ids.ts';
import type { Measure } from '../../../preload/contract/base.ts';
import type { PendingProposal, SettledProposal } from '../../../preload/contract/control.ts';
import type { CenterStatus, LiveState, StopState } from '../../../preload/contract/site.ts';
import type { Reply } from '../../../preload/contract.ts';

/** Everything that was asked of the house, in order. */
interface Asked {
  readonly name: string;
  readonly input: unknown;
  readonly key: string | null;
  readonly surface: string;
}

export interface FakeHouse extends DesktopCenter {
  readonly asked: Asked[];
  readonly slept: string[];
  propose(): void;
  /** The proposal goes away unanswered. */
  withdraw(): void;
  /** Nobody answered in time. */
  expire(): void;
  /** Somebody answers somewhere else. */
  decideElsewhere(state: 'approved' | 'denied'): void;
  measure(socPct: number): void;
  /** Quiet hours of the house, all day. */
  hush(): void;
}

const SITE = 'site_fake' as SiteId;
const AT = Date.UTC(2026, 10, 21, 12);

const measure = (value: number, unit: string): Measure => ({
  value,
  unit,
  measuredAt: AT,
  limitMs: 60_000,
  freshness: 'fresh',
});

const liveAt = (socPct: number): LiveState => ({
  siteId: SITE,
  at: AT,
  pvW: measure(2100, 'W'),
  gridW: measure(-300, 'W'),
  batteryW: measure(900, 'W'),
  loadW: measure(900, 'W'),
  householdW: measure(400, 'W'),
  socPct: measure(socPct, '%'),
  batteryTempC: measure(21, '°C'),
  batteryVoltageV: measure(52, 'V'),
  unmeasuredW: 0,
  balanced: true,
  loads: [],
});

const stopBy = (who: string): StopState => ({
  siteId: SITE,
  stoppedAt: AT,
  who,
  surface: 'tray',
  why: null,
  whyAt: null,
  modeBefore: 'suggest',
  commandedAfterMs: 12,
  answeredAfterMs: 40,
  devices: [],
});

const proposal: PendingProposal = {
  id: 'proposal_1',
  siteId: SITE,
  deviceId: 'plug' as PendingProposal['deviceId'],
  channelId: 'switch:0' as PendingProposal['channelId'],
  deviceName: 'Miner A',
  setpoint: false,
  origin: 'plan',
  reason: 'The battery is low.',
  reasonCode: 'reserve',
  ifIgnored: 'The battery reaches its reserve at 18:00.',
  askedBecause: 'suggest',
  powerW: null,
  stages: [],
  createdAt: AT,
  expiresAt: 8_000_000_000_000,
};

interface CommandFields {
  readonly who: string;
  readonly mode?: CenterStatus['mode'];
  readonly on?: boolean;
}

/** A house for specs of the desktop alone: states on demand, and a list of what was asked of it. */
export const createFakeHouse = (): FakeHouse => {
  const asked: Asked[] = [];
  const slept: string[] = [];
  const answers = new Map<string, Reply<unknown>>();
  let waiting: readonly PendingProposal[] = [];
  let live = liveAt(63);
  let quiet: { readonly from: string; readonly to: string } | null = null;
  const failures: unknown[] = [];
  const bus = createEventBus((_name, thrown) => void failures.push(thrown));
  let status: CenterStatus = {
    version: '0.0.0',
    host: 'electron',
    now: AT,
    startedAt: AT,
    activeSiteId: SITE,
    sites: [
      {
        id: SITE,
        name: 'Test home',
        latitude: 50,
        longitude: 8,
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        demo: true,
        provenance: null,
      },
    ],
    mode: 'suggest',
    testMode: false,
    stop: null,
    pendingProposals: 0,
  };
  const change = (changes: Partial<CenterStatus>): void => {
    status = { ...status, ...changes };
    bus.emit('status', status);
  };
  const setWaiting = (proposals: readonly PendingProposal[]): void => {
    waiting = proposals;
    change({ pendingProposals: proposals.length });
    bus.emit('proposals', { siteId: SITE, pending: proposals.length });
  };
  let settled: SettledProposal | null = null;
  const settle = (
    state: SettledProposal['state'],
    sentence: string,
    who: string | null = null,
    surface: SettledProposal['surface'] = null,
  ): void => {
    if (waiting.length === 0) return;
    settled = { proposal, state, settledAt: AT, who, surface, sentence, actionId: null };
    setWaiting([]);
  };
  /** The first answer decides; the same answer again is the same decision. */
  const decide = (state: 'approved' | 'denied', who: string, surface: SettledProposal['surface']): Reply<unknown> => {
    settle(state, `${who} ${state} this at 12:00.`, who, surface);
    if (settled?.state === state) return ok(state === 'approved' ? { actionId: 'action_1' } : {});
    const problem = {
      code: 'control.proposal-settled',
      kind: 'permanent',
      message: settled?.sentence ?? 'There is no such question.',
      advice: 'Nothing was changed by this answer.',
    } as const;
    return { ok: false, problem };
  };
  const ok = (value: unknown): Reply<unknown> => ({ ok: true, value });
  const commands: Record<string, (input: CommandFields) => unknown> = {
    'stop.activate': ({ who }) => {
      change({ stop: stopBy(who) });
      bus.emit('stop', status.stop);
      return status.stop;
    },
    'stop.release': () => {
      change({ stop: null });
      bus.emit('stop', null);
      return {};
    },
    'mode.set': ({ mode = 'watch' }) => {
      change({ mode });
      bus.emit('mode', { siteId: SITE, mode });
      return {};
    },
    'control.set': () => ({ actionId: 'action_0' }),
    'rules.setTestMode': ({ on = false }) => {
      change({ testMode: on });
      return {};
    },
  };
  const queries: Record<string, () => unknown> = {
    'center.status': () => status,
    'site.live': () => live,
    'control.proposals': () => waiting,
    'control.settledProposals': () => (settled ? [settled] : []),
    'control.actions': () => [],
    'messages.get': () => ({ settings: { quiet } }),
  };
  return {
    asked,
    slept,
    bus,
    status: () => status,
    propose: () => setWaiting([proposal]),
    withdraw: () => settle('cancelled', 'It was cancelled at 12:00.'),
    expire: () => settle('expired', 'Nobody answered by 12:05, so nothing was done.'),
    decideElsewhere: (state) => settle(state, `Mara ${state} this by ntfy at 12:01.`, 'Mara', 'ntfy'),
    hush: () => {
      quiet = { from: '00:00', to: '23:59' };
    },
    measure: (socPct) => {
      live = liveAt(socPct);
      bus.emit('live', live);
    },
    handle: async (request, { surface }) => {
      const { name, input, key = null } = request as { name: string; input: unknown; key?: string };
      if (name === 'control.approve' || name === 'control.deny') {
        asked.push({ name, input, key, surface });
        return decide(name === 'control.approve' ? 'approved' : 'denied', (input as CommandFields).who, surface);
      }
      if (!Object.hasOwn(commands, name)) {
        const query = queries[name];
        return query
          ? ok(query())
          : { ok: false, problem: { code: 'request.unknown', kind: 'permanent', message: 'Unknown.', advice: '' } };
      }
      asked.push({ name, input, key, surface });
      const known = key === null ? undefined : answers.get(key);
      const reply = known ?? ok(commands[name]?.(input as CommandFields));
      if (key !== null) answers.set(key, reply);
      return reply;
    },
    stop: async () => undefined,
    suspend: async () => void slept.push('suspend'),
    resume: () => void slept.push('resume'),
  };
};
