import type { Setpoint } from '../../../preload/contract/base.ts';
import { convert } from '../measured-unit.ts';
import type { PayloadPath } from './payload-path.ts';
import type { LineCommand, LineValue } from './topic-line.ts';

/** `absent`: the payload is fine and does not hold it, or says that it is not known. */
export type Found =
  | { readonly kind: 'value'; readonly value: string | number | boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' };

const NOTHING: ReadonlySet<string> = new Set(['', 'null', 'none', 'nan', 'unknown', 'unavailable', 'undefined']);

const scalar = (value: unknown): Found => {
  if (value === null || value === undefined) return { kind: 'absent' };
  if (typeof value === 'string')
    return NOTHING.has(value.trim().toLowerCase()) ? { kind: 'absent' } : { kind: 'value', value: value.trim() };
  if (typeof value === 'boolean') return { kind: 'value', value };
  if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'value', value };
  return { kind: 'malformed' };
};

const own = (value: unknown, step: string | number): unknown => {
  if (typeof step === 'number') return Array.isArray(value) ? (value[step] as unknown) : undefined;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? (Reflect.get(value, step) as unknown)
    : undefined;
};

/** What a payload holds at a path. */
export const findIn = (payload: string, path: PayloadPath): Found => {
  if (path.length === 0) return scalar(payload);
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return { kind: 'malformed' }; // Counted by the caller.
  }
  if (typeof value !== 'object' || value === null) return { kind: 'malformed' };
  for (const step of path) value = own(value, step);
  return scalar(value);
};

/** A number or switch or option as the line means it; null where the payload holds something else. */
export const meant = (found: string | number | boolean, value: LineValue): Setpoint | null => {
  const text = String(found);
  switch (value.kind) {
    case 'choice':
      return value.options.find((option) => option === text) ?? null;
    case 'switch': {
      const [said, on, off] = [text, value.on, value.off].map((word) => word.toLowerCase());
      if (said === on) return true;
      if (said === off) return false;
      if (said === 'true' || said === '1') return true;
      return said === 'false' || said === '0' ? false : null;
    }
    case 'number': {
      const plain =
        typeof found === 'number'
          ? found
          : typeof found === 'string' && /^[+-]?[\d.]/.test(text)
            ? Number(text)
            : Number.NaN;
      return Number.isFinite(plain) ? plain : null;
    }
  }
};

/** The measured value in the unit of its metric; null where the line only says what is set. */
export const measured = (said: Setpoint, value: LineValue): number | null => {
  if (value.kind === 'switch') return Number(said);
  if (value.kind === 'choice' || value.unit === null || typeof said !== 'number') return null;
  const converted = convert(value.unit, said);
  return Number.isFinite(converted) ? converted : null;
};

/** Unix seconds or milliseconds, or ISO text with a zone: text without one could be of any zone. */
export const timeOf = (payload: string, path: PayloadPath): number | null => {
  const found = findIn(payload, path);
  if (found.kind !== 'value' || typeof found.value === 'boolean') return null;
  const count = Number(found.value);
  if (Number.isFinite(count)) {
    const at = Math.round(count > 1e11 ? count : count * 1_000);
    return at > 1e12 && at < 1e13 ? at : null;
  }
  const text = String(found.value);
  const at = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};

/** What is sent for a setpoint; null where the channel does not take it. */
export const commandPayload = (
  setpoint: Setpoint,
  value: LineValue,
  { range, template }: LineCommand,
): string | null => {
  const filled = (text: string): string => template.replaceAll('{value}', () => text);
  if (value.kind === 'switch') return typeof setpoint === 'boolean' ? filled(setpoint ? value.on : value.off) : null;
  if (value.kind === 'choice')
    return typeof setpoint === 'string' && value.options.includes(setpoint) ? filled(setpoint) : null;
  if (typeof setpoint !== 'number' || range === null || !(setpoint >= range.minimum && setpoint <= range.maximum))
    return null;
  // Steps such as 0.1 leave tails in binary; six digits behind the point are finer than any device.
  const stepped = range.minimum + Math.round((setpoint - range.minimum) / range.step) * range.step;
  return filled(`${Number(Math.min(range.maximum, stepped).toFixed(6))}`);
};
