import { describe, it } from 'vitest';
import { laws } from '../../support/shelly/parser-laws.ts';

describe('the parsers of a Shelly’s words', () => {
  it.each(laws)('%s', (_, share, hold) => hold(Math.round(400 * share)));
});
