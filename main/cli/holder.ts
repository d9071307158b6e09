import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const holderSchema = z.object({ pid: z.number().int(), host: z.string(), since: z.number() });

export interface Holder extends z.infer<typeof holderSchema> {
  readonly alive: boolean;
}

/** A process that exists, even one that this user may not signal. */
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
};

/** Who last signed in as controller of a folder; null when nobody is signed in. The lock decides, this only names. */
export const holderOf = (folder: string): Holder | null => {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(readFileSync(join(folder, 'controller.json'), 'utf8')));
    return parsed.success ? { ...parsed.data, alive: isAlive(parsed.data.pid) } : null;
  } catch {
    return null; // Not there or half-written: nobody is named.
  }
};
