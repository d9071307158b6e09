import { DateTime } from 'luxon';
import { z } from 'zod';
import { ok, permanent, type Result } from '../result.ts';
import { isTimeZone } from '../zone.ts';
import { flexibleLoadOf } from './flexible-load.ts';
import {
  batteryShape,
  gridShape,
  kwSchema,
  loadShape,
  nullish,
  sentenceOf,
  tariffShape,
  tierShape,
  unknownFields,
} from './problem-fields.ts';
import type { Problem } from './types.ts';

const DEFAULT_GAP = 1e-4;
const DEFAULT_TIME_LIMIT_SECONDS = 300;
/** A year of quarter hours and a little more. */
const MOST_STEPS = 40_000;
const MINUTE_MS = 60_000;
const MOST_SENTENCES = 5;

const seriesOf = (value: z.ZodType<number>) => z.array(value).min(1).max(MOST_STEPS);

const batterySchema = batteryShape.superRefine((battery, context) => {
  const { minSocPct, maxSocPct } = battery;
  const refuse = (name: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [name], message, input: battery });
  if (minSocPct > maxSocPct) refuse('minSocPct', `is ${minSocPct} and must not be above maxSocPct ${maxSocPct}`);
  for (const name of ['initialSocPct', 'finalSocPct'] as const) {
    const value = battery[name];
    if (value !== null && (value < minSocPct || value > maxSocPct))
      refuse(name, `is ${value} and must lie from minSocPct ${minSocPct} to maxSocPct ${maxSocPct}`);
  }
});

const tariffSchema = tariffShape.superRefine(({ tiers }, context) => {
  tiers.forEach((tier, place) => {
    const before = tiers[place - 1];
    if (before === undefined) return;
    const rises = before.upToKw !== null && (tier.upToKw ?? Number.POSITIVE_INFINITY) > before.upToKw;
    if (rises && tier.cost >= before.cost) return;
    const message = 'must reach further than the tier before it and cost no less: sort the tiers from the lowest';
    context.addIssue({ code: 'custom', path: ['tiers', place], message, input: tier });
  });
});

const schema = z.object({
  start: z
    .string()
    .refine((text) => DateTime.fromISO(text).isValid, 'is no instant: write it as 2026-01-31T00:00:00+01:00'),
  zone: z.string().refine(isTimeZone, 'is no time zone; write it as Europe/Berlin'),
  stepMinutes: z.number().min(1).max(1440),
  loadKw: seriesOf(kwSchema),
  pvKw: seriesOf(kwSchema),
  importPrice: seriesOf(z.number()),
  exportPrice: seriesOf(z.number()),
  carbon: nullish(seriesOf(z.number().min(0))),
  battery: nullish(batterySchema),
  grid: gridShape,
  peakTariff: nullish(tariffSchema),
  flexibleLoads: nullish(z.array(loadShape)),
  weights: nullish(z.object({ cost: z.number().min(0), carbon: z.number().min(0) })),
  solver: nullish(
    z.object({
      gap: nullish(z.number().min(0).max(1)),
      timeLimitSeconds: nullish(z.number().positive().max(86_400)),
    }),
  ),
});
type Raw = z.infer<typeof schema>;

const refused = (sentences: readonly string[]) => {
  const more = sentences.length - MOST_SENTENCES;
  return permanent(
    'plan.problem',
    [...sentences.slice(0, MOST_SENTENCES), ...(more > 0 ? [`And ${more} more.`] : [])].join(' '),
    'Correct the problem and try again; main/planning/README.md lists every field.',
  );
};

/** What the fields say about each other, a sentence each. */
const contradictions = (raw: Raw): readonly string[] => {
  const steps = raw.loadKw.length;
  const lengths = (['pvKw', 'importPrice', 'exportPrice', 'carbon'] as const).flatMap((name) => {
    const length = raw[name]?.length ?? steps;
    return length === steps ? [] : [`${name} has ${length} values and loadKw has ${steps}: give one for each step.`];
  });
  const ids = (raw.flexibleLoads ?? []).map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))].map(
    (id) => `flexibleLoads has the id "${id}" twice: give each load its own.`,
  );
  const carbon = (raw.weights?.carbon ?? 0) > 0 && raw.carbon === null;
  return [...lengths, ...twice, ...(carbon ? ['weights.carbon needs carbon: give g per kWh for each step.'] : [])];
};

