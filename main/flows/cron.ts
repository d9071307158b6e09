import { cancelJob, scheduleJob } from 'node-schedule';
import { minuteOfDay } from '../../preload/contract/rhythm.ts';
import { newId } from '../ids.ts';
import type { FlowDefinition, FlowRhythm } from './types.ts';

/** One standing appointment. */
export interface CronJob {
  /** When it fires next, UTC epoch ms; null when never. */
  nextAt(): number | null;
  cancel(): void;
}

/**
 * Calls back at each time of a cron expression in a zone's local time; `dueAt` is when it should have been, which may lie
 * far back after sleep. A local time that a zone skips in spring fires at the hour after; one that comes twice fires once.
 */
export type CronScheduler = (cron: string, zone: string, onDue: (dueAt: number) => void) => CronJob | null;

export const nodeSchedule: CronScheduler = (cron, zone, onDue) => {
  const name = newId('job');
  const job = scheduleJob(name, { rule: cron, tz: zone }, (dueAt) => onDue(dueAt.getTime()));
  if (job === null) {
    cancelJob(name); // The library keeps jobs on its list that it has refused.
    return null;
  }
  return {
    nextAt: () => job.nextInvocation()?.getTime() ?? null,
    cancel: () => {
      job.cancel();
    },
  };
};

const DAY_MINUTES = 1_440;

/** The cron of a time such as `02:00`, so many minutes later or (negative) earlier, on each day or one weekday. */
export const cronAt = (time: string, laterMinutes = 0, weekday: number | null = null): string => {
  const minute = (minuteOfDay(time) + laterMinutes + DAY_MINUTES) % DAY_MINUTES;
  return `${minute % 60} ${Math.floor(minute / 60)} * * ${weekday ?? '*'}`;
};

/** When a flow runs in a home with these settings. */
export const cronOf = ({ cron }: Pick<FlowDefinition, 'cron'>, rhythm: FlowRhythm): string | null =>
  typeof cron === 'function' ? cron(rhythm) : cron;

const twoDigits = (text: string): string => text.padStart(2, '0');

const WEEKDAYS = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays'] as const;

/** The schedule in words, for the simple expressions that flows use; others are shown as they are. */
export const cronInWords = (cron: string | null): string => {
  if (cron === null) return 'by hand';
  const everyMinutes = /^\*\/(\d+) \* \* \* \*$/.exec(cron)?.[1];
  if (everyMinutes) return `every ${everyMinutes} min`;
  const hourlyMinute = /^(\d+) \* \* \* \*$/.exec(cron)?.[1];
  if (hourlyMinute) return `every hour at :${twoDigits(hourlyMinute)}`;
  const [, past, hours] = /^(\d+) \*\/(\d+) \* \* \*$/.exec(cron) ?? [];
  if (past && hours) return `every ${hours} h at :${twoDigits(past)}`;
  const [, minute, hour] = /^(\d+) (\d+) \* \* \*$/.exec(cron) ?? [];
  if (minute && hour) return `daily at ${twoDigits(hour)}:${twoDigits(minute)}`;
  const [, at, of, weekday] = /^(\d+) (\d+) \* \* ([0-6])$/.exec(cron) ?? [];
  if (at && of && weekday) return `${WEEKDAYS[Number(weekday)]} at ${twoDigits(of)}:${twoDigits(at)}`;
  return cron;
};
