import { z } from 'zod';
import { within } from './bounds.ts';

/** How often the house looks, thinks and tidies up: the part of the site's settings that is about time. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** What training reads must be looked through before it, and not a day before it. */
const FEATURES_BEFORE_MINUTES = { least: 15, most: 12 * 60 } as const;

/** Null: as each driver asks by itself. The bounds keep every signal within what freshness can still judge. */
const localPeriod = within(1, 60, 's', SECOND_MS).int().nullable();
/** No vendor's service is asked faster; a driver whose service bears less keeps its own period. */
const cloudPeriod = within(2, 15, 'min', MINUTE_MS).int().nullable();
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time such as 02:00.');

export const rhythmShape = {
  pollBatteryLocalMs: localPeriod,
  pollBatteryCloudMs: cloudPeriod,
  pollInverterLocalMs: localPeriod,
  pollInverterCloudMs: cloudPeriod,
  pollOthersLocalMs: localPeriod,
  pollOthersCloudMs: cloudPeriod,
  /** A device that fails for so long without a break is told. */
  pollerAlertAfterMs: within(1, 240, 'min', MINUTE_MS).int(),
  /** At most as long as what rules hold is renewed in time: longer, and a lease would run out between two looks. */
  rulesEveryMs: within(1, 10, 'min', MINUTE_MS).int(),
  /** Decisions believe a forecast for 3 h: asked for more seldom, it would be too old before the next one. */
  forecastEveryHours: within(1, 2, 'h').int('Whole hours.'),
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
