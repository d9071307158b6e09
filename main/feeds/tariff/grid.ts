import type { Tariff, TariffWhen } from '../../../preload/contract/tariff.ts';
import type { TariffPrice } from './market.ts';
import { createWallClock, minutesOf } from './wall-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SAMPLE_MS = 14 * 24 * HOUR_MS;

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** Every clock that the tariff follows, with the rules that follow it. */
const clocksOf = (tariff: Tariff, siteZone: string): readonly { zone: string; whens: readonly TariffWhen[] }[] => {
  const schedules = [
    ...(tariff.import.kind === 'schedule' ? [tariff.import] : []),
    ...(tariff.export.kind === 'schedule' ? [tariff.export] : []),
    ...tariff.surcharges,
  ];
  return schedules
    .filter(({ lines }) => lines.length > 0)
    .map(({ zone, lines }) => ({ zone: zone ?? siteZone, whens: lines }));
};

/**
 * The longest step of a UTC grid, at most an hour, on which every change of price in [from, to) falls: the market's steps
 * and the tariff's windows in their zones, also where a zone lies half an hour off or moves by half an hour.
 */
export const gridMsOf = (
  tariff: Tariff,
  prices: readonly TariffPrice[],
  from: number,
  to: number,
  siteZone: string,
): number => {
  let stepMs = HOUR_MS;
  const alignTo = (spanMs: number): void => {
    stepMs = commonDivisor(stepMs, Math.abs(spanMs) % HOUR_MS);
  };
  const follows = new Set<TariffPrice['kind']>();
  if (tariff.import.kind === 'spot' || tariff.export.kind === 'spot') follows.add('spot');
  if (tariff.import.kind === 'feed') follows.add('import');
  if (tariff.export.kind === 'feed') follows.add('export');
  for (const row of prices) {
    if (!follows.has(row.kind) || row.at >= to || row.at + row.stepMs <= from) continue;
    alignTo(row.at);
    alignTo(row.stepMs);
  }
  const clocks = clocksOf(tariff, siteZone);
  const zones = new Set(clocks.map(({ zone }) => zone));
  if (tariff.billingMinutes !== null && follows.size > 0) {
    zones.add(siteZone);
    if (stepMs > tariff.billingMinutes * MINUTE_MS) alignTo(tariff.billingMinutes * MINUTE_MS);
  }
  for (const zone of zones) {
    const clock = createWallClock(zone);
    for (let at = from; at < to + SAMPLE_MS; at += SAMPLE_MS) alignTo(clock(Math.min(at, to)).offsetMs);
  }
  for (const { whens } of clocks)
    for (const { from: start, to: end } of whens) {
      alignTo(minutesOf(start) * MINUTE_MS);
      alignTo(minutesOf(end) * MINUTE_MS);
    }
  return Math.max(MINUTE_MS, stepMs);
};
