import type { Clock } from '../../clock.ts';
import type { RegisterEntry } from '../modbus/register-map.ts';
import { wordOfU16 } from '../modbus/words.ts';

/** What inverters and their gateways do with settings behind one's back. */
export interface SettingQuirks {
  /** A write is acknowledged at once and stands only after this long. */
  readonly lagMs?: number;
  /** The gateway answers reads of settings from a copy that is up to this old. */
  readonly cacheMs?: number;
  /** Larger values are taken and silently kept at this one, by register. */
  readonly clamp?: Readonly<Record<number, number>>;
}

export interface SolarkSettings {
  readonly entries: readonly RegisterEntry[];
  /** What the inverter itself goes by, whatever a reader is shown. */
  get(address: number): number;
  setQuirks(quirks: SettingQuirks): void;
}

/** Registers that are kept. `highest` refuses a value; all others are taken as they come. */
export const createSolarkSettings = (options: {
  readonly clock: Clock;
  readonly start: Readonly<Record<number, number>>;
  readonly highest: Readonly<Record<number, number>>;
  readonly onWrite: () => void;
}): SolarkSettings => {
  const { clock, start, highest, onWrite } = options;
  const kept = new Map<number, number>(Object.entries(start).map(([address, word]) => [Number(address), word]));
  let underWay: { readonly dueMs: number; readonly address: number; readonly word: number }[] = [];
  let cache: { readonly takenMs: number; readonly words: ReadonlyMap<number, number> } | null = null;
  let quirks: SettingQuirks = {};

  const settle = (): void => {
    const nowMs = clock.monotonicMs();
    const due = underWay.filter(({ dueMs }) => dueMs <= nowMs);
    underWay = underWay.filter(({ dueMs }) => dueMs > nowMs);
    for (const { address, word } of due) kept.set(address, word);
  };
  const get = (address: number): number => {
    settle();
    return kept.get(address) ?? 0;
  };
  const shown = (address: number): number => {
    const { cacheMs } = quirks;
    if (cacheMs === undefined) return get(address);
    const nowMs = clock.monotonicMs();
    settle();
    if (!cache || nowMs - cache.takenMs >= cacheMs) cache = { takenMs: nowMs, words: new Map(kept) };
    return cache.words.get(address) ?? 0;
  };

  return {
    get,
    setQuirks: (next) => {
      quirks = next;
      cache = next.cacheMs === undefined ? null : { takenMs: clock.monotonicMs(), words: new Map(kept) };
    },
    entries: [...kept.keys()].map((address) => ({
      address,
      words: 1,
      read: () => [wordOfU16(shown(address))],
      write: ([word = 0]: readonly number[]) => {
        if (word > (highest[address] ?? 0xffff)) return false;
        const taken = Math.min(word, quirks.clamp?.[address] ?? word);
        settle();
        if (quirks.lagMs === undefined) kept.set(address, taken);
        else underWay.push({ dueMs: clock.monotonicMs() + quirks.lagMs, address, word: taken });
        onWrite();
        return true;
      },
    })),
  };
};
