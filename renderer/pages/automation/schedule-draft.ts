import type { Schedule } from '../../../preload/contract/workflows.ts';
import { type ChannelChoice, firstLoad } from '../../components/channel-choices.ts';
import { localParts } from '../../format/time.ts';
import { actionOn, newScheduleId } from './draft.ts';

/** How often, as the form offers it; `other` keeps a rule of RFC 5545 that a person typed. */
export type Repeat = 'once' | 'daily' | 'weekly' | 'monthly' | 'other';

const DAY_CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-05-01T22:30` of the site's clock. */
export const localStart = (at: number, zone: string): string => {
  const { year, month, day, hour, minute } = localParts(at, zone);
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
};

export const newSchedule = (channels: readonly ChannelChoice[], now: number, zone: string): Schedule => {
  const load = firstLoad(channels);
  const start = localStart(now + 3_600_000, zone);
  return {
    id: newScheduleId(),
    name: '',
    enabled: true,
    when: { kind: 'recurring', rrule: 'FREQ=DAILY', startLocal: `${start.slice(0, 14)}00` },
    actions: [load ? actionOn(load) : { do: 'notify', level: 'info', text: 'It is time.' }],
    durationMs: load ? 3_600_000 : null,
  };
};

export const repeatOf = ({ when }: Schedule): Repeat => {
  if (when.kind === 'once') return 'once';
  if (when.rrule === 'FREQ=DAILY') return 'daily';
  if (/^FREQ=WEEKLY;BYDAY=((MO|TU|WE|TH|FR|SA|SU),?)+$/.test(when.rrule)) return 'weekly';
  return when.rrule === 'FREQ=MONTHLY' ? 'monthly' : 'other';
};

/** Weekdays of a weekly rule, 1 is Monday. */
export const daysOf = (rrule: string): readonly number[] => {
  const codes = /BYDAY=([A-Z,]+)/.exec(rrule)?.[1]?.split(',') ?? [];
  return DAY_CODES.flatMap((code, index) => (codes.includes(code) ? [index + 1] : []));
};

export const weeklyOn = (days: readonly number[]): string =>
  days.length === 0
    ? 'FREQ=DAILY'
    : `FREQ=WEEKLY;BYDAY=${DAY_CODES.filter((_, index) => days.includes(index + 1)).join(',')}`;

/** The rule of RFC 5545 that stands for a choice of the form. */
export const ruleFor = (repeat: Exclude<Repeat, 'once'>, before: string): string => {
  if (repeat === 'daily') return 'FREQ=DAILY';
  if (repeat === 'weekly') return weeklyOn([1, 2, 3, 4, 5]);
  return repeat === 'monthly' ? 'FREQ=MONTHLY' : before;
};
