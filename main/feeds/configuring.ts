import type { FeedConfigView, FeedProviderView } from '../../preload/contract/feeds.ts';
import type { Site } from '../../preload/contract/site.ts';
import type { SiteId } from '../ids.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Feeds, FeedsDeps } from './service-types.ts';
import { chosenSources, FEED_TOPICS, keyName } from './sources.ts';
import type { FeedTopic } from './types.ts';

/** Which providers a home asks, in which order, with which options and keys. */
export const createConfiguring = (deps: FeedsDeps) => {
  const { store, secrets, providers, log } = deps;

  const view = async (site: Site): Promise<Result<FeedConfigView>> => {
    const topics: FeedConfigView['topics'] = [];
    for (const topic of FEED_TOPICS) {
      const { chosen, sources } = chosenSources(deps, site.id, topic);
      const withKeys: FeedConfigView['topics'][number]['sources'] = [];
      for (const source of sources) {
        const key = await secrets.get(keyName(site.id, source.provider));
        if (!key.ok) return key;
        withKeys.push({ ...source, options: { ...source.options }, hasKey: key.value !== null });
      }
      topics.push({ topic, chosen, sources: withKeys });
    }
    return ok({ siteId: site.id, topics });
  };

  /** Everything that was remembered of the topic's providers held for the old settings. */
  const forgetStates = (siteId: SiteId, topic: FeedTopic, ids: readonly string[]): void => {
    for (const id of ids) store.feeds.state.forget(siteId, topic, id);
  };

  const configure: Feeds['configure'] = async ({ siteId, topic, sources, who }) => {
    const known = providers[topic];
    const unknown = sources?.find((source) => !known.some((provider) => provider.id === source.provider));
    if (unknown)
      return permanent(
        'feed.unknown',
        `There is no provider "${unknown.provider}" for ${topic}.`,
        'Choose one of the list.',
      );
    const twice = sources?.find(
      (source, index) => sources.findIndex((each) => each.provider === source.provider) < index,
    );
    if (twice)
      return permanent('feed.twice', `${twice.provider} is in the list twice.`, 'Leave each provider in once.');
    const before = chosenSources(deps, siteId, topic).sources;
    const touched: string[] = [];
    for (const { key, ...source } of sources ?? []) {
      const old = before.find((each) => each.provider === source.provider);
      if (key !== undefined) {
        const name = keyName(siteId, source.provider);
        const kept = key === null ? await secrets.remove(name) : await secrets.set(name, key);
        if (!kept.ok) return kept;
      }
      if (key !== undefined || JSON.stringify(old) !== JSON.stringify(source)) touched.push(source.provider);
    }
    const { [topic]: _before, ...others } = store.feeds.config.get(siteId)?.topics ?? {};
    const chosen = sources?.map(({ provider, enabled, baseUrl, options }) => ({ provider, enabled, baseUrl, options }));
    store.transaction(() => {
      store.feeds.config.put(siteId, { topics: chosen === undefined ? others : { ...others, [topic]: chosen } });
      forgetStates(siteId, topic, sources === null ? known.map((provider) => provider.id) : touched);
    });
    log.info('The feeds of a home were chosen.', {
      topic,
      who,
      providers: (chosen ?? []).map((each) => each.provider).join(', '),
    });
    return ok(undefined);
  };

  const providerViews = (): readonly FeedProviderView[] =>
    FEED_TOPICS.flatMap((topic) =>
      providers[topic].map((provider) => ({
        id: provider.id,
        topic,
        label: provider.label,
        attribution: { ...provider.attribution },
        defaultBaseUrl: provider.defaultBaseUrl,
        keyHelp: provider.keyHelp,
        options: provider.options.map((field) => ({ ...field })),
        refreshMs: provider.refreshMs,
        history: provider.history !== undefined,
      })),
    );

  return { view, configure, providerViews };
};
