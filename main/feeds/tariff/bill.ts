import type { Tariff } from '../../../preload/contract/tariff.ts';
import { gridMsOf } from './grid.ts';
import type { TariffPrice } from './market.ts';
import { type MeteredInterval, type MonthNumber, type PeakBill, peakChargeOf, startOfMonth } from './peaks.ts';
import { createPricer } from './pricer.ts';
import { costThroughBlocks } from './schedule.ts';
import { createWallClock, type WallClock } from './wall-clock.ts';

const DAY_MS = 86_400_000;

/** One line of a bill: + is paid, − is received. */
export interface BillItem {
  readonly kind: 'import' | 'surcharge' | 'export' | 'peak' | 'fee';
  readonly name: string;
  readonly quantity: number | null;
  readonly unit: 'kWh' | 'kW' | 'day' | 'month' | 'year';
  /** In the tariff's currency, VAT included; null where it cannot be known. */
  readonly amount: number | null;
}

export interface Bill {
  readonly currency: string;
  readonly from: number;
  readonly to: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  readonly items: readonly BillItem[];
  /** Energy whose price is not known, kWh. */
  readonly unpricedKwh: number;
  /** Null where any part is unknown: a sum with a hole is no sum. */
  readonly total: number | null;
  /** The sum of what is known. */
  readonly known: number;
  readonly peaks: readonly { readonly month: MonthNumber; readonly bill: PeakBill }[];
}

interface Sum {
  readonly kind: BillItem['kind'];
  readonly name: string;
  kwh: number;
  amount: number;
}

/** Energy of one local month, counted while it is billed. */
interface MonthUse {
  monthKwh: number;
  readonly lineKwh: Map<string, number>;
}

/** Fees by the calendar: a day is a local day, however many hours it has; months and years are shared out by their days. */
const feeItems = (tariff: Tariff, from: number, to: number, site: WallClock): readonly BillItem[] => {
  const quantityOf = (per: 'day' | 'month' | 'year'): number => {
    let quantity = 0;
    const last = site(to - 1).dayNumber;
    for (let day = site(from).dayNumber; day <= last; day += 1) {
      const date = new Date(day * DAY_MS);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      const start = day * DAY_MS - site(day * DAY_MS - site(day * DAY_MS).offsetMs).offsetMs;
      const next = (day + 1) * DAY_MS;
      const end = next - site(next - site(next).offsetMs).offsetMs;
      const share = (Math.min(to, end) - Math.max(from, start)) / (end - start);
      const daysOf = { day: 1, month: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(), year: yearDays(year) };
      quantity += share / daysOf[per];
    }
    return quantity;
  };
  return tariff.fees.map(({ name, amount, per }) => {
    const quantity = quantityOf(per);
    return { kind: 'fee', name, quantity, unit: per, amount: amount * quantity };
  });
};

const yearDays = (year: number): number => (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY_MS;

/**
 * The bill of [from, to) over metered energy. Intervals are cut where prices change and shared out by time; what has no
 * price makes the total unknown, never cheaper. Peak charges count whole local months that the span touches.
 */
export const billOf = (input: {
  readonly tariff: Tariff;
  readonly prices: readonly TariffPrice[];
  readonly intervals: readonly MeteredInterval[];
  readonly from: number;
  readonly to: number;
  readonly siteZone: string;
  /** Peaks of months before, by the name of the charge, where their measurements are not among the intervals. */
  readonly earlierPeaks?: ReadonlyMap<string, ReadonlyMap<MonthNumber, number>>;
}): Bill => {
  const { tariff, prices, intervals, from, to, siteZone } = input;
  const pricer = createPricer(tariff, prices, siteZone);
  const site = createWallClock(siteZone);
  const gridMs = gridMsOf(tariff, prices, from, to, siteZone);
  const sums = new Map<string, Sum>();
  const uses = new Map<MonthNumber, MonthUse>();
  let [importKwh, exportKwh, unpricedKwh] = [0, 0, 0];
  const add = (kind: Sum['kind'], name: string, kwh: number, amount: number): void => {
    const sum = sums.get(`${kind} ${name}`) ?? { kind, name, kwh: 0, amount: 0 };
    sum.kwh += kwh;
    sum.amount += amount;
    sums.set(`${kind} ${name}`, sum);
  };

  const buy = (cell: number, kwh: number): void => {
    const price = pricer.importAt(cell, gridMs);
    const time = site(cell);
    const month = time.year * 12 + time.month;
    const use = uses.get(month) ?? { monthKwh: 0, lineKwh: new Map<string, number>() };
    uses.set(month, use);
    if (price === null) unpricedKwh += kwh;
    else {
      for (const [index, { name, line, schedule, factor }] of price.parts.entries()) {
        const used = schedule?.usedBefore(line, use) ?? 0;
        add(index === 0 ? 'import' : 'surcharge', name, kwh, costThroughBlocks(line, used, kwh) * factor);
      }
      for (const name of new Set(price.parts.map(({ line }) => line.name)))
        use.lineKwh.set(name, (use.lineKwh.get(name) ?? 0) + kwh);
    }
    use.monthKwh += kwh;
  };
  const sell = (cell: number, kwh: number): void => {
    const price = pricer.exportAt(cell, gridMs);
    if (price === null) unpricedKwh += kwh;
    else add('export', price.name, kwh, -price.perKwh * kwh);
  };

  for (const interval of intervals.toSorted((a, b) => a.at - b.at)) {
    const end = Math.min(to, interval.at + interval.stepMs);
    for (let at = Math.max(from, interval.at); at < end; ) {
      const cell = Math.floor(at / gridMs) * gridMs;
      const next = Math.min(end, cell + gridMs);
      const share = (next - at) / interval.stepMs;
      const [bought, sold] = [interval.importKwh * share, interval.exportKwh * share];
      importKwh += bought;
      exportKwh += sold;
      if (bought > 0) buy(cell, bought);
      if (sold > 0) sell(cell, sold);
      at = next;
    }
  }

  const peaks = monthsOf(from, to, site).flatMap((month) =>
    tariff.peakCharges.map((charge) => ({
      month,
      bill: peakChargeOf({
        ...{ charge, intervals, month, siteZone, holidays: tariff.holidays },
        earlier: input.earlierPeaks?.get(charge.name) ?? new Map(),
        until: Math.min(to, startOfMonth(month + 1, site)),
      }),
    })),
  );
  const items: readonly BillItem[] = [
    ...[...sums.values()].map(
      ({ kind, name, kwh, amount }): BillItem => ({ kind, name, quantity: kwh, unit: 'kWh', amount }),
    ),
    ...peaks.map(
      ({ bill }): BillItem => ({
        kind: 'peak',
        name: bill.name,
        quantity: bill.basisKw,
        unit: 'kW',
        amount: bill.amount === null ? null : pricer.withVat(bill.amount),
      }),
    ),
    ...feeItems(tariff, from, to, site).map((item) => ({ ...item, amount: pricer.withVat(item.amount ?? 0) })),
  ];
  const known = items.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  const isWhole = unpricedKwh === 0 && items.every(({ amount }) => amount !== null);
  return {
    ...{ currency: tariff.currency, from, to, importKwh, exportKwh, items, unpricedKwh, known, peaks },
    total: isWhole ? known : null,
  };
};

const monthsOf = (from: number, to: number, site: WallClock): readonly MonthNumber[] => {
  const monthAt = (at: number): MonthNumber => site(at).year * 12 + site(at).month;
  const [first, last] = [monthAt(from), monthAt(Math.max(from, to - 1))];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
};
