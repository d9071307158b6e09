import type Database from 'better-sqlite3';
import { createFeedIssueRepository } from './feed-issues.ts';
import {
  createFeedCallRepository,
  createFeedConfigRepository,
  createFeedRejectRepository,
  createFeedStateRepository,
} from './feed-memory.ts';
import { createFeedPastRepository } from './feed-past.ts';
import { createFeedCarbonRepository, createFeedCommodityRepository, createFeedPriceRepository } from './feed-rows.ts';
import type { FeedRepositories } from './feed-types.ts';
import type { UnreadableRows } from './unreadable.ts';

export const createFeedRepositories = (db: Database.Database, unreadable: UnreadableRows): FeedRepositories => ({
  issues: createFeedIssueRepository(db),
  past: createFeedPastRepository(db),
  prices: createFeedPriceRepository(db),
  carbon: createFeedCarbonRepository(db),
  commodities: createFeedCommodityRepository(db),
  state: createFeedStateRepository(db, unreadable),
  calls: createFeedCallRepository(db),
  rejects: createFeedRejectRepository(db, unreadable),
  config: createFeedConfigRepository(db, unreadable),
});
