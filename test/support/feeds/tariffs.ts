import type { TariffPrice } from '../../../main/feeds/tariff/market.ts';
import { type Tariff, type TariffInput, tariffSchema } from '../../../preload/contract/tariff.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const QUARTER_MS = 15 * MINUTE_MS;

/** A tariff with what a test leaves out filled in. */
export const tariff = (more: Partial<TariffInput>): Tariff =>
  tariffSchema.parse({
    version: 1,
    name: 'Test',
    currency: 'EUR',
    import: { kind: 'schedule', otherwisePerKwh: 0.3 },
    export: { kind: 'none' },
    ...more,
  });

/** Market prices from `from` on, one a step. */
export const spots = (from: number, stepMs: number, values: readonly number[]): readonly TariffPrice[] =>
  values.map((perKwh, index) => ({ at: from + index * stepMs, stepMs, perKwh, currency: 'EUR', kind: 'spot' }));

export const at = (text: string): number => Date.parse(text);
