import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A payload as it was captured, unchanged. */
export const fixtureText = (path: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures', path), 'utf8');
