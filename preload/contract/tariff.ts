import { z } from 'zod';
import { emptySchema, instantSchema, personSchema, siteIdSchema, siteInput } from './base.ts';

/**
 * A tariff: what a home pays and is paid for a kWh at each moment, and what it pays beside the energy. Prices are in the
 * major unit of the tariff's currency; a negative price is a price. Wall-clock rules name the clock that they follow.
 */
const priceSchema = z.number().min(-1000).max(1000);
const clockTimeSchema = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Write a time as 06:30; the end of the day is 24:00.');
const dateSchema = z.string().regex(/^\d\d-\d\d$/, 'Write a date as MM-DD.');
const holidaySchema = z
  .string()
  .regex(/^(\d{4}-)?\d\d-\d\d$/, 'Write a holiday as YYYY-MM-DD, or as MM-DD for every year.');

/** When a line holds. Everything left at null holds always. A listed holiday counts as a Sunday. */
const whenFields = {
  /** 1 = January to 12. */
  months: z.array(z.number().int().min(1).max(12)).max(12).nullable().default(null),
  /** Both days included; from later than to runs over the new year. */
  season: z.strictObject({ from: dateSchema, to: dateSchema }).nullable().default(null),
  /** 1 = Monday to 7 = Sunday, of the local day of each moment: after midnight it is the next day. */
  weekdays: z.array(z.number().int().min(1).max(7)).max(7).nullable().default(null),
  /** [from, to) by the wall clock; equal or 00:00–24:00 is the whole day, from later than to runs over midnight. */
  from: clockTimeSchema.default('00:00'),
  to: clockTimeSchema.default('24:00'),
};
const whenSchema = z.strictObject(whenFields);
export type TariffWhen = z.infer<typeof whenSchema>;

/** Cheaper or dearer energy above a monthly amount. The line's own price holds up to the first bound. */
const blockSchema = z.strictObject({
  aboveKwh: z.number().min(0).max(1e9),
  perKwh: priceSchema,
});

const lineSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  ...whenFields,
  perKwh: priceSchema,
  /** Ascending. */
  blocks: z.array(blockSchema).max(12).default([]),
});
export type TariffLine = z.infer<typeof lineSchema>;

/** An IANA name; null is the home's own time zone. Some meters switch by UTC all year. */
const zoneSchema = z.string().min(1).max(64).nullable().default(null);

/** Prices by time. At each moment exactly one line holds, or `otherwisePerKwh`, or the document is refused. */
const scheduleFields = {
  zone: zoneSchema,
  lines: z.array(lineSchema).max(200).default([]),
  /** The price where no line holds; null where the lines must cover everything. */
  otherwisePerKwh: priceSchema.nullable().default(null),
  /** For blocks: what counts against their bounds, all energy of the month or only that of the line. */
  blocksCount: z.enum(['month', 'line']).default('month'),
};
const scheduleSchema = z.strictObject({ kind: z.literal('schedule'), ...scheduleFields });
export type TariffSchedule = Omit<z.infer<typeof scheduleSchema>, 'kind'>;

const importSchema = z.discriminatedUnion('kind', [
  scheduleSchema,
  /** spot × factor + addPerKwh; the spot price never has VAT in it. */
  z.strictObject({
    kind: z.literal('spot'),
    factor: z.number().min(0).max(10).default(1),
    addPerKwh: priceSchema.default(0),
    floorPerKwh: priceSchema.nullable().default(null),
    capPerKwh: priceSchema.nullable().default(null),
  }),
  /** The supplier's own feed, all included. */
  z.strictObject({ kind: z.literal('feed') }),
]);

const exportSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  scheduleSchema,
  /** spot × factor − feePerKwh; negative where the market is, unless a floor is agreed. */
  z.strictObject({
    kind: z.literal('spot'),
    factor: z.number().min(0).max(10).default(1),
    feePerKwh: priceSchema.default(0),
    floorPerKwh: priceSchema.nullable().default(null),
  }),
  z.strictObject({ kind: z.literal('feed') }),
]);

/** Added to every imported kWh: grid fees, levies, taxes. Several add up. */
const surchargeSchema = z.strictObject({ name: z.string().trim().min(1).max(60), ...scheduleFields });

