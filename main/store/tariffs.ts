import type Database from 'better-sqlite3';
import { type Tariff, tariffSchema } from '../../preload/contract/tariff.ts';
import type { SiteId } from '../ids.ts';
import type { UnreadableRows } from './unreadable.ts';

/** One change of a home's tariff. */
export interface TariffVersion {
  readonly setAt: number;
  readonly who: string;
  /** Counts from then; null from the beginning. */
  readonly validFrom: number | null;
  /** Null where the tariff was taken away. */
  readonly tariff: Tariff | null;
}

export interface TariffRepository {
  /** All changes, newest first. At a moment the first one whose `validFrom` has come counts. */
  versions(siteId: SiteId): readonly TariffVersion[];
  add(siteId: SiteId, version: TariffVersion): void;
}

interface Row {
  readonly id: number;
  readonly setAt: number;
  readonly who: string;
  readonly validFrom: number | null;
  readonly body: string | null;
}

export const createTariffRepository = (db: Database.Database, unreadable: UnreadableRows): TariffRepository => {
  const list = db.prepare<[string], Row>(
    'SELECT id, set_at AS setAt, who, valid_from AS validFrom, body FROM tariffs WHERE site_id = ? ORDER BY id DESC',
  );
  const insert = db.prepare('INSERT INTO tariffs (site_id, set_at, who, valid_from, body) VALUES (?, ?, ?, ?, ?)');
  return {
    versions: (siteId) =>
      list.all(siteId).flatMap(({ id, body, ...rest }): readonly TariffVersion[] => {
        if (body === null) return [{ ...rest, tariff: null }];
        const tariff = unreadable.json(tariffSchema, body, `tariffs ${id}`);
        return tariff === undefined ? [] : [{ ...rest, tariff }];
      }),
    add: (siteId, { setAt, who, validFrom, tariff }) => {
      insert.run(siteId, setAt, who, validFrom, tariff === null ? null : JSON.stringify(tariff));
    },
  };
};
