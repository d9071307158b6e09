import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a second start tells the first. */
export interface SecondStart {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly additionalData: unknown;
}

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false; // No such process: its lock is stale.
  }
};

const take = (path: string): boolean => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const owner = Number(readFileSync(path, 'utf8'));
    if (owner === process.pid) return true;
    if (isAlive(owner)) return false;
    rmSync(path);
    return take(path);
  }
};

/**
 * One lock file a user-data folder, as Electron has it. Answers whether this process is the first; a later one leaves
 * a message file, which the first one watches for.
 */
export const lockInstance = (userData: string, start: SecondStart, onSecond: (start: SecondStart) => void): boolean => {
  const folder = join(userData, 'single-instance');
  mkdirSync(folder, { recursive: true });
  if (!take(join(folder, 'lock'))) {
    writeFileSync(join(folder, `${process.pid}.start`), JSON.stringify(start));
    return false;
  }
  const read = (): void => {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.start'))) {
      const text = readFileSync(join(folder, name), 'utf8');
      if (text === '') continue; // Still being written: the watcher calls again.
      rmSync(join(folder, name));
      onSecond(JSON.parse(text) as SecondStart);
    }
  };
  watch(folder, read).unref();
  return true;
};