const assemble = (raw: Raw): Result<Problem> => {
  const startAt = DateTime.fromISO(raw.start, { zone: raw.zone }).toMillis();
  const stepMs = Math.round(raw.stepMinutes * MINUTE_MS);
  const frame = { startAt, stepMs, zone: raw.zone, steps: raw.loadKw.length };
  const loads = (raw.flexibleLoads ?? []).map((load, place) => flexibleLoadOf(load, `flexibleLoads[${place}]`, frame));
  const wrong = loads.flatMap((load) => (typeof load === 'string' ? [load] : []));
  if (wrong.length > 0) return refused(wrong);
  const { peakTariff } = raw;
  return ok({
    startAt,
    zone: raw.zone,
    stepMs,
    loadKw: raw.loadKw,
    pvKw: raw.pvKw,
    importPrice: raw.importPrice,
    exportPrice: raw.exportPrice,
    carbonG: raw.carbon,
    batteries:
      raw.battery === null
        ? []
        : [
            {
              ...raw.battery,
              id: 'battery',
              finalValuePerKwh: raw.battery.finalValuePerKwh ?? 0,
              reserveSocPct: null,
              reservePricePerKwh: 0,
              fromGrid: true,
              toGrid: true,
            },
          ],
    grid: {
      maxImportKw: raw.grid.maxImportKw ?? Number.POSITIVE_INFINITY,
      maxExportKw: raw.grid.maxExportKw ?? Number.POSITIVE_INFINITY,
    },
    peakTariff:
      peakTariff === null
        ? null
        : {
            largestDailyPeaks: peakTariff.largestDailyPeaks,
            tiers: peakTariff.tiers.map(({ upToKw, cost }) => ({ upToKw: upToKw ?? Number.POSITIVE_INFINITY, cost })),
          },
    demandCharges: [],
    flexibleLoads: loads.flatMap((load) => (typeof load === 'string' ? [] : [load])),
    modulatingLoads: [],
    heatStores: [],
    weights: { ...(raw.weights ?? { cost: 1, carbon: 0 }), imported: 0 },
    soft: null,
    solver: {
      gap: raw.solver?.gap ?? DEFAULT_GAP,
      timeLimitSeconds: raw.solver?.timeLimitSeconds ?? DEFAULT_TIME_LIMIT_SECONDS,
    },
  });
};

/** Reads a problem as a file has it. The failure `plan.problem` names each field that is wrong and says what to do. */
export const problemOf = (raw: unknown): Result<Problem> => {
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (!parsed.success) return refused(parsed.error.issues.map(sentenceOf));
  const wrong = contradictions(parsed.data);
  return wrong.length > 0 ? refused(wrong) : assemble(parsed.data);
};

const fieldOf = (raw: unknown, name: string): unknown =>
  typeof raw === 'object' && raw !== null && Object.hasOwn(raw, name) ? Reflect.get(raw, name) : undefined;
const listOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);

/** A sentence for each field that is not known and was passed over, so that a typing mistake is seen. */
export const unusedFields = (raw: unknown): readonly string[] => {
  const tariff = fieldOf(raw, 'peakTariff');
  return [
    ...unknownFields(raw, schema.shape),
    ...unknownFields(fieldOf(raw, 'battery'), batteryShape.shape, 'battery.'),
    ...unknownFields(fieldOf(raw, 'grid'), gridShape.shape, 'grid.'),
    ...unknownFields(tariff, tariffShape.shape, 'peakTariff.'),
    ...listOf(fieldOf(tariff, 'tiers')).flatMap((tier, place) =>
      unknownFields(tier, tierShape.shape, `peakTariff.tiers[${place}].`),
    ),
    ...listOf(fieldOf(raw, 'flexibleLoads')).flatMap((load, place) =>
      unknownFields(load, loadShape.shape, `flexibleLoads[${place}].`),
    ),
  ].map((name) => `${name} is no field of a problem and was not used.`);
};
