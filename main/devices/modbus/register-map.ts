import { fail, ok, type Result } from '../../result.ts';

/** The exceptions that a simulated device answers with. */
type ServerException = 1 | 2 | 3 | 4 | 10 | 11;

/** One value of one or more registers. `read` gives exactly `words` register values. */
export interface RegisterEntry {
  readonly address: number;
  readonly words: number;
  read(): readonly number[];
  /** Absent: read only. Answers false for a value that the device does not accept. */
  write?(values: readonly number[]): boolean;
}

/** Where a server's registers come from. `fn` tells the kinds apart where a device numbers each from 0. */
export interface RegisterBank {
  read(unitId: number, address: number, count: number, fn: number): Result<readonly number[], ServerException>;
  write(unitId: number, address: number, values: readonly number[], fn: number): Result<void, ServerException>;
}

/** Registers of one unit. A block may begin and end inside a value, but never spans an address that is not there. */
export interface RegisterMap {
  read(address: number, count: number): Result<readonly number[], ServerException>;
  write(address: number, values: readonly number[]): Result<void, ServerException>;
  has(address: number): boolean;
}

export const createRegisterMap = (entries: readonly RegisterEntry[]): RegisterMap => {
  const owners = new Map<number, RegisterEntry>();
  for (const entry of entries) {
    for (let at = entry.address; at < entry.address + entry.words; at += 1) {
      if (owners.has(at)) throw new Error(`Register ${at} is declared twice.`);
      owners.set(at, entry);
    }
  }
  const covered = (address: number, count: number): RegisterEntry[] | null => {
    const found = Array.from({ length: count }, (_, at) => owners.get(address + at));
    return found.every((entry) => entry !== undefined) ? [...new Set(found)] : null;
  };
  return {
    has: (address) => owners.has(address),
    read: (address, count) => {
      const found = covered(address, count);
      const first = found?.[0];
      if (!found || !first) return fail(2);
      const words = found.flatMap((entry) => [...entry.read()]);
      return ok(words.slice(address - first.address, address - first.address + count));
    },
    write: (address, values) => {
      const found = covered(address, values.length);
      if (!found?.every((entry) => entry.write)) return fail(2);
      for (const entry of found) {
        // A write to a part of a wider value leaves the other part as it is.
        const words = entry.read().map((word, at) => values[entry.address + at - address] ?? word);
        if (!entry.write?.(words)) return fail(3);
      }
      return ok(undefined);
    },
  };
};
