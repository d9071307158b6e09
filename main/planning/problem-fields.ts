import { z } from 'zod';

/** Numbers that a problem file may hold; what is absent may also be null. */
export const nullish = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? null);

export const kwSchema = z.number().min(0);
const minutesSchema = z.number().min(0);

export const batteryShape = z.object({
  capacityKwh: z.number().positive(),
  minSocPct: z.number().min(0).max(100),
  maxSocPct: z.number().min(0).max(100),
  initialSocPct: z.number().min(0).max(100),
  finalSocPct: nullish(z.number().min(0).max(100)),
  finalValuePerKwh: nullish(z.number()),
  maxChargeKw: kwSchema,
  maxDischargeKw: kwSchema,
  chargeEfficiency: z.number().gt(0).max(1),
  dischargeEfficiency: z.number().gt(0).max(1),
  standingLossPerHour: z.number().min(0).lt(1),
  wearCostPerKwh: z.number().min(0),
});

export const loadShape = z.object({
  id: z.string().min(1).max(100),
  powerKw: z.number().gt(0),
  valuePerKwh: nullish(z.number()),
  runMinutes: nullish(minutesSchema),
  earliest: nullish(z.string()),
  latest: nullish(z.string()),
  minRunMinutes: nullish(minutesSchema),
  minPauseMinutes: nullish(minutesSchema),
  maxStarts: nullish(z.int().min(0)),
});
export type RawLoad = z.infer<typeof loadShape>;

export const gridShape = z.object({ maxImportKw: nullish(kwSchema), maxExportKw: nullish(kwSchema) });
export const tierShape = z.object({ upToKw: nullish(z.number().positive()), cost: z.number().min(0) });
export const tariffShape = z.object({
  largestDailyPeaks: z.int().min(1).max(31),
  tiers: z.array(tierShape).min(1),
});

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

const said = (value: unknown): string => {
  if (value === undefined) return 'is missing';
  if (value === null || typeof value === 'number') return `is ${value}`;
  return `is ${JSON.stringify(value)?.slice(0, 40)}`;
};

/** One plain sentence about a field that is wrong: its name, what it is, and what it must be. */
export const sentenceOf = (issue: z.core.$ZodIssue): string => {
  const name = pathOf(issue.path) || 'The problem';
  switch (issue.code) {
    case 'invalid_type':
      return `${name} ${said(issue.input)} and must be ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}.`;
    case 'too_small':
      return issue.origin === 'array'
        ? `${name} is empty and needs at least ${issue.minimum}.`
        : `${name} ${said(issue.input)} and must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}.`;
    case 'too_big':
      return issue.origin === 'array'
        ? `${name} has more than ${issue.maximum} values, the most that is planned at once.`
        : `${name} ${said(issue.input)} and must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}.`;
    default:
      return `${name} ${issue.message.replace(/\.$/, '')}.`;
  }
};

/** Fields of an object that no shape knows: most are typing mistakes. */
export const unknownFields = (raw: unknown, shape: Readonly<Record<string, unknown>>, at = ''): readonly string[] =>
  typeof raw === 'object' && raw !== null
    ? Object.keys(raw)
        .filter((name) => !Object.hasOwn(shape, name))
        .map((name) => `${at}${name}`)
    : [];
