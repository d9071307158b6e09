import type { Tariff } from '../../../preload/contract/tariff.ts';
import { createMarket, type Market, type TariffPrice } from './market.ts';
import { createSchedule, type PricedLine, type Schedule } from './schedule.ts';
import { createWallClock } from './wall-clock.ts';

const MINUTE_MS = 60_000;

/** One part of the import price of a moment. `vat` is what the typed price is multiplied with. */
export interface ImportPart {
  readonly name: string;
  readonly line: PricedLine;
  readonly schedule: Schedule | null;
  readonly factor: number;
}

export interface ImportPrice {
  readonly parts: readonly ImportPart[];
  readonly assumed: boolean;
  readonly provider: string | null;
}

export interface ExportPrice {
  readonly perKwh: number;
  readonly name: string;
  readonly assumed: boolean;
  readonly provider: string | null;
}

/** A tariff over given market prices: what holds in the step that begins at a moment. Null is unknown. */
export interface Pricer {
  importAt(at: number, stepMs: number): ImportPrice | null;
  exportAt(at: number, stepMs: number): ExportPrice | null;
  /** What a typed amount is with VAT. */
  withVat(amount: number): number;
  readonly hasBlocks: boolean;
}

const flat = (name: string, perKwh: number): PricedLine => ({ name, perKwh, blocks: [] });

export const createPricer = (tariff: Tariff, prices: readonly TariffPrice[], siteZone: string): Pricer => {
  const vat = 1 + tariff.vatPct / 100;
  const typed = tariff.typedWithVat ? 1 : vat;
  const clock = createWallClock(siteZone);
  const scheduleOf = (schedule: Parameters<typeof createSchedule>[0], name: string): Schedule =>
    createSchedule(schedule, { name, siteZone, holidays: tariff.holidays });

  /** The step by which the bill counts: the whole of it, where it is longer than the asked one. */
  const billed = (market: Market): Market => {
    const stepMs = (tariff.billingMinutes ?? 0) * MINUTE_MS;
    return (from, to) => {
      if (stepMs <= to - from) return market(from, to);
      const { offsetMs } = clock(from);
      const start = Math.floor((from + offsetMs) / stepMs) * stepMs - offsetMs;
      return market(start, start + stepMs);
    };
  };
  const marketOf = (kind: TariffPrice['kind']): Market => billed(createMarket(prices, kind, tariff.currency).mean);

  const surcharges = tariff.surcharges.map((surcharge) => ({
    name: surcharge.name,
    schedule: scheduleOf(surcharge, surcharge.name),
  }));

  type Base = { readonly part: ImportPart; readonly assumed: boolean; readonly provider: string | null };
  const baseOf = (): ((from: number, to: number) => Base | null) => {
    const energy = tariff.import;
    if (energy.kind === 'schedule') {
      const schedule = scheduleOf(energy, 'Energy');
      return (from) => {
        const line = schedule.lineAt(from);
        if (line === null) return null;
        return { part: { name: line.name, line, schedule, factor: typed }, assumed: false, provider: null };
      };
    }
    const market = marketOf(energy.kind === 'spot' ? 'spot' : 'import');
    return (from, to) => {
      const mean = market(from, to);
      if (mean === null) return null;
      const { assumed, provider } = mean;
      const named = (name: string, perKwh: number): Base => ({
        ...{ assumed, provider },
        part: { name, line: flat(name, perKwh), schedule: null, factor: 1 },
      });
      if (energy.kind === 'feed') return named('Energy', mean.perKwh);
      const full = mean.perKwh * energy.factor * vat + energy.addPerKwh * typed;
      const floor = energy.floorPerKwh === null ? full : Math.max(full, energy.floorPerKwh * typed);
      return named(
        'Energy at market price',
        energy.capPerKwh === null ? floor : Math.min(floor, energy.capPerKwh * typed),
      );
    };
  };
  const base = baseOf();

  const exported = (): ((from: number, to: number) => ExportPrice | null) => {
    const paid = tariff.export;
    switch (paid.kind) {
      case 'none':
        return () => ({ perKwh: 0, name: 'Export', assumed: false, provider: null });
      case 'schedule': {
        const schedule = scheduleOf(paid, 'Export');
        return (from) => {
          const line = schedule.lineAt(from);
          return line === null ? null : { perKwh: line.perKwh, name: line.name, assumed: false, provider: null };
        };
      }
      case 'spot': {
        const market = marketOf('spot');
        return (from, to) => {
          const mean = market(from, to);
          if (mean === null) return null;
          const perKwh = mean.perKwh * paid.factor - paid.feePerKwh;
          return {
            ...mean,
            name: 'Export',
            perKwh: paid.floorPerKwh === null ? perKwh : Math.max(perKwh, paid.floorPerKwh),
          };
        };
      }
      case 'feed': {
        const market = marketOf('export');
        return (from, to) => {
          const mean = market(from, to);
          return mean === null ? null : { ...mean, name: 'Export' };
        };
      }
    }
  };
  const exportOf = exported();

  return {
    importAt: (at, stepMs) => {
      const energy = base(at, at + stepMs);
      if (energy === null) return null;
      const parts = [energy.part];
      for (const { name, schedule } of surcharges) {
        const line = schedule.lineAt(at);
        if (line === null) return null;
        parts.push({ name, line, schedule, factor: typed });
      }
      return { parts, assumed: energy.assumed, provider: energy.provider };
    },
    exportAt: (at, stepMs) => exportOf(at, at + stepMs),
    withVat: (amount) => amount * typed,
    hasBlocks: [
      tariff.import.kind === 'schedule' && tariff.import.lines,
      ...tariff.surcharges.map(({ lines }) => lines),
    ]
      .filter((lines) => lines !== false)
      .some((lines) => lines.some(({ blocks }) => blocks.length > 0)),
  };
};
