import type { Tariff } from '../../../../preload/contract/tariff.ts';
import { price } from '../../../format/money.ts';
import { spoken } from '../../../format/numbers.ts';

/** What a new tariff starts with: one price for everything, nothing for what is fed in. */
export const plainTariff = (currency: string): Tariff => ({
  version: 1,
  name: 'My tariff',
  currency,
  vatPct: 0,
  typedWithVat: true,
  holidays: [],
  import: { kind: 'schedule', zone: null, lines: [], otherwisePerKwh: 0.3, blocksCount: 'month' },
  surcharges: [],
  export: { kind: 'none' },
  billingMinutes: null,
  peakCharges: [],
  fees: [],
});

const pricePerKwh = (perKwh: number, currency: string): string => `${spoken(price(perKwh, currency))} a kWh`;

const importWords = ({ import: bought, currency }: Tariff): string => {
  if (bought.kind === 'spot') return 'follows the market';
  if (bought.kind === 'feed') return 'as the supplier’s feed says';
  if (bought.lines.length === 0) return `${pricePerKwh(bought.otherwisePerKwh ?? 0, currency)} at all times`;
  return bought.lines.length === 1 ? 'two prices by time' : `${bought.lines.length} prices by time`;
};

const exportWords = ({ export: sold, currency }: Tariff): string => {
  if (sold.kind === 'none') return 'nothing for what is fed in';
  if (sold.kind === 'schedule' && sold.lines.length === 0)
    return `${pricePerKwh(sold.otherwisePerKwh ?? 0, currency)} for what is fed in`;
  return sold.kind === 'spot' ? 'the market price for what is fed in' : 'fed in by its own prices';
};

/** A tariff in one sentence. */
export const tariffWords = (tariff: Tariff): string => {
  const peaks = tariff.peakCharges.map(({ name }) => name).join(', ');
  return `${importWords(tariff)}, ${exportWords(tariff)}${peaks === '' ? '' : `, charges for power: ${peaks}`}.`;
};
