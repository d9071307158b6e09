import { z } from 'zod';
import { ok, permanent, type Result } from '../../result.ts';
import { isTimeZone } from '../../zone.ts';
import {
  batteryShape,
  gridShape,
  loadShape,
  nullish,
  sentenceOf,
  tariffShape,
  unknownFields,
} from '../problem-fields.ts';
import { fileLoad } from './file-loads.ts';
import type { SimLoad, SimSite } from './types.ts';

const siteSchema = z.object({
  zone: z.string().refine(isTimeZone, 'is no time zone; write it as Europe/Berlin'),
  battery: nullish(
    batteryShape.superRefine((battery, context) => {
      const { minSocPct, maxSocPct } = battery;
      for (const name of ['maxSocPct', 'initialSocPct', 'finalSocPct'] as const) {
        const value = battery[name] ?? minSocPct;
        if (value >= minSocPct && value <= maxSocPct) continue;
        const message = `is ${value} and must lie from minSocPct ${minSocPct} to maxSocPct ${maxSocPct}`;
        context.addIssue({ code: 'custom', path: [name], message, input: battery });
      }
    }),
  ),
  grid: nullish(gridShape),
  flexibleLoads: nullish(z.array(loadShape)),
  peakTariff: nullish(
    tariffShape.superRefine(({ tiers }, context) => {
      const reach = (place: number): number => tiers[place]?.upToKw ?? Number.POSITIVE_INFINITY;
      const sorted = tiers.every(
        ({ cost }, place) => place === 0 || (reach(place) > reach(place - 1) && cost >= (tiers[place - 1]?.cost ?? 0)),
      );
      if (!sorted)
        context.addIssue({
          code: 'custom',
          path: ['tiers'],
          message: 'must be sorted from the lowest, and cost more the further they reach',
          input: tiers,
        });
    }),
  ),
});

export interface SiteFile {
  readonly site: SimSite;
  /** Sentences about fields that no one knows. */
  readonly notes: readonly string[];
}

const MOST_SENTENCES = 5;

const wrong = (sentences: readonly string[]) =>
  permanent(
    'backtest.site',
    sentences.slice(0, MOST_SENTENCES).join(' '),
    'Correct the site and try again; main/planning/README.md lists every field of battery, grid, peakTariff and flexibleLoads.',
  );

/** Reads the home of a backtest: zone, battery, grid, peak charge and loads as the problem file of `plan` has them. */
export const siteOf = (raw: unknown): Result<SiteFile> => {
  const parsed = siteSchema.safeParse(raw, { reportInput: true });
  if (!parsed.success) return wrong(parsed.error.issues.map(sentenceOf));
  const { zone, battery, grid, peakTariff } = parsed.data;
  const read = (parsed.data.flexibleLoads ?? []).map((load, place) => fileLoad(load, `flexibleLoads[${place}]`, zone));
  const problems = read.filter((load) => typeof load === 'string');
  if (problems.length > 0) return wrong(problems);
  const limit = (kw: number | null | undefined): number => kw ?? Number.POSITIVE_INFINITY;
  return ok({
    site: {
      zone,
      battery:
        battery === null
          ? null
          : { ...battery, finalValuePerKwh: battery.finalValuePerKwh ?? 0, fromGrid: true, toGrid: true },
      grid: { maxImportKw: limit(grid?.maxImportKw), maxExportKw: limit(grid?.maxExportKw) },
      peakTariff:
        peakTariff === null
          ? null
          : {
              largestDailyPeaks: peakTariff.largestDailyPeaks,
              tiers: peakTariff.tiers.map(({ upToKw, cost }) => ({ upToKw: limit(upToKw), cost })),
            },
      loads: read.filter((load): load is SimLoad => typeof load !== 'string'),
    },
    notes: unknownFields(raw, siteSchema.shape).map((name) => `${name} is no field of a site and was not used.`),
  });
};
