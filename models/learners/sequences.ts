import type { AskedRows } from './types.ts';

/** Rows of one forecast side by side: STEPS places a sequence, each the row of that hour or −1 where there is none. */
export interface Sequences {
  readonly count: number;
  readonly places: Int32Array;
}

/** Hours of a sequence: a longer forecast is several. */
export const STEPS = 24;

/** Cuts the rows into sequences of a day, by origin and hours ahead; rows of an origin stand together. */
export const sequencesOf = ({ origins, leads }: Pick<AskedRows, 'origins' | 'leads'>): Sequences => {
  const starts = new Map<string, number>();
  const found: { readonly sequence: number; readonly step: number }[] = [];
  for (let row = 0; row < origins.length; row += 1) {
    const lead = Math.max(0, leads[row] ?? 0);
    const key = `${origins[row]}/${Math.floor(lead / STEPS)}`;
    const sequence = starts.get(key) ?? starts.size;
    starts.set(key, sequence);
    found.push({ sequence, step: lead % STEPS });
  }
  const places = new Int32Array(starts.size * STEPS).fill(-1);
  found.forEach(({ sequence, step }, row) => {
    places[sequence * STEPS + step] = row;
  });
  return { count: starts.size, places };
};
