import { z } from 'zod';
import { type Tariff, type TariffInput, tariffSchema } from '../../../preload/contract/tariff.ts';
import { ok, permanent, type Result } from '../../result.ts';

/** Months × hours, each the index of a period. */
const matrixSchema = z.array(z.array(z.number().int().min(0).max(200)).length(24)).length(12);
const tierSchema = z.object({
  rate: z.number().default(0),
  adj: z.number().default(0),
  sell: z.number().optional(),
  max: z.number().positive().optional(),
  unit: z.string().optional(),
});
const structureSchema = z.array(z.array(tierSchema).min(1)).min(1);
const rateSchema = z.object({
  name: z.string().optional(),
  utility: z.string().optional(),
  enddate: z.number().optional(),
  energyratestructure: structureSchema.optional(),
  energyweekdayschedule: matrixSchema.optional(),
  energyweekendschedule: matrixSchema.optional(),
  demandratestructure: structureSchema.optional(),
  demandweekdayschedule: matrixSchema.optional(),
  demandweekendschedule: matrixSchema.optional(),
  flatdemandstructure: structureSchema.optional(),
  flatdemandmonths: z.array(z.number().int().min(0)).length(12).optional(),
  demandwindow: z.number().optional(),
  demandratchetpercentage: z.array(z.number()).optional(),
  lookbackpercent: z.number().optional(),
  lookbackrange: z.number().optional(),
  lookbackmonths: z.array(z.union([z.boolean(), z.number()])).optional(),
  fixedchargefirstmeter: z.number().optional(),
  fixedchargeunits: z.string().optional(),
  mincharge: z.number().optional(),
});
type Rate = z.output<typeof rateSchema>;
type Tier = z.output<typeof tierSchema>;
type Matrix = z.output<typeof matrixSchema>;
const bodySchema = z.union([z.object({ items: z.array(rateSchema).min(1) }), rateSchema]);

/** Days of a month as most bills count them, where a bound is given a day. */
const DAYS_A_MONTH = 365 / 12;
const EVERY_MONTH = 12;

interface Window {
  readonly period: number;
  readonly months: number[] | null;
  readonly weekdays: number[] | null;
  readonly from: string;
  readonly to: string;
}

const timeOf = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** Runs of hours with the same period, months with the same runs put together. */
const windowsOf = (weekday: Matrix, weekend: Matrix): readonly Window[] => {
  const groups = new Map<string, { readonly run: Omit<Window, 'months'>; readonly months: number[] }>();
  const isSame = JSON.stringify(weekday) === JSON.stringify(weekend);
  const kinds: readonly (readonly [Matrix, number[] | null])[] = isSame
    ? [[weekday, null]]
    : [
        [weekday, [1, 2, 3, 4, 5]],
        [weekend, [6, 7]],
      ];
  for (const [matrix, weekdays] of kinds)
    for (const [month, hours] of matrix.entries()) {
      let start = 0;
      for (let hour = 1; hour <= 24; hour += 1) {
        const period = hours[start] ?? 0;
        if (hour < 24 && hours[hour] === period) continue;
        const run = { period, weekdays, from: timeOf(start), to: timeOf(hour) };
        const key = JSON.stringify(run);
        const group = groups.get(key) ?? { run, months: [] };
        group.months.push(month + 1);
        groups.set(key, group);
        start = hour;
      }
    }
  return [...groups.values()].map(({ run, months }) => ({
    ...run,
    months: months.length === EVERY_MONTH ? null : months,
  }));
};

const whenOf = ({ months, weekdays, from, to }: Window) => ({ months, weekdays, from, to });
const priceOf = ({ rate, adj }: Tier): number => rate + adj;
const isPriced = (tiers: readonly Tier[] | undefined): boolean => (tiers ?? []).some((tier) => priceOf(tier) !== 0);

const energyOf = (rate: Rate, notes: string[]): Result<Pick<TariffInput, 'import' | 'export'>, string> => {
  const { energyratestructure: structure, energyweekdayschedule: weekday } = rate;
  if (structure === undefined || weekday === undefined) return { ok: false, error: 'it has no prices of energy' };
  const windows = windowsOf(weekday, rate.energyweekendschedule ?? weekday);
  const missing = windows.find(({ period }) => structure[period] === undefined);
  if (missing) return { ok: false, error: `its calendar names period ${missing.period + 1}, which has no price` };
  const tiersOf = (period: number): readonly Tier[] => structure[period] ?? [];
  const isDaily = structure.flat().some(({ unit, max }) => max !== undefined && /daily/i.test(unit ?? ''));
  if (isDaily) notes.push('Its blocks are counted by the day; here they are counted by the month, with the same mean.');
  const lines = windows.map((window) => {
    const tiers = tiersOf(window.period);
    const blocks = tiers.slice(1).map((tier, index) => {
      const bound = tiers[index];
      const days = /daily/i.test(bound?.unit ?? '') ? DAYS_A_MONTH : 1;
      return { aboveKwh: (bound?.max ?? 0) * days, perKwh: priceOf(tier) };
    });
    const [first] = tiers;
    return { ...whenOf(window), name: `Period ${window.period + 1}`, perKwh: first ? priceOf(first) : 0, blocks };
  });
  const sells = structure.flat().some(({ sell }) => sell !== undefined);
  return ok({
    import: { kind: 'schedule', lines, blocksCount: 'line' },
    export: sells
      ? {
          kind: 'schedule',
          lines: windows.map((window) => ({
            ...whenOf(window),
            name: `Period ${window.period + 1}`,
            perKwh: tiersOf(window.period)[0]?.sell ?? 0,
          })),
        }
      : { kind: 'none' },
  });
};

