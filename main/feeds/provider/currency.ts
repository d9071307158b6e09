import type { OptionField } from '../../../preload/contract/devices.ts';
import type { FeedPlace } from '../types.ts';

/** Lets a home in another currency use a provider, at a rate that a person types and answers for. */
export const RATE_OPTION: OptionField = {
  name: 'rate',
  label: 'Fixed exchange rate',
  help: 'Only where the provider uses another currency than your home: how much of your currency one unit of its currency is.',
  kind: 'number',
  required: false,
};

/** What one unit of the provider's currency is worth in the site's; null where nobody said. */
export const rateTo = (place: FeedPlace, currency: string): number | null => {
  if (currency === place.site.currency) return 1;
  const text = place.options['rate']?.trim().replace(',', '.') ?? '';
  const rate = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(rate) && rate > 0 ? rate : null;
};

/** Why a provider of this currency cannot serve this home; null where it can. */
export const currencyRefusal = (place: FeedPlace, currency: string): string | null =>
  rateTo(place, currency) === null
    ? `Its prices are in ${currency} and this home counts in ${place.site.currency}; give a fixed exchange rate to use it.`
    : null;
