import type { z } from 'zod';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Tariff, TariffRate, tariffCommands, tariffQueries } from '../../../preload/contract/tariff.ts';
import type { SiteId } from '../../ids.ts';
import type { Result } from '../../result.ts';
import type { TariffPrice } from './market.ts';

/** What tariffs need of the feeds: the prices that are known or assumed of a span. */
export interface PriceSource {
  pricesFor(siteId: SiteId, from: number, to: number): readonly TariffPrice[];
}

type Queries = typeof tariffQueries;
type Commands = typeof tariffCommands;
type Asked<Name extends keyof Queries> = z.output<Queries[Name]['input']>;
type Told<Name extends keyof Queries> = z.output<Queries[Name]['output']>;
type Wish<Name extends keyof Commands> = z.output<Commands[Name]['input']>;
type Done<Name extends keyof Commands> = z.output<Commands[Name]['output']>;

/** Homes' tariffs, and the table of prices that plans, costs and history read. */
export interface Tariffs {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  get(siteId: SiteId): Told<'tariff.get'>;
  /** The tariff that counts at a moment; null where none does. */
  tariffAt(siteId: SiteId, at: number): Tariff | null;
  /** The rates of a span under the tariffs that count then: each moment in exactly one row, unknown as null. */
  ratesOf(siteId: SiteId, from: number, to: number): readonly TariffRate[];
  preview(input: Asked<'tariff.preview'>): Result<Told<'tariff.preview'>, Problem>;
  set(input: Wish<'tariff.set'>): Result<void, Problem>;
  importUrdb(input: Wish<'tariff.importUrdb'>): Result<Done<'tariff.importUrdb'>, Problem>;
  importCsv(input: Wish<'prices.importCsv'>): Result<Done<'prices.importCsv'>, Problem>;
}
