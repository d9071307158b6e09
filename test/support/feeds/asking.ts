import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../main/clock.ts';
import type {
  FeedPlace,
  FeedProvider,
  FeedRows,
  FeedTopic,
  FeedWindow,
  Fetched,
  Validators,
} from '../../../main/feeds/types.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import type { Result } from '../../../main/result.ts';
import type { Site } from '../../../preload/contract/site.ts';
import { homeSite } from '../store/temp-store.ts';

/** A payload of a vendor as it was captured. */
export const fixture = (vendor: string, name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures', vendor, name), 'utf8');

export const USER_AGENT = 'CommandCenter/test';

/** A home in a zone and currency, and a provider's options. */
export const placeFor = (
  provider: Pick<FeedProvider, 'options' | 'defaultBaseUrl'>,
  more: {
    readonly site?: Partial<Site>;
    readonly options?: Readonly<Record<string, string>>;
    readonly key?: string | null;
    readonly baseUrl?: string;
  } = {},
): FeedPlace => ({
  site: homeSite(more.site),
  options: {
    ...Object.fromEntries(
      provider.options.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])),
    ),
    ...more.options,
  },
  key: more.key ?? null,
  baseUrl: more.baseUrl ?? provider.defaultBaseUrl,
});

/** Asks over a real connection; the clock's time is the test's, its timers are real. */
export const askProvider = <Topic extends FeedTopic>(
  provider: FeedProvider<Topic>,
  place: FeedPlace,
  window: FeedWindow,
  now: number,
  validators: Validators = { etag: null, lastModified: null },
): Promise<Result<Fetched<FeedRows[Topic]>>> => {
  const clock = { ...systemClock(), now: () => now };
  const http = createHttpClient({ clock: systemClock() });
  return provider.fetch(
    window,
    place,
    { http, clock, userAgent: USER_AGENT },
    validators,
    new AbortController().signal,
  );
};
