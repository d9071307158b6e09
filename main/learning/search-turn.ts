import type { ModelKind } from '../../preload/contract/models.ts';
import { localDate, localWeekday } from '../zone.ts';

const DAY_MS = 86_400_000;
/** The household's habits change most: it is searched every week from Monday on, the other kinds in turn from Thursday on. */
const LOAD_WEEKDAY = 1;
const OTHERS_WEEKDAY = 4;

/** Which kind's settings are searched in the night of `at`, and whether a new search begins or one only goes on. */
export const searchOfNight = (
  kinds: readonly ModelKind[],
  at: number,
  zone: string,
): { readonly kind: ModelKind; readonly begins: boolean } => {
  const weekday = localWeekday(at, zone);
  const others = kinds.filter((kind) => kind !== 'load');
  // 1970-01-01 was a Thursday: weeks are counted from Monday.
  const week = Math.floor((Date.parse(localDate(at, zone)) / DAY_MS + 3) / 7);
  const turn = weekday < OTHERS_WEEKDAY ? undefined : others[week % others.length];
  return turn === undefined
    ? { kind: 'load', begins: weekday === LOAD_WEEKDAY }
    : { kind: turn, begins: weekday === OTHERS_WEEKDAY };
};
