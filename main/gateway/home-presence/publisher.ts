import type { SiteId } from '../../../preload/contract/base.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { Clock } from '../../clock.ts';
import type { MqttLink } from '../../devices/mqtt/mqtt-link.ts';
import type { Result } from '../../result.ts';
import type { Gateway } from '../types.ts';
import { askNow, askOutlook, askStatus } from './asks.ts';
import { type Component, componentsOf, discoveryPayload, type PresenceTopics } from './discovery.ts';
import { minerStateText, minersOf, type PresentMiner, UNKNOWN } from './miners.ts';
import { type PresenceView, stateOf } from './values.ts';

/** Sentences and forecasts change slowly and cost more to ask for. */
const OUTLOOK_EVERY_MS = 60_000;

export interface Publisher {
  /** Looks at the center and says everything; announces first where what there is has changed. */
  publish(): Promise<Result<void>>;
  /** The next time everything is announced anew: a new connection, or Home Assistant started anew. */
  forgetAnnouncement(): void;
  /** The next time sentences and forecasts are asked for anew. */
  forgetOutlook(): void;
  /** As last published. */
  miners(): readonly PresentMiner[];
  /** Whether the last `publish` announced something: who hears it needs a moment before it hears states. */
  hasJustAnnounced(): boolean;
}

/** Says over one connection how one home stands. */
export const createPublisher = (options: {
  readonly link: Pick<MqttLink, 'publish'>;
  readonly gateway: Pick<Gateway, 'handle'>;
  readonly clock: Clock;
  readonly siteId: SiteId;
  readonly topics: PresenceTopics;
  readonly version: string;
}): Publisher => {
  const { clock, gateway, link, siteId, topics, version } = options;
  let announced: string | null = null;
  let known: Readonly<Record<string, Component>> = {};
  let outlook: { readonly value: Pick<PresenceView, 'overview' | 'solar' | 'load'>; readonly atMs: number } | null =
    null;
  let miners: readonly PresentMiner[] = [];
  let hasJustAnnounced = false;

  const look = async (): Promise<PresenceView> => {
    if (outlook === null || clock.monotonicMs() - outlook.atMs >= OUTLOOK_EVERY_MS)
      outlook = { value: await askOutlook(gateway, siteId), atMs: clock.monotonicMs() };
    return { status: await askStatus(gateway), ...(await askNow(gateway, siteId)), ...outlook.value };
  };

  const announce = async (site: Pick<Site, 'id' | 'name'>): Promise<Result<void> | null> => {
    const components = componentsOf(site, topics, miners);
    const gone = Object.fromEntries(Object.entries(known).filter(([id]) => !(id in components)));
    const text = JSON.stringify(discoveryPayload(site, topics, { version, components, gone: {} }));
    if (text === announced) return null;
    const payload = JSON.stringify(discoveryPayload(site, topics, { version, components, gone }));
    const sent = await link.publish(topics.config, payload, { qos: 1, retain: true });
    if (!sent.ok) return sent;
    announced = text;
    known = components;
    return sent;
  };

  return {
    publish: async () => {
      const view = await look();
      miners = minersOf(view.devices);
      const site = view.status.sites.find(({ id }) => id === siteId);
      const announcement = await announce({ id: siteId, name: site?.name ?? '' });
      hasJustAnnounced = announcement !== null;
      if (announcement !== null && !announcement.ok) return announcement;
      const stop = view.status.stop === null ? 'OFF' : 'ON';
      const messages: readonly (readonly [string, string, { readonly qos: 0 | 1; readonly retain: boolean }])[] = [
        [topics.state, JSON.stringify(stateOf(view, clock.now())), { qos: 0, retain: false }],
        // Settings, not measurements: they hold until they are changed, and the availability says whether we are here.
        [topics.mode, view.status.mode, { qos: 1, retain: true }],
        [topics.stop, stop, { qos: 1, retain: true }],
        ...miners.flatMap((miner) => {
          const { power, state } = topics.miner(miner.key);
          const powerText = miner.powerW === null ? UNKNOWN : String(miner.powerW);
          return [
            [state, minerStateText(miner), { qos: 1, retain: false }] as const,
            [power, powerText, { qos: 0, retain: false }] as const,
          ];
        }),
        [topics.availability, 'online', { qos: 1, retain: true }],
      ];
      for (const [topic, payload, how] of messages) {
        const sent = await link.publish(topic, payload, how);
        if (!sent.ok) return sent;
      }
      return { ok: true, value: undefined };
    },
    forgetAnnouncement: () => {
      announced = null;
    },
    forgetOutlook: () => {
      outlook = null;
    },
    miners: () => miners,
    hasJustAnnounced: () => hasJustAnnounced,
  };
};
