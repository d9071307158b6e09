import type { Problem, SiteId } from '../../../preload/contract/base.ts';
import {
  type PresenceSettings,
  type PresenceStatus,
  type PresenceView,
  presenceSettingsSchema,
} from '../../../preload/contract/presence.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { Log } from '../../log.ts';
import { fail, messageOf, ok, type Result } from '../../result.ts';
import type { SecretStore } from '../../secrets.ts';
import type { CenterStateRepository } from '../../store/types.ts';
import type { Gateway } from '../types.ts';
import { askStatus } from './asks.ts';
import { connectPresence, type PresenceConnection } from './connection.ts';
import { PRESENCE_SECRET, PRESENCE_STATE, readPresenceSettings } from './settings.ts';

export interface HomePresenceDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  /** The one door: everything is asked and commanded through it. */
  readonly gateway: Pick<Gateway, 'handle'>;
  readonly secrets: SecretStore;
  /** Keeps the settings, without the password. */
  readonly state: CenterStateRepository;
  readonly version: string;
  readonly random?: () => number;
}

/** Our state, forecasts, plan and STOP in Home Assistant, through the MQTT broker that the person names. */
export interface HomePresence {
  start(signal: AbortSignal): void;
  /** Says "offline" and leaves no socket and no timer. */
  stop(): Promise<void>;
  settings(): PresenceSettings;
  /** Whether one is kept; never which. */
  password(): Promise<PresenceView['password']>;
  /**
   * Saves and applies. `password` null removes it, left out keeps it, which another broker is refused: it would be told
   * what was meant for the first. Switched off, Home Assistant forgets the device.
   */
  configure(
    settings: PresenceSettings,
    by: { readonly who: string; readonly password?: string | null | undefined },
  ): Promise<Result<void, Problem>>;
  status(): PresenceStatus;
}

const wrongField = (field: string, message: string): Result<never, Problem> =>
  fail({
    code: 'presence.settings',
    kind: 'permanent',
    message,
    advice: 'Correct the marked field. Nothing was saved.',
    fields: { [field]: message },
  });

export const createHomePresence = (deps: HomePresenceDeps): HomePresence => {
  const { bus, clock, gateway, random = Math.random, secrets, state, version } = deps;
  const log = deps.log.room('home-presence');
  const ends: (() => void)[] = [];
  let settings = readPresenceSettings(state.get(PRESENCE_STATE));
  let connection: PresenceConnection | null = null;
  let isStarted = false;
  /** Connecting and closing go one after another. */
  let lane: Promise<unknown> = Promise.resolve();

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = lane
      .then(work)
      .catch((thrown: unknown) => log.error('Home Assistant could not be served', { why: messageOf(thrown) }));
    lane = turn;
    return turn;
  };

  const disconnect = async (withdraw: boolean): Promise<void> => {
    const closing = connection;
    connection = null;
    await closing?.close({ withdraw });
  };

  const connect = async (): Promise<void> => {
    if (!isStarted || !settings.enabled || connection !== null) return;
    const { activeSiteId: siteId } = await askStatus(gateway);
    const password = await secrets.get(PRESENCE_SECRET);
    if (!password.ok) log.warn('The password of the MQTT broker cannot be read', { why: password.error.message });
    connection = connectPresence({
      settings,
      password: password.ok ? password.value : null,
      siteId,
      gateway,
      clock,
      log,
      version,
      random,
    });
  };

  /** Another home was opened: the device of the first one goes, the other comes. */
  const follow = (siteId: SiteId): void => {
    if (connection === null || connection.siteId === siteId) return;
    void inTurn(async () => {
      if (connection === null || connection.siteId === siteId) return;
      await disconnect(true);
      await connect();
    });
  };

  const passwordKept = async (): Promise<PresenceView['password']> => {
    const kept = await secrets.get(PRESENCE_SECRET);
    if (!kept.ok) return 'unreadable';
    return kept.value === null ? 'none' : 'kept';
  };

  const stop = async (): Promise<void> => {
    isStarted = false;
    for (const end of ends.splice(0)) end();
    await inTurn(() => disconnect(false));
  };

  return {
    start: (signal) => {
      if (isStarted || signal.aborted) return;
      isStarted = true;
      const tell = (what: 'live' | 'now' | 'outlook') => (): void => connection?.changed(what);
      ends.push(
        bus.on('live', tell('live')),
        bus.on('devices', tell('live')),
        bus.on('action', tell('now')),
        bus.on('stop', tell('outlook')),
        bus.on('mode', tell('outlook')),
        bus.on('forecast', tell('outlook')),
        bus.on('status', ({ activeSiteId }) => {
          follow(activeSiteId);
          connection?.changed('now');
        }),
      );
      const onAbort = (): void => void stop();
      signal.addEventListener('abort', onAbort, { once: true });
      ends.push(() => signal.removeEventListener('abort', onAbort));
      void inTurn(connect);
    },
    stop,
    settings: () => settings,
    password: passwordKept,
    configure: async (wanted, { password, who }) => {
      const parsed = presenceSettingsSchema.safeParse(wanted);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return wrongField(String(issue?.path[0] ?? 'settings'), issue?.message ?? 'This cannot be used.');
      }
      const next = parsed.data;
      if (next.enabled && next.host === '') return wrongField('host', 'Type the name or address of the MQTT broker.');
      if (next.encryption === 'pinned' && next.fingerprint === null)
        return wrongField('fingerprint', 'Agree to the certificate that the broker shows first.');
      if (password === undefined && next.host !== settings.host && (await passwordKept()) !== 'none')
        return wrongField('password', 'Type the password again, or remove it: the kept one is for another broker.');
      if (password !== undefined) {
        const kept =
          password === null || password === ''
            ? await secrets.remove(PRESENCE_SECRET)
            : await secrets.set(PRESENCE_SECRET, password);
        if (!kept.ok) return kept;
      }
      const isLeaving =
        settings.enabled && (!next.enabled || next.host !== settings.host || next.prefix !== settings.prefix);
      settings = next;
      state.set(PRESENCE_STATE, JSON.stringify(next));
      log.info('How Home Assistant shows the home was set', { who, enabled: next.enabled, broker: next.host });
      await inTurn(async () => {
        await disconnect(isLeaving);
        await connect();
      });
      return ok(undefined);
    },
    status: () => {
      if (!settings.enabled)
        return { state: 'off', sentence: 'Nothing is shown in Home Assistant.', fingerprint: null };
      const where = `${settings.host}:${settings.port}`;
      if (connection?.isUp())
        return { state: 'up', sentence: `Shown in Home Assistant through ${where}.`, fingerprint: null };
      const problem = connection?.problem() ?? null;
      if (problem === null) return { state: 'connecting', sentence: `Connecting to ${where}.`, fingerprint: null };
      return {
        state: 'failing',
        sentence: `${problem.message} ${problem.advice}`,
        fingerprint: problem.fingerprint ?? null,
      };
    },
  };
};