const peakWindowSchema = z.strictObject({
  ...whenFields,
  /** A peak in this window counts with so many per cent. */
  weightPct: z.number().min(0).max(100).default(100),
});

/**
 * A charge for power: the mean of the highest intervals of a month, within windows, perhaps with the months before. One
 * peak in a window is a demand charge; several on different days with steps is a capacity tariff.
 */
const peakChargeSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** The meter's interval, aligned to the clock. */
  intervalMinutes: z.union([z.literal(15), z.literal(30), z.literal(60)]),
  zone: zoneSchema,
  /** Empty is always. Where several hold, the highest weight counts. */
  windows: z.array(peakWindowSchema).max(60).default([]),
  /** The mean of so many highest intervals. */
  peaks: z.number().int().min(1).max(31).default(1),
  /** At most one peak of a day or week. */
  apart: z.enum(['none', 'day', 'week']).default('none'),
  /** The highest are picked among so many months, this one included. */
  pickedFromMonths: z.number().int().min(1).max(12).default(1),
  /** Peaks of months before: the mean with them, or their highest times a percentage where that is more. */
  lookback: z
    .discriminatedUnion('kind', [
      /** `months` counts this month. */
      z.strictObject({ kind: z.literal('mean'), months: z.number().int().min(2).max(24) }),
      z.strictObject({
        kind: z.literal('highest'),
        /** Months before this one. */
        months: z.number().int().min(1).max(24),
        percent: z.number().min(0).max(100),
        /** Only these months of the year count; null is all. */
        onlyMonths: z.array(z.number().int().min(1).max(12)).max(12).nullable().default(null),
      }),
    ])
    .nullable()
    .default(null),
  /** A month's peak counts as at least this, kW. */
  floorKw: z.number().min(0).max(100_000).default(0),
  price: z.discriminatedUnion('kind', [
    /** Each kW at the rate of the tier that it lies in. The first tier begins at 0. */
    z.strictObject({
      kind: z.literal('per-kw'),
      per: z.enum(['month', 'year']),
      tiers: z
        .array(z.strictObject({ fromKw: z.number().min(0), perKw: z.number().min(0).max(100_000) }))
        .min(1)
        .max(20),
    }),
    /** One amount a month for the step that the peak lies in. The first step begins at 0. */
    z.strictObject({
      kind: z.literal('steps'),
      steps: z
        .array(z.strictObject({ fromKw: z.number().min(0), amount: z.number().min(0).max(1_000_000) }))
        .min(1)
        .max(40),
    }),
  ]),
});
export type PeakCharge = z.infer<typeof peakChargeSchema>;

export const tariffSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().trim().min(1).max(80),
  currency: z.string().regex(/^[A-Z]{3}$/),
  vatPct: z.number().min(0).max(100).default(0),
  /** True where the prices as typed have VAT in them; the spot price gets it in any case, a supplier's feed never. */
  typedWithVat: z.boolean().default(true),
  holidays: z.array(holidaySchema).max(400).default([]),
  import: importSchema,
  surcharges: z.array(surchargeSchema).max(20).default([]),
  export: exportSchema,
  /** Where the bill counts longer steps than the market: the mean of the market over this step. Null as the market. */
  billingMinutes: z
    .union([z.literal(15), z.literal(30), z.literal(60)])
    .nullable()
    .default(null),
  peakCharges: z.array(peakChargeSchema).max(20).default([]),
  fees: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).max(60),
        amount: z.number().min(-1e6).max(1e6),
        per: z.enum(['day', 'month', 'year']),
      }),
    )
    .max(30)
    .default([]),
});
export type Tariff = z.infer<typeof tariffSchema>;
/** What a person may leave out is filled in. */
export type TariffInput = z.input<typeof tariffSchema>;

/** What is wrong with a document, with the lines (counted from 1) that conflict. */
const tariffProblemSchema = z.strictObject({
  kind: z.enum(['gap', 'overlap', 'zone', 'date', 'order', 'currency']),
  /** Such as `import` or `surcharges.1`. */
  part: z.string(),
  lines: z.array(z.number().int()),
  sentence: z.string(),
});
export type TariffProblem = z.infer<typeof tariffProblemSchema>;

