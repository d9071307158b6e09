import { sunPosition } from '../../../models/features/sun.ts';

/** Upper edge of the sun on the horizon with mean refraction: −50′, as almanacs define rise and set. */
const SIN_HORIZON = Math.sin((-50 / 60) * (Math.PI / 180));
const DAY_MS = 86_400_000;
const STEP_MS = 10 * 60_000;
const REACH_MS = 36 * 3_600_000;
const KEPT = 256;

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

interface SunEdge {
  readonly at: number;
  readonly rises: boolean;
}

const isUp = (at: number, latitude: number, longitude: number): boolean =>
  sunPosition(at, latitude, longitude).sinElevation > SIN_HORIZON;

/** Rises and sets of one UTC day, to the second. */
const edgesOfDay = (dayAt: number, latitude: number, longitude: number): readonly SunEdge[] => {
  const edges: SunEdge[] = [];
  let before = isUp(dayAt, latitude, longitude);
  for (let at = dayAt + STEP_MS; at <= dayAt + DAY_MS; at += STEP_MS) {
    const up = isUp(at, latitude, longitude);
    if (up !== before) {
      let low = at - STEP_MS;
      let high = at;
      while (high - low > 1_000) {
        const middle = Math.floor((low + high) / 2);
        if (isUp(middle, latitude, longitude) === before) low = middle;
        else high = middle;
      }
      edges.push({ at: high, rises: up });
    }
    before = up;
  }
  return edges;
};

/** Only a memo: thousands of rules ask for the same days. */
const known = new Map<string, readonly SunEdge[]>();

const edgesOf = (dayAt: number, latitude: number, longitude: number): readonly SunEdge[] => {
  const key = `${latitude}/${longitude}/${dayAt}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= KEPT) known.clear();
  const edges = edgesOfDay(dayAt, latitude, longitude);
  known.set(key, edges);
  return edges;
};

let lastAround: {
  readonly first: number;
  readonly last: number;
  readonly place: Place;
  readonly edges: readonly SunEdge[];
} | null = null;

const edgesAround = (at: number, { latitude, longitude }: Place): readonly SunEdge[] => {
  const first = Math.floor((at - REACH_MS) / DAY_MS) * DAY_MS;
  const last = at + REACH_MS - ((at + REACH_MS) % DAY_MS);
  const is = lastAround;
  if (is?.first === first && is.last === last && is.place.latitude === latitude && is.place.longitude === longitude)
    return is.edges;
  const edges: SunEdge[] = [];
  for (let dayAt = first; dayAt <= last; dayAt += DAY_MS) edges.push(...edgesOf(dayAt, latitude, longitude));
  lastAround = { first, last, place: { latitude, longitude }, edges };
  return edges;
};

/** The times from one event (and so many minutes) to the other one. In polar summer and winter they have no end. */
const spansOf = (at: number, since: 'sunrise' | 'sunset', offsetMinutes: number, place: Place) => {
  const edges = edgesAround(at, place);
  const begins = since === 'sunrise';
  const spans: { from: number; to: number }[] = [];
  const first = edges[0];
  const runsAtFirst = first ? first.rises !== begins : isUp(at, place.latitude, place.longitude) === begins;
  if (runsAtFirst) spans.push({ from: Number.NEGATIVE_INFINITY, to: first?.at ?? Number.POSITIVE_INFINITY });
  edges.forEach((edge, index) => {
    if (edge.rises === begins)
      spans.push({ from: edge.at + offsetMinutes * 60_000, to: edges[index + 1]?.at ?? Number.POSITIVE_INFINITY });
  });
  return spans;
};

/** Whether the moment lies between the event (and so many minutes) and the next event of the other kind. */
export const isSince = (at: number, since: 'sunrise' | 'sunset', offsetMinutes: number, place: Place): boolean =>
  spansOf(at, since, offsetMinutes, place).some((span) => span.from <= at && at < span.to);

/** The next moment at which it begins; null in polar summer and winter. */
export const nextSince = (
  at: number,
  since: 'sunrise' | 'sunset',
  offsetMinutes: number,
  place: Place,
): number | null =>
  spansOf(at, since, offsetMinutes, place).find((span) => span.from > at && span.to > span.from)?.from ?? null;
