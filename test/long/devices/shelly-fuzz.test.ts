import { describe, it } from 'vitest';
import { laws } from '../../support/shelly/parser-laws.ts';

describe('the parsers of a Shelly’s words, at length', () => {
  it.each(laws)('%s', (_, __, hold) => hold(100_000));
});
