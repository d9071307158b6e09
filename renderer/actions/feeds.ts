import type { Problem } from '../../preload/contract/base.ts';
import type { FeedTopic } from '../../preload/contract/feeds.ts';
import type { CommandInput } from '../../preload/contract.ts';
import { bridge } from '../state/bridge.ts';
import { feedConfig, feedStatus } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

type Sources = CommandInput<'feeds.configure'>['sources'];

/** Who is asked about a topic, and in which order; `null` takes the defaults again. */
export const configureFeed: UserAction<{
  readonly topic: FeedTopic;
  readonly sources: Sources;
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'configure-feed',
  run: async ({ topic, sources, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('feeds.configure', { ...by, topic, sources }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    onSaved();
    await Promise.all([feedConfig.reload(), feedStatus.reload()]);
  },
};

/** Asks all feeds now, as far as their quotas allow, and says what came of it. */
export const refreshFeeds: UserAction<Record<string, never>> = {
  name: 'refresh-feeds',
  run: async () => {
    const by = await asker();
    if (!by) return;
    const done = await send('feeds.refresh', { siteId: by.siteId, topic: null });
    if (done) say(done.sentences.join(' ') || 'There was nothing to ask.');
    await feedStatus.reload();
  },
};

/** A year of weather, prices and carbon for training; it goes on by itself and can be ended. */
export const collectHistory: UserAction<{ readonly running: boolean }> = {
  name: 'collect-history',
  run: async ({ running }) => {
    const by = await asker();
    if (!by) return;
    const { siteId } = by;
    const done = running
      ? await send('feeds.cancelBackfill', { siteId })
      : await send('feeds.backfill', { siteId, topics: ['weather', 'price', 'carbon'], years: 1 });
    if (done)
      say(running ? 'Collecting has ended; what came stays.' : 'Collecting a year of weather, prices and carbon.');
    await feedStatus.reload();
  },
};
