import type { MessageSettings } from '../../../preload/contract/messages.ts';
import { localMinute } from '../../zone.ts';

const minuteOf = (clockTime: string): number => {
  const [hours = 0, minutes = 0] = clockTime.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Whether `at` lies in the quiet hours of the site, by its wall clock: they may run over midnight and over a change of the clocks. */
export const isQuietAt = (quiet: MessageSettings['quiet'], at: number, zone: string): boolean => {
  if (quiet === null || quiet.from === quiet.to) return false;
  const minute = localMinute(at, zone);
  const from = minuteOf(quiet.from);
  const to = minuteOf(quiet.to);
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
};