/** One step of prices; null is unknown. */
const rateSchema = z.strictObject({
  at: instantSchema,
  stepMs: z.number(),
  importPerKwh: z.number().nullable(),
  exportPerKwh: z.number().nullable(),
  source: z.string(),
  /** True where a guess stands in: last week's market price, or the first block of energy. */
  assumed: z.boolean(),
});
export type TariffRate = z.infer<typeof rateSchema>;

const tariffChangeSchema = z.strictObject({
  setAt: instantSchema,
  who: z.string(),
  /** From when it counts; null from the beginning. */
  validFrom: instantSchema.nullable(),
  /** Null where the tariff was taken away. */
  name: z.string().nullable(),
});

/** A line of a file that could not be used, or that stands for something to know. */
const csvFindingSchema = z.strictObject({ line: z.number().int(), sentence: z.string() });
export const priceImportReportSchema = z.strictObject({
  /** False where nothing was kept: a dry run, or a bad line. */
  imported: z.boolean(),
  rows: z.number().int(),
  from: instantSchema.nullable(),
  to: instantSchema.nullable(),
  stepMs: z.number().nullable(),
  problems: z.array(csvFindingSchema),
  /** Lines that were understood in a certain way, such as the hour that comes twice. */
  notes: z.array(csvFindingSchema),
  sentence: z.string(),
});
export type PriceImportReport = z.infer<typeof priceImportReportSchema>;

const LONGEST_PREVIEW_MS = 62 * 86_400_000;

export const tariffQueries = {
  'tariff.get': {
    input: siteInput,
    output: z.strictObject({
      siteId: siteIdSchema,
      /** Null where none is set: the supplier's feed or the fixed prices of the settings hold. */
      tariff: tariffSchema.nullable(),
      changes: z.array(tariffChangeSchema),
    }),
  },
  /** Prices of a span from a document that is not saved, or from the saved one. */
  'tariff.preview': {
    input: z
      .strictObject({
        siteId: siteIdSchema,
        from: instantSchema,
        to: instantSchema,
        tariff: tariffSchema.nullable().default(null),
      })
      .refine((input) => input.to > input.from, { message: 'The end lies before the start.', path: ['to'] })
      .refine((input) => input.to - input.from <= LONGEST_PREVIEW_MS, { message: 'At most two months.', path: ['to'] }),
    output: z.strictObject({
      siteId: siteIdSchema,
      currency: z.string(),
      rates: z.array(rateSchema),
      problems: z.array(tariffProblemSchema),
    }),
  },
} as const;

export const tariffCommands = {
  /** Null takes the tariff away. Without `validFrom` the first one counts from the beginning and a later one from now. */
  'tariff.set': {
    input: z.strictObject({
      siteId: siteIdSchema,
      who: personSchema,
      tariff: tariffSchema.nullable(),
      validFrom: instantSchema.nullable().optional(),
    }),
    output: emptySchema,
  },
  /** Reads a tariff of the US Utility Rate Database; saves nothing. */
  'tariff.importUrdb': {
    input: z.strictObject({ siteId: siteIdSchema, json: z.string().max(2_000_000) }),
    output: z.strictObject({
      tariff: tariffSchema,
      /** What the database says that a tariff here does not, one sentence each. */
      notes: z.array(z.string()),
      problems: z.array(tariffProblemSchema),
    }),
  },
  /** Takes prices from a file: all lines or none. With `dryRun` only the report is made. */
  'prices.importCsv': {
    input: z.strictObject({
      siteId: siteIdSchema,
      who: personSchema,
      csv: z.string().max(8_000_000),
      dryRun: z.boolean(),
      /** The clock of stamps without an offset; the home's where left out. */
      zone: z.string().max(64).nullable().default(null),
      /** What the file's plain price column is. */
      kind: z.enum(['spot', 'import', 'export']).default('import'),
      unit: z.enum(['per-kwh', 'cent-per-kwh', 'per-mwh']).default('per-kwh'),
    }),
    output: priceImportReportSchema,
  },
} as const;
