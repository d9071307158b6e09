/** What evcc says of its site, as flat keys: `grid.power`, `loadpoints.0.chargePower`. Null is a value that it has not. */
export type EvccState = ReadonlyMap<string, number | string | boolean | null>;

/** Chargers that a device of this driver shows; their numbers start at 0 in the state. */
export const LOADPOINTS = 4;

/** Deeper than anything that is read here: what lies below is not looked at. */
const DEEPEST = 5;
/** Forecasts and statistics are large and not needed; of lists only as much as a home can have. */
const WANTED = new RegExp(
  [
    '^(siteTitle|version|gridPower|pvPower|homePower|batteryPower|batterySoc|batteryCapacity|batteryMode)$',
    '^(gridConfigured|pvConfigured|batteryConfigured|pv\\.\\d{1,2}\\.power|grid\\.power)$',
    '^battery\\.(power|soc|capacity|devices\\.\\d{1,2}\\.controllable|\\d{1,2}\\.controllable)$',
    '^loadpoints\\.\\d{1,2}\\.(title|mode|connected|charging|chargePower|vehicleSoc|chargerFeatureHeating)$',
    '^loadpoints\\.\\d{1,2}\\.(sessionEnergy|limitSoc|minCurrent|maxCurrent)$',
  ].join('|'),
);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const flatten = (path: string, value: unknown, into: Map<string, number | string | boolean | null>): void => {
  if (isObject(value)) {
    if (path.split('.').length < DEEPEST)
      for (const [name, part] of Object.entries(value)) flatten(path === '' ? name : `${path}.${name}`, part, into);
    return;
  }
  const isScalar =
    value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  if (isScalar && WANTED.test(path)) into.set(path, value);
};

/** Releases before 0.200 wrap every answer as `{"result": …}`. */
const unwrapped = (value: unknown): unknown => {
  if (!isObject(value) || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  return entries.length === 1 && first?.[0] === 'result' ? first[1] : value;
};

/** The whole state out of an answer of `/api/state`; null where it is none of evcc's. */
export const stateOf = (answer: unknown): EvccState | null => {
  const whole = unwrapped(answer);
  if (!isObject(whole) || Array.isArray(whole)) return null;
  const state = new Map<string, number | string | boolean | null>();
  flatten('', whole, state);
  // Either form has these: the list of chargers, or at least the numbers of the site.
  const isEvcc = 'loadpoints' in whole || [...state.keys()].some((key) => key.startsWith('loadpoints.'));
  return isEvcc || state.has('homePower') ? state : null;
};

/** A message of the push: flat keys, of which those named replace what was; null where it is no such message. */
export const changesOf = (
  message: unknown,
): { readonly keys: readonly string[]; readonly values: EvccState } | null => {
  if (!isObject(message) || Array.isArray(message)) return null;
  const values = new Map<string, number | string | boolean | null>();
  flatten('', message, values);
  return { keys: Object.keys(message), values };
};

/** The state after a message: a key that is named again is replaced with all that lies below it. */
export const merged = (
  state: EvccState,
  { keys, values }: { readonly keys: readonly string[]; readonly values: EvccState },
): EvccState => {
  const kept = [...state].filter(([key]) => !keys.some((named) => key === named || key.startsWith(`${named}.`)));
  return new Map([...kept, ...values]);
};

/** A finite number at one of the keys, the first that has one: releases moved some of them. */
export const numberAt = (state: EvccState, ...keys: readonly string[]): number | null => {
  for (const key of keys) {
    const value = state.get(key);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
  }
  return null;
};

/** How many chargers it has, shown here or not. */
export const loadpointCount = (state: EvccState): number => {
  let most = 0;
  for (const key of state.keys()) {
    const found = /^loadpoints\.(\d+)\./.exec(key);
    if (found) most = Math.max(most, Number(found[1]) + 1);
  }
  return most;
};
