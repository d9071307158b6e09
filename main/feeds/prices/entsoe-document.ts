import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { instantOf } from '../provider/intervals.ts';

const STEPS: ReadonlyMap<string, number> = new Map(
  Object.entries({ PT15M: 900_000, PT30M: 1_800_000, PT60M: 3_600_000, PT1H: 3_600_000 }),
);
/** A document answers at most a year at once. */
const LONGEST_PERIOD_MS = 400 * 86_400_000;

const LISTS = new Set(['TimeSeries', 'Period', 'Point', 'Reason']);
const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => LISTS.has(name),
});

const periodSchema = z.object({
  timeInterval: z.object({ start: z.string(), end: z.string() }),
  resolution: z.string(),
  Point: z.array(z.object({ position: z.string(), 'price.amount': z.string() })),
});
const seriesSchema = z.object({
  'contract_MarketAgreement.type': z.string().optional(),
  'currency_Unit.name': z.string(),
  'price_Measure_Unit.name': z.string(),
  'classificationSequence_AttributeInstanceComponent.position': z.string().optional(),
  curveType: z.string().optional(),
  Period: z.array(periodSchema),
});
const documentSchema = z.union([
  z.object({ Publication_MarketDocument: z.object({ TimeSeries: z.array(seriesSchema).default([]) }) }),
  z.object({
    Acknowledgement_MarketDocument: z.object({
      Reason: z.array(z.object({ code: z.string(), text: z.string().default('') })).min(1),
    }),
  }),
]);

export interface EntsoePrice {
  readonly at: number;
  readonly stepMs: number;
  readonly perMwh: number;
  readonly currency: string;
}

export type EntsoeDocument =
  | { readonly kind: 'prices'; readonly prices: readonly EntsoePrice[]; readonly rejected: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unusable'; readonly why: string };

type Series = z.output<typeof seriesSchema>;
type Period = z.output<typeof periodSchema>;

/** `A03` (variable blocks) repeats the last given price over missing positions; any other curve leaves them unknown. */
const pricesOfPeriod = (period: Period, series: Series): readonly EntsoePrice[] | null => {
  const start = instantOf(period.timeInterval.start);
  const end = instantOf(period.timeInterval.end);
  const stepMs = STEPS.get(period.resolution);
  if (start === null || end === null || stepMs === undefined) return null;
  const slots = (end - start) / stepMs;
  if (end - start > LONGEST_PERIOD_MS || slots < 1 || !Number.isInteger(slots)) return null;
  const given = new Map<number, number>();
  for (const point of period.Point) {
    const position = Number(point.position);
    const perMwh = point['price.amount'].trim() === '' ? Number.NaN : Number(point['price.amount']);
    if (!Number.isInteger(position) || position < 1 || position > slots || !Number.isFinite(perMwh)) return null;
    given.set(position, perMwh);
  }
  const prices: EntsoePrice[] = [];
  let last: number | undefined;
  for (let position = 1; position <= slots; position += 1) {
    const perMwh = given.get(position) ?? (series.curveType === 'A03' ? last : undefined);
    last = perMwh;
    if (perMwh !== undefined)
      prices.push({ at: start + (position - 1) * stepMs, stepMs, perMwh, currency: series['currency_Unit.name'] });
  }
  return prices;
};

/**
 * Prices of a document of type A44. Sequence 1 is the market's result; sequence 2 is an earlier auction and never stands
 * in for it. Where a zone has no sequences, all series count. A refusal comes as an acknowledgement: reason 999 with
 * "No matching data found" means that nothing is published yet, anything else is an error.
 */
export const readEntsoe = (body: string): EntsoeDocument => {
  if (body.trim() === '') return { kind: 'unusable', why: 'the answer is empty' };
  if (/^\s*<(!doctype html|html)/i.test(body)) return { kind: 'unusable', why: 'it is a web page, not data' };
  if (XMLValidator.validate(body) !== true) return { kind: 'unusable', why: 'it is no XML or was cut short' };
  let parsed: unknown;
  try {
    parsed = parser.parse(body);
  } catch {
    return { kind: 'unusable', why: 'it is no XML that can be read' };
  }
  const document = documentSchema.safeParse(parsed);
  if (!document.success) return { kind: 'unusable', why: 'it is another document than expected' };
  if ('Acknowledgement_MarketDocument' in document.data) {
    const [reason] = document.data.Acknowledgement_MarketDocument.Reason;
    const text = reason?.text ?? '';
    if (reason?.code === '999' && /no matching data/i.test(text)) return { kind: 'none' };
    return { kind: 'refused', why: text.slice(0, 200) };
  }
  const dayAhead = document.data.Publication_MarketDocument.TimeSeries.filter(
    (series) =>
      (series['contract_MarketAgreement.type'] ?? 'A01') === 'A01' && series['price_Measure_Unit.name'] === 'MWH',
  );
  const sequenceOf = (series: Series): string | undefined =>
    series['classificationSequence_AttributeInstanceComponent.position'];
  const chosen = dayAhead.filter((series) => (sequenceOf(series) ?? '1') === '1');
  const periods = chosen.flatMap((series) => series.Period.map((period) => pricesOfPeriod(period, series)));
  const usable = periods.filter((prices) => prices !== null);
  if (usable.length === 0 && periods.length > 0) return { kind: 'unusable', why: 'none of its periods can be read' };
  return { kind: 'prices', prices: usable.flat(), rejected: periods.length - usable.length };
};
