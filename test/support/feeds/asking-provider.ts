import { readFileSync } from 'node:fs';
import { replayClock } from '../../../main/clock.ts';
import type { FeedPlace, FeedProvider, FeedTopic, FeedWindow, Validators } from '../../../main/feeds/types.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import { siteId } from '../../../main/ids.ts';

export const USER_AGENT = 'CommandCenter/1 test@example.test';

export const placeAt = (baseUrl: string, more: Partial<FeedPlace> = {}): FeedPlace => ({
  site: { id: siteId('home'), latitude: 52.5, longitude: 13.4, timeZone: 'Europe/Berlin', currency: 'EUR' },
  options: {},
  key: null,
  baseUrl,
  ...more,
});

/** Asks a provider once over a real socket, at a moment of the test's choice. */
export const askProvider = <Topic extends FeedTopic>(
  provider: FeedProvider<Topic>,
  place: FeedPlace,
  window: FeedWindow,
  now: number,
  validators: Validators = { etag: null, lastModified: null },
): ReturnType<FeedProvider<Topic>['fetch']> => {
  const clock = replayClock(now);
  const deps = { http: createHttpClient({ clock }), clock, userAgent: USER_AGENT };
  return provider.fetch(window, place, deps, validators, new AbortController().signal);
};

/** A genuine payload, as text. */
export const fixture = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
