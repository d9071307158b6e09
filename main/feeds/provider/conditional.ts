import type { HttpAnswer } from '../../http/types.ts';
import type { Validators } from '../types.ts';

export const NO_VALIDATORS: Validators = { etag: null, lastModified: null };

/** Until when an answer holds (RFC 9111, 4.2.1), UTC ms; null where the service does not say, or says "always ask". */
export const expiryOf = (headers: HttpAnswer['headers'], now: number): number | null => {
  const control = headers['cache-control']?.toLowerCase() ?? '';
  if (/\bno-(store|cache)\b/.test(control)) return null;
  const maxAge = /\bmax-age=(\d{1,9})\b/.exec(control)?.[1];
  if (maxAge !== undefined) {
    const age = /^\d{1,9}$/.test(headers['age'] ?? '') ? Number(headers['age']) : 0;
    const leftMs = (Number(maxAge) - age) * 1000;
    return leftMs > 0 ? now + leftMs : null;
  }
  const at = Date.parse(headers['expires'] ?? '');
  return Number.isNaN(at) || at <= now ? null : at;
};

/** `ETag` and `Last-Modified` for the next conditional request. */
export const validatorsOf = (headers: HttpAnswer['headers']): Validators => ({
  etag: headers['etag'] ?? null,
  lastModified: headers['last-modified'] ?? null,
});

/** An entity tag names one body; a date alone is only used where there is no tag. */
export const conditions = (validators: Validators | undefined): Readonly<Record<string, string>> => {
  if (validators?.etag) return { 'if-none-match': validators.etag };
  return validators?.lastModified ? { 'if-modified-since': validators.lastModified } : {};
};