type Lookback = NonNullable<TariffInput['peakCharges']>[number]['lookback'];

const lookbackOf = ({ lookbackpercent: percent = 0, lookbackrange: range = 0, lookbackmonths }: Rate): Lookback => {
  const share = percent <= 1 ? percent * 100 : percent;
  if (share <= 0) return null;
  const only = (lookbackmonths ?? []).flatMap((each, index) => (each === true || each === 1 ? [index + 1] : []));
  if (only.length > 0) return { kind: 'highest', months: 12, percent: share, onlyMonths: only };
  return range >= 1 ? { kind: 'highest', months: Math.min(24, Math.round(range)), percent: share } : null;
};

const peaksOf = (rate: Rate, notes: string[]): Result<NonNullable<TariffInput['peakCharges']>, string> => {
  const minutes = rate.demandwindow ?? 15;
  const intervalMinutes: 15 | 30 | 60 = minutes === 30 || minutes === 60 ? minutes : 15;
  if (minutes !== intervalMinutes) notes.push(`Its demand is metered over ${minutes} minutes; here over 15.`);
  const chargeOf = (name: string, tiers: readonly Tier[], windows: readonly Omit<Window, 'period'>[]) => ({
    ...{ name, intervalMinutes, lookback: lookbackOf(rate) },
    windows: windows.map(({ months, weekdays, from, to }) => ({ months, weekdays, from, to })),
    price: {
      kind: 'per-kw' as const,
      per: 'month' as const,
      tiers: tiers.map((tier, index) => ({
        fromKw: index === 0 ? 0 : (tiers[index - 1]?.max ?? 0),
        perKw: priceOf(tier),
      })),
    },
  });
  const charges: ReturnType<typeof chargeOf>[] = [];
  const { demandratestructure: byTime, demandweekdayschedule: weekday, flatdemandstructure: flat } = rate;
  if (byTime !== undefined && weekday !== undefined) {
    const windows = windowsOf(weekday, rate.demandweekendschedule ?? weekday);
    for (const [period, tiers] of byTime.entries()) {
      const own = windows.filter((window) => window.period === period);
      if (isPriced(tiers) && own.length > 0) charges.push(chargeOf(`Demand, period ${period + 1}`, tiers, own));
    }
    const missing = windows.find(({ period }) => byTime[period] === undefined);
    if (missing)
      return { ok: false, error: `its calendar names demand period ${missing.period + 1}, which has no price` };
  }
  if (flat !== undefined)
    for (const [period, tiers] of flat.entries()) {
      const months = (rate.flatdemandmonths ?? Array.from({ length: 12 }, () => 0)).flatMap((each, index) =>
        each === period ? [index + 1] : [],
      );
      if (isPriced(tiers) && months.length > 0)
        charges.push(
          chargeOf(`Demand, season ${period + 1}`, tiers, [{ months, weekdays: null, from: '00:00', to: '24:00' }]),
        );
    }
  return ok(charges);
};

const feesOf = ({ fixedchargefirstmeter: amount = 0, fixedchargeunits = '$/month' }: Rate): TariffInput['fees'] => {
  const per = /day/i.test(fixedchargeunits) ? 'day' : /year/i.test(fixedchargeunits) ? 'year' : 'month';
  return amount === 0 ? [] : [{ name: 'Fixed charge', amount, per }];
};

/** A rate of the US Utility Rate Database as a tariff, with what could not be taken over, one sentence each. */
export const tariffFromUrdb = (
  json: string,
  now: number,
): Result<{ readonly tariff: Tariff; readonly notes: readonly string[] }> => {
  const unusable = (why: string) =>
    permanent(
      'tariff.urdb',
      `This rate cannot be used: ${why}.`,
      'Take the JSON of one rate from the database, with all its details.',
    );
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return unusable('it is no JSON');
  }
  const body = bodySchema.safeParse(value);
  if (!body.success) return unusable('it has another shape than the database gives');
  const rate = 'items' in body.data ? body.data.items[0] : body.data;
  if (rate === undefined) return unusable('it is empty');
  const notes: string[] = [];
  const energy = energyOf(rate, notes);
  if (!energy.ok) return unusable(energy.error);
  const peakCharges = peaksOf(rate, notes);
  if (!peakCharges.ok) return unusable(peakCharges.error);
  notes.push('The database has no holidays: add those on which weekend prices hold.');
  if ((rate.mincharge ?? 0) > 0) notes.push(`It has a minimum charge of ${rate.mincharge}; it is not counted here.`);
  if ((rate.demandratchetpercentage ?? []).some((each) => each > 0))
    notes.push('It has a demand ratchet; it is not counted here.');
  if (rate.enddate !== undefined && rate.enddate * 1000 < now)
    notes.push('This rate has ended: look for its successor.');
  const name = [rate.utility, rate.name].filter((each) => each !== undefined && each.trim() !== '').join(', ');
  const tariff = tariffSchema.safeParse({
    version: 1,
    name: (name === '' ? 'Rate of the URDB' : name).slice(0, 80),
    currency: 'USD',
    ...energy.value,
    peakCharges: peakCharges.value,
    fees: feesOf(rate),
  } satisfies TariffInput);
  return tariff.success
    ? ok({ tariff: tariff.data, notes })
    : unusable(`"${tariff.error.issues[0]?.path.join('.') ?? ''}" is beyond what a tariff can be`);
};
