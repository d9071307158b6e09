import type { SiteId } from '../../../preload/contract/base.ts';
import type { PresenceSettings } from '../../../preload/contract/presence.ts';
import type { Clock } from '../../clock.ts';
import { createMqttLink, type MqttMessage } from '../../devices/mqtt/mqtt-link.ts';
import type { Log } from '../../log.ts';
import { type Failure, messageOf } from '../../result.ts';
import type { Gateway } from '../types.ts';
import { commandIn, runCommand } from './asks.ts';
import { topicsOf } from './discovery.ts';
import { createPublisher } from './publisher.ts';

/** Measured values at most this often, and at least that often: three misses and they expire. */
const LIVE_EVERY_MS = 10_000;
const HEARTBEAT_MS = 60_000;
/** What a person did shows at once; several changes in a moment are said together. */
const AT_ONCE_MS = 250;
/** Home Assistant needs a moment before it hears the states of what was announced. */
const AFTER_ANNOUNCEMENT_MS = 2_000;
/** When it starts, everybody announces: not all at the same time. */
const BIRTH_SPREAD_MS = 3_000;

export interface PresenceConnection {
  readonly siteId: SiteId;
  /** Something changed: `live` may wait, `now` may not, `outlook` also asks for sentences and forecasts anew. */
  changed(what: 'live' | 'now' | 'outlook'): void;
  isUp(): boolean;
  problem(): Failure | null;
  /** Messages on our command topics that were not obeyed: unknown, out of range, kept from earlier. */
  ignored(): number;
  /** Says goodbye; with `withdraw` Home Assistant forgets the device and its entities. */
  close(options: { readonly withdraw: boolean }): Promise<void>;
}

/** One home at one broker, for as long as the settings stay as they are. */
export const connectPresence = (options: {
  readonly settings: PresenceSettings;
  readonly password: string | null;
  readonly siteId: SiteId;
  readonly gateway: Pick<Gateway, 'handle'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly random: () => number;
}): PresenceConnection => {
  const { clock, gateway, log, password, random, settings, siteId, version } = options;
  const topics = topicsOf(settings.prefix, siteId);
  let ignored = 0;
  let isClosed = false;
  let publishing: Promise<void> | null = null;
  let isDirty = false;
  let due: { readonly atMs: number; readonly cancel: () => void } | null = null;
  let cancelBirth: (() => void) | null = null;
  let publishedMs = Number.NEGATIVE_INFINITY;

  const link = createMqttLink({
    connection: {
      host: settings.host,
      port: settings.port,
      encryption: settings.encryption,
      ...(settings.fingerprint === null ? {} : { fingerprint: settings.fingerprint }),
    },
    user: settings.user,
    password,
    name: `The MQTT broker at ${settings.host}:${settings.port}`,
    clock,
    random,
    will: { topic: topics.availability, payload: 'offline', retain: true },
    onChange: (state, why) => {
      if (state === 'up') {
        log.info('Shown in Home Assistant', { broker: settings.host });
        publisher.forgetAnnouncement();
        schedule(0);
      } else log.warn('Not shown in Home Assistant any more', { broker: settings.host, why: why?.message ?? '' });
    },
  });
  const publisher = createPublisher({ link, gateway, clock, siteId, topics, version });

  /** In at most `delayMs`; one that is due earlier stays. */
  const schedule = (delayMs: number): void => {
    if (isClosed) return;
    const atMs = clock.monotonicMs() + delayMs;
    if (due !== null && due.atMs <= atMs) return;
    due?.cancel();
    const cancel = clock.after(delayMs, () => {
      due = null;
      void publish();
    });
    due = { atMs, cancel };
  };

  const publishOnce = async (): Promise<void> => {
    try {
      const sent = await publisher.publish();
      // A lost connection is said once, by its change; its values are said anew when it is back.
      if (!sent.ok) log.debug('Not everything was said', { why: sent.error.message });
      publishedMs = clock.monotonicMs();
      schedule(publisher.hasJustAnnounced() ? AFTER_ANNOUNCEMENT_MS : HEARTBEAT_MS);
    } catch (thrown) {
      log.error('The home could not be shown in Home Assistant', { why: messageOf(thrown) });
      schedule(HEARTBEAT_MS);
    }
  };

  const publish = async (): Promise<void> => {
    if (!link.isUp() || isClosed) return;
    isDirty = publishing !== null;
    if (publishing !== null) return;
    publishing = publishOnce();
    await publishing;
    publishing = null;
    if (isDirty) schedule(AT_ONCE_MS);
  };

  const ignore = (message: MqttMessage, why: string): void => {
    ignored += 1;
    log.warn('A command from Home Assistant was not obeyed', { topic: message.topic, why });
    // What is shown there must go back to what is.
    schedule(AT_ONCE_MS);
  };

  const obey = (message: MqttMessage): void => {
    const asked = commandIn(
      { topic: message.topic, text: message.payload.toString('utf8').slice(0, 200) },
      { topics, siteId, miners: publisher.miners() },
    );
    if (asked === null) ignore(message, 'it is nothing that can be done here');
    else
      runCommand(gateway, asked)
        .then((done) => {
          if (done.ok) schedule(AT_ONCE_MS);
          else ignore(message, done.error.message);
        })
        .catch((thrown: unknown) => ignore(message, messageOf(thrown)));
  };
  const onCommand = (message: MqttMessage): void => {
    // A command that the broker kept is of another time: obeyed at each new connection it would switch by itself.
    if (message.retained) ignore(message, 'the broker kept it from earlier');
    else obey(message);
  };

  link.subscribe(topics.stopPress, onCommand);
  link.subscribe(topics.modeSet, onCommand);
  link.subscribe(topics.miner('+').set, onCommand);
  link.subscribe(topics.birth, ({ payload, retained }) => {
    if (retained || payload.toString('utf8') !== 'online') return;
    cancelBirth?.();
    cancelBirth = clock.after(random() * BIRTH_SPREAD_MS, () => {
      cancelBirth = null;
      publisher.forgetAnnouncement();
      schedule(0);
    });
  });
  link.start();

  return {
    siteId,
    isUp: link.isUp,
    problem: link.problem,
    ignored: () => ignored,
    changed: (what) => {
      if (what === 'outlook') publisher.forgetOutlook();
      schedule(what === 'live' ? Math.max(AT_ONCE_MS, publishedMs + LIVE_EVERY_MS - clock.monotonicMs()) : AT_ONCE_MS);
    },
    close: async ({ withdraw }) => {
      isClosed = true;
      due?.cancel();
      cancelBirth?.();
      await publishing;
      const goodbyes: readonly (readonly [string, string])[] = [
        [topics.availability, 'offline'],
        ...(withdraw
          ? [topics.config, topics.mode, topics.stop, topics.availability].map((topic) => [topic, ''] as const)
          : []),
      ];
      for (const [topic, payload] of link.isUp() ? goodbyes : []) {
        const said = await link.publish(topic, payload, { qos: 1, retain: true });
        // Then the last will says it.
        if (!said.ok) break;
      }
      await link.close();
    },
  };
};
