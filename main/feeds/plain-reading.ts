import type { Site } from '../../preload/contract/site.ts';
import type { StoredCarbon } from '../store/feed-types.ts';
import { staleAfterMs } from './chain.ts';
import type { FeedsDeps, SolarServiceForRow } from './service-types.ts';
import { createSlots } from './slots.ts';
import { rankOf } from './sources.ts';
import { solarRowsOf } from './tables.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Carbon of [from, to): what was measured before what was forecast, then in the order of the chain. */
export const createCarbonReading =
  ({ store, providers }: Pick<FeedsDeps, 'store' | 'providers'>) =>
  (site: Site, from: number, to: number): readonly StoredCarbon[] => {
    const rank = rankOf({ store, providers }, site.id, 'carbon');
    const stored = [...store.feeds.carbon.range(site.id, from - DAY_MS, to)].filter(
      (row) => row.at + row.stepMs > from,
    );
    stored.sort(
      (a, b) =>
        Number(a.kind === 'forecast') - Number(b.kind === 'forecast') ||
        rank(a.provider) - rank(b.provider) ||
        a.stepMs - b.stepMs,
    );
    const slots = createSlots(Math.min(from, ...stored.map((row) => row.at)), to);
    return stored.filter((row) => slots.take(row.at, row.stepMs)).sort((a, b) => a.at - b.at);
  };

/** What solar services expect of [from, to): fresh issues in the order of the chain, then the newest of the old ones. */
export const createSolarReading =
  (deps: FeedsDeps) =>
  (site: Site, from: number, to: number, knownAt = Number.MAX_SAFE_INTEGER): readonly SolarServiceForRow[] => {
    const { store, clock, providers } = deps;
    const rank = rankOf(deps, site.id, 'solar');
    const seenAt = Math.min(knownAt, clock.now());
    const isFresh = (provider: string, heardAt: number): boolean => {
      const known = providers.solar.find((each) => each.id === provider);
      return seenAt - heardAt <= (known ? staleAfterMs(known) : 3 * HOUR_MS);
    };
    const issues = store.feeds.issues.overlapping(site.id, 'solar', from, to, knownAt).map((issue) => ({
      ...issue,
      fresh: isFresh(issue.provider, Math.max(issue.fetchedAt, issue.confirmedAt <= knownAt ? issue.confirmedAt : 0)),
    }));
    issues.sort(
      (a, b) =>
        Number(b.fresh) - Number(a.fresh) ||
        (a.fresh ? rank(a.provider) - rank(b.provider) : 0) ||
        b.fetchedAt - a.fetchedAt,
    );
    const slots = createSlots(from - DAY_MS, to);
    return issues
      .flatMap((issue) =>
        solarRowsOf(issue)
          .filter((row) => row.at + row.stepMs > from && row.at < to && slots.take(row.at, row.stepMs))
          .map((row) => ({ ...row, provider: issue.provider, issuedAt: issue.issuedAt })),
      )
      .sort((a, b) => a.at - b.at);
  };
