import { z } from 'zod';

/** How often the house looks, thinks and tidies up: the part of the site's settings that is about time. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** What training reads must be looked through before it, and not a day before it. */
const FEATURES_BEFORE_MINUTES = { least: 15, most: 12 * 60 } as const;

const span = (least: number, most: number, unitMs: number, unit: string) =>
  z
    .number()
    .int()
    .min(least * unitMs, `At least ${least} ${unit}.`)
    .max(most * unitMs, `At most ${most} ${unit}.`);

/** Null: as each driver asks by itself. The bounds keep every signal within what freshness can still judge. */
const localPeriod = span(1, 60, SECOND_MS, 's').nullable();
/** No vendor's service is asked faster; a driver whose service bears less keeps its own period. */
const cloudPeriod = span(2, 15, MINUTE_MS, 'min').nullable();
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time such as 02:00.');

export const rhythmShape = {
  pollBatteryLocalMs: localPeriod,
  pollBatteryCloudMs: cloudPeriod,
  pollInverterLocalMs: localPeriod,
  pollInverterCloudMs: cloudPeriod,
  pollOthersLocalMs: localPeriod,
  pollOthersCloudMs: cloudPeriod,
  /** A device that fails for so long without a break is told. */
  pollerAlertAfterMs: span(1, 240, MINUTE_MS, 'min'),
  /** At most as long as what rules hold is renewed in time: longer, and a lease would run out between two looks. */
  rulesEveryMs: span(1, 10, MINUTE_MS, 'min'),
  forecastEveryHours: z.number().int('Whole hours.').min(1, 'At least 1 h.').max(6, 'At most 6 h.'),
  /** Local times of the site. */
  featuresAt: timeOfDay,
  trainingAt: timeOfDay,
  backupAt: timeOfDay,
} as const;

const rhythmSchema = z.strictObject(rhythmShape);
export type Rhythm = z.infer<typeof rhythmSchema>;

export const DEFAULT_RHYTHM: Rhythm = {
  pollBatteryLocalMs: null,
  pollBatteryCloudMs: null,
  pollInverterLocalMs: null,
  pollInverterCloudMs: null,
  pollOthersLocalMs: null,
  pollOthersCloudMs: null,
  pollerAlertAfterMs: 600_000,
  rulesEveryMs: 300_000,
  forecastEveryHours: 1,
  featuresAt: '01:00',
  trainingAt: '02:00',
  backupAt: '03:30',
};

/** Minutes since local midnight of a time such as `02:00`. */
export const minuteOfDay = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Rules between fields; answers the field that is wrong with a sentence. */
export const rhythmProblems = ({
  featuresAt,
  trainingAt,
}: Pick<Rhythm, 'featuresAt' | 'trainingAt'>): Partial<Record<keyof Rhythm, string>> => {
  const before = (minuteOfDay(trainingAt) - minuteOfDay(featuresAt) + DAY_MINUTES) % DAY_MINUTES;
  return before < FEATURES_BEFORE_MINUTES.least || before > FEATURES_BEFORE_MINUTES.most
    ? { featuresAt: `Between 15 min and 12 h before the training at ${trainingAt}.` }
    : {};
};
