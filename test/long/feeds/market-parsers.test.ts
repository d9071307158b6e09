import { describe, it } from 'vitest';
import { fuzzedProviders, fuzzProvider, fuzzReaders } from '../../support/feeds/market-fuzz.ts';
import { NETWORK_PROVIDERS } from '../../support/feeds/price-homes.ts';

describe('whatever a service sends, a hundred thousand times', () => {
  it.each(fuzzedProviders(NETWORK_PROVIDERS))('$id', (provider) => fuzzProvider(provider, 100_000));

  it('the readers of files, lines and documents', () => {
    fuzzReaders(100_000);
  });
});
