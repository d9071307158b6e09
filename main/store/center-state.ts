import type Database from 'better-sqlite3';
import type { CenterStateRepository } from './types.ts';

/** Facts of one site are named `<fact>:<site id>`, so that they leave with the site. */
export const createCenterStateRepository = (db: Database.Database): CenterStateRepository => {
  const get = db.prepare<[string], { value: string }>('SELECT value FROM center_state WHERE name = ?');
  const set = db.prepare(
    'INSERT INTO center_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (name) => get.get(name)?.value,
    set: (name, value) => {
      set.run(name, value);
    },
  };
};
