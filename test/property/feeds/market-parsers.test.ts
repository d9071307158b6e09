import { describe, expect, it } from 'vitest';
import { fuzzedProviders, fuzzProvider, fuzzReaders } from '../../support/feeds/market-fuzz.ts';
import { NETWORK_PROVIDERS } from '../../support/feeds/price-homes.ts';

describe('whatever a service sends', () => {
  it('is tried on every provider but the second country of one', () => {
    const left = NETWORK_PROVIDERS.filter((provider) => !fuzzedProviders(NETWORK_PROVIDERS).includes(provider));
    expect(left.map(({ id }) => id)).toEqual(['awattar-at']);
  });

  it.each(fuzzedProviders(NETWORK_PROVIDERS))(
    '$id gives rows in order or a failure in words, and never breaks',
    (provider) => fuzzProvider(provider, 150),
  );

  it('the readers of files, lines and documents never break', () => {
    fuzzReaders(120);
  });
});
