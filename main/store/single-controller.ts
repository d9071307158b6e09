import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { ok, type Result, temporary } from '../result.ts';
import { storeFailure } from './failures.ts';

/**
 * One controller for a data folder. Two files stand behind it: `controller.lock`, on which SQLite holds the operating
 * system's own exclusive lock for as long as the process lives (Node has no call for that), and `controller.json`, which
 * says who holds it. The kernel drops the lock of a process that dies, however it dies, so a stale lock cannot exist and
 * two processes cannot both take one over. Never open `controller.lock` by other means: closing it would drop the lock.
 */

const holderSchema = z.strictObject({
  pid: z.number().int(),
  /** Start time of the process in the kernel's ticks: a pid alone may have been given away again. Null where unknown. */
  processStart: z.string().nullable(),
  token: z.string(),
  host: z.enum(['electron', 'serve', 'cli', 'test']),
  since: z.number(),
});
/** Who holds a data folder. */
export type ControllerHolder = z.infer<typeof holderSchema>;

export interface SingleController {
  readonly token: string;
  /** Asked before each actuator write: false when the lock was lost or another owner has signed in. Never throws. */
  stillOwner(): boolean;
  release(): void;
}

const processStartOf = (pid: number): string | null => {
  try {
    // The name in brackets may hold spaces: the fields are counted after it. The 22nd field is the start time.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null; // Only Linux has /proc.
  }
};

const holderOf = (path: string): ControllerHolder | undefined => {
  try {
    return holderSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined; // Not there yet or half-written by hand: the lock decides, this file only names.
  }
};

const inUse = (holder: ControllerHolder | undefined) =>
  temporary(
    'store.controlled',
    holder
      ? `This data folder is already controlled by ${holder.host} (process ${holder.pid}, since ${new Date(holder.since).toISOString()}).`
      : 'This data folder is already controlled by another process.',
    'Use that one, or end it first: two controllers would fight over one battery.',
  );

/** Takes the folder for this process until `release` or the end of the process. Fails with `store.controlled`. */
export const takeControl = (options: {
  readonly folder: string;
  readonly host: ControllerHolder['host'];
  readonly now: number;
}): Result<SingleController> => {
  const lockPath = join(options.folder, 'controller.lock');
  const holderPath = join(options.folder, 'controller.json');
  let lock: Database.Database | undefined;
  try {
    mkdirSync(options.folder, { recursive: true });
    lock = new Database(lockPath, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    const token = randomUUID();
    const { pid } = process;
    const holder: ControllerHolder = {
      pid,
      processStart: processStartOf(pid),
      token,
      host: options.host,
      since: options.now,
    };
    writeFileSync(`${holderPath}.new`, JSON.stringify(holder), { mode: 0o600 });
    renameSync(`${holderPath}.new`, holderPath);
    const { ino } = statSync(lockPath);
    const held = lock;
    const stillOwner = (): boolean => {
      try {
        // A deleted and newly made lock file is another lock: then somebody else may hold the folder.
        return held.inTransaction && statSync(lockPath).ino === ino && holderOf(holderPath)?.token === token;
      } catch {
        return false;
      }
    };
    return ok({
      token,
      stillOwner,
      release: () => {
        if (!held.open) return;
        if (stillOwner()) rmSync(holderPath, { force: true });
        held.close();
      },
    });
  } catch (thrown) {
    lock?.close();
    const busy = thrown instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(thrown.code);
    return busy ? inUse(holderOf(holderPath)) : storeFailure(thrown, 'Taking control of the folder', lockPath);
  }
};
