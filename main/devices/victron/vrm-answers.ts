import { z } from 'zod';

/**
 * What the VRM API answers, as it really is: numbers may be text, an empty object may come as `[]`, and what the
 * specification calls an object may be an array.
 */

/**
 * `[]` for an empty object. As a tuple, because the length of something that is no array must not even be looked at: it
 * may be anything.
 */
const NOTHING = z.tuple([]);

/** Beyond this nothing is a measurement or a time, and sums and products would run out of numbers. */
const MOST = 1e15;

/** A number that can be one, also as text; what is empty or no number is null. */
export const looseNumber = (value: unknown): number | null => {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= MOST ? number : null;
};

const looseNumberSchema = z.unknown().optional().transform(looseNumber);
const looseTextSchema = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : null));

/** The entries of an object; of `[]` none. */
const looseEntries = z
  .union([NOTHING, z.record(z.string(), z.unknown())])
  .transform((value) => (Array.isArray(value) ? {} : value));

/** The items of an array, or the values of an object that stands for one. */
const looseItems = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((value) => (Array.isArray(value) ? value : Object.values(value)));

/** Keeps what has the shape; one odd row spoils nothing. */
const rowsOf = <Row>(items: readonly unknown[], schema: z.ZodType<Row>): readonly Row[] =>
  items.flatMap((item) => {
    const row = schema.safeParse(item);
    return row.success ? [row.data] : [];
  });

const idSchema = z.unknown().transform((value, context) => {
  const number = looseNumber(value);
  if (number !== null && Number.isInteger(number) && number > 0) return number;
  context.addIssue('no id');
  return z.NEVER;
});

/** Every answer says whether it is one. */
export const envelopeSchema = z.looseObject({
  success: z.boolean().optional(),
  errors: z.unknown().optional(),
  error_code: z.unknown().optional(),
});

export const meSchema = z.object({ user: z.object({ id: idSchema }) }).transform(({ user }) => user.id);

export interface VrmInstallation {
  readonly siteId: number;
  readonly name: string;
}

const installationSchema = z
  .object({ idSite: idSchema, name: looseTextSchema })
  .transform(({ idSite, name }): VrmInstallation => ({ siteId: idSite, name: name ?? `Installation ${idSite}` }));

export const installationsSchema = z
  .object({ records: looseItems })
  .transform(({ records }) => rowsOf(records, installationSchema));

export interface VrmDevice {
  readonly name: string;
  readonly productName: string | null;
  readonly firmwareVersion: string | null;
  readonly instance: number | null;
}

const deviceSchema = z
  .object({
    name: z.string(),
    productName: looseTextSchema,
    firmwareVersion: looseTextSchema,
    instance: looseNumberSchema,
  })
  .transform((device): VrmDevice => device);

export const overviewSchema = z
  .object({ records: z.union([z.object({ devices: looseItems }), NOTHING]) })
  .transform(({ records }) => rowsOf('devices' in records ? records.devices : [], deviceSchema));

/** One current value; `rawValue` as it came. */
export interface VrmRow {
  readonly service: string | null;
  readonly path: string | null;
  readonly code: string | null;
  readonly instance: number;
  readonly rawValue: number | string | null;
  /** When the GX sent it, ms. */
  readonly at: number;
}

const rowSchema = z
  .object({
    dbusServiceType: looseTextSchema,
    dbusPath: looseTextSchema,
    code: looseTextSchema,
    instance: looseNumberSchema,
    rawValue: z.unknown().optional(),
    timestamp: z.unknown().transform((value, context) => {
      const seconds = looseNumber(value);
      if (seconds !== null && seconds > 0) return seconds * 1_000;
      context.addIssue('no time');
      return z.NEVER;
    }),
  })
  .transform(({ dbusServiceType, dbusPath, code, instance, rawValue, timestamp }): VrmRow => {
    const text = typeof rawValue === 'string' && rawValue.trim() !== '' ? rawValue : null;
    return {
      service: dbusServiceType,
      path: dbusPath,
      code,
      instance: instance ?? 0,
      rawValue: looseNumber(rawValue) ?? text,
      at: timestamp,
    };
  });

export const diagnosticsSchema = z
  .object({ records: looseItems })
  .transform(({ records }) => rowsOf(records, rowSchema));

/** A widget's values by attribute id. */
export interface VrmWidgetValue {
  readonly value: number;
  /** How old it is, ms. */
  readonly ageMs: number;
}

const widgetValueSchema = z
  .object({ valueFloat: z.unknown().optional(), value: z.unknown().optional(), secondsAgo: looseNumberSchema })
  .transform(({ valueFloat, value, secondsAgo }) => ({
    value: looseNumber(valueFloat) ?? looseNumber(value),
    secondsAgo,
  }));

/** Beside the values `data` holds `hasOldData` and `secondsAgo`: only numeric keys are attributes. */
export const widgetSchema = z
  .object({ records: z.union([z.object({ data: looseEntries }), NOTHING]) })
  .transform(({ records }): ReadonlyMap<number, VrmWidgetValue> => {
    const found = new Map<number, VrmWidgetValue>();
    for (const [key, item] of Object.entries('data' in records ? records.data : {})) {
      const parsed = /^\d+$/.test(key) ? widgetValueSchema.safeParse(item) : null;
      if (!parsed?.success) continue;
      const { value, secondsAgo } = parsed.data;
      if (value !== null && secondsAgo !== null && secondsAgo >= 0)
        found.set(Number(key), { value, ageMs: secondsAgo * 1_000 });
    }
    return found;
  });

/** One interval of a series, named by its start. */
export interface VrmPoint {
  readonly startAt: number;
  readonly mean: number;
  readonly least: number | null;
  readonly most: number | null;
}

const pointSchema = z
  .tuple([z.unknown(), z.unknown()])
  .rest(z.unknown())
  .transform((items, context): VrmPoint => {
    const [startAt, mean, least, most] = items.map(looseNumber);
    if (startAt !== null && startAt !== undefined && mean !== null && mean !== undefined)
      return { startAt, mean, least: least ?? null, most: most ?? null };
    context.addIssue('no value');
    return z.NEVER;
  });

/** Series and totals by code; `false` stands for a code without any, and is left out. */
export const statsSchema = z
  .object({ records: looseEntries, totals: looseEntries.optional() })
  .transform(({ records, totals }) => ({
    series: new Map(
      Object.entries(records).flatMap(([code, points]) =>
        Array.isArray(points) ? [[code, rowsOf(points, pointSchema)] as const] : [],
      ),
    ),
    totals: new Map(
      Object.entries(totals ?? {}).flatMap(([code, total]) =>
        typeof total === 'number' && Number.isFinite(total) ? [[code, total] as const] : [],
      ),
    ),
  }));
