import { createHash } from 'node:crypto';
import type { FeedSource } from '../../preload/contract/feeds.ts';
import type { Site } from '../../preload/contract/site.ts';
import type { SiteId } from '../ids.ts';
import type { FeedProviders, FeedsDeps } from './service-types.ts';
import type { FeedPlace, FeedProvider, FeedTopic } from './types.ts';

export const FEED_TOPICS: readonly FeedTopic[] = ['weather', 'price', 'carbon', 'solar', 'commodity'];

/** A provider as one home asks it. */
export interface Source<Topic extends FeedTopic> {
  readonly provider: FeedProvider<Topic>;
  readonly place: FeedPlace;
  /** Whose quota is spent: the provider's host with the key's fingerprint. */
  readonly account: string;
  /** Why it cannot serve this home; null where it can. */
  readonly refusal: string | null;
}

/** The name under which the secret store keeps the key of a provider for a home. */
export const keyName = (siteId: SiteId, providerId: string): string => `feed/${siteId}/${providerId}`;

/** What a new home asks: everything, in the order of the registry; who cannot serve it refuses by itself. */
const defaultSources = <Topic extends FeedTopic>(providers: FeedProviders, topic: Topic): readonly FeedSource[] =>
  providers[topic].map(({ id }) => ({ provider: id, enabled: true, baseUrl: null, options: {} }));

export const chosenSources = (
  { store, providers }: Pick<FeedsDeps, 'store' | 'providers'>,
  siteId: SiteId,
  topic: FeedTopic,
): { readonly chosen: boolean; readonly sources: readonly FeedSource[] } => {
  const chosen = store.feeds.config.get(siteId)?.topics[topic];
  return { chosen: chosen !== undefined, sources: chosen ?? defaultSources(providers, topic) };
};

/** The rank of each provider of a topic for a home: what stands earlier is believed first. */
export const rankOf = (deps: Pick<FeedsDeps, 'store' | 'providers'>, siteId: SiteId, topic: FeedTopic) => {
  const order = [
    ...chosenSources(deps, siteId, topic).sources.map((source) => source.provider),
    ...deps.providers[topic].map((provider) => provider.id),
  ];
  return (providerId: string): number => {
    const rank = order.indexOf(providerId);
    return rank < 0 ? order.length : rank;
  };
};

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);

const accountOf = (providerId: string, { baseUrl, key }: FeedPlace): string => {
  const fingerprint = key === null ? '' : `#${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
  return `${providerId}@${hostOf(baseUrl)}${fingerprint}`;
};

/** The enabled providers of a topic with their keys, in the order of the chain. Those that refuse are among them. */
export const sourcesOf = async <Topic extends FeedTopic>(
  deps: Pick<FeedsDeps, 'store' | 'providers' | 'secrets'>,
  site: Site,
  topic: Topic,
): Promise<readonly Source<Topic>[]> => {
  const sources: Source<Topic>[] = [];
  for (const { provider: id, enabled, baseUrl, options } of chosenSources(deps, site.id, topic).sources) {
    const provider = deps.providers[topic].find((each) => each.id === id);
    if (!enabled || provider === undefined) continue;
    const defaults = Object.fromEntries(
      provider.options.flatMap((field) => (field.default === undefined ? [] : [[field.name, field.default]])),
    );
    const key = provider.keyHelp === null ? null : await deps.secrets.get(keyName(site.id, id));
    const place: FeedPlace = {
      site,
      options: { ...defaults, ...options },
      key: key?.ok ? key.value : null,
      baseUrl: (baseUrl ?? provider.defaultBaseUrl).replace(/\/+$/, ''),
    };
    const refusal = key?.ok === false ? `Its key cannot be read: ${key.error.message}` : provider.refusal(place);
    sources.push({ provider, place, account: accountOf(id, place), refusal });
  }
  return sources;
};

/** Providers of commodities and bands stand beside each other; the others form one chain. */
export const chainsOf = <Topic extends FeedTopic>(
  topic: Topic,
  sources: readonly Source<Topic>[],
): readonly (readonly Source<Topic>[])[] => {
  const able = sources.filter((source) => source.refusal === null);
  const isChained = (source: Source<Topic>): boolean =>
    topic !== 'commodity' && (source.provider.role ?? 'source') === 'source';
  const single = able.filter((source) => !isChained(source) && source.provider.role !== 'history');
  return [able.filter(isChained), ...single.map((source) => [source])].filter((chain) => chain.length > 0);
};
