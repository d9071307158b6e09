/** The three kinds of frames of OCPP-J 1.6, section 4.2: a call, its result, its error. */
export type Frame =
  | { readonly kind: 'call'; readonly id: string; readonly action: string; readonly payload: object }
  | { readonly kind: 'result'; readonly id: string; readonly payload: object }
  | { readonly kind: 'error'; readonly id: string; readonly code: string; readonly description: string };

/** The codes of call errors that we send; the others are the charger's to send. */
type ErrorCode = 'NotImplemented' | 'FormationViolation' | 'PropertyConstraintViolation' | 'InternalError';

/** Longer ids are not to be had by the specification; what is longer is no id. */
const MOST_ID = 36;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A frame out of text; null where it is none. Further members, which some chargers add, are let be. */
export const parseFrame = (text: string): Frame | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(value)) return null;
  const [type, id, third, fourth]: unknown[] = value;
  if (typeof id !== 'string' || id === '' || id.length > MOST_ID) return null;
  if (type === 2 && typeof third === 'string' && isObject(fourth))
    return { kind: 'call', id, action: third, payload: fourth };
  if (type === 3 && isObject(third)) return { kind: 'result', id, payload: third };
  if (type === 4 && typeof third === 'string')
    return { kind: 'error', id, code: third, description: typeof fourth === 'string' ? fourth : '' };
  return null;
};

export const callText = (id: string, action: string, payload: object): string =>
  JSON.stringify([2, id, action, payload]);
export const resultText = (id: string, payload: object): string => JSON.stringify([3, id, payload]);
export const errorText = (id: string, code: ErrorCode, description: string): string =>
  JSON.stringify([4, id, code, description, {}]);
