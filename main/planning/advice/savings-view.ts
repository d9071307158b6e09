import type { SavingsDay, SavingsView } from '../../../preload/contract/backtest.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { StoredSavingsDay } from '../../store/advice.ts';
import { addLocalDays } from '../../zone.ts';
import { money } from './words.ts';

/** What the days are compared with, in full. */
const BASELINE =
  'Self-consumption only: the same sun, and the same loads at the same times. The battery begins each day with the charge that it had at midnight; what the sun gives beyond the use goes in, and what is missing comes out. What one of the two has left at the end of the day counts at the day’s mean price. What moving a load saved is not in it, since nobody knows when it would have run.';

/** Groups of fewer days are not compared. */
const LEAST_DAYS = 7;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sample standard deviation. */
const spread = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
};

/** Days by who steered them, where at least two of the groups have a week. */
const comparedBySteering = (days: readonly SavingsDay[]): SavingsView['ab'] => {
  const groups = (['plan', 'rules', 'nobody'] as const).flatMap((who) => {
    const own = days.filter(({ steeredBy }) => steeredBy === who);
    if (own.length < LEAST_DAYS) return [];
    const savings = own.map(({ saving }) => saving);
    const cycles = own.flatMap(({ batteryCycles }) => (batteryCycles === null ? [] : [batteryCycles]));
    return [
      {
        ...{ steeredBy: who, days: own.length, meanSaving: mean(savings), spread: spread(savings) },
        minerHoursADay: mean(own.map(({ minerHours }) => minerHours)),
        cyclesADay: cycles.length === 0 ? null : mean(cycles),
      },
    ];
  });
  return groups.length < 2 ? [] : groups;
};

/** One day in words: "It cost €3.21, €0.69 less than the €3.90 of self-consumption only." */
export const dayInWords = ({ cost, baselineCost, saving }: SavingsDay, currency: string): string => {
  const outcome =
    Math.abs(saving) < 0.005
      ? 'the same as'
      : `${money(Math.abs(saving), currency)} ${saving > 0 ? 'less' : 'more'} than the ${money(baselineCost, currency)} of`;
  return `It cost ${money(cost, currency)}, ${outcome} self-consumption only.`;
};

const STEERED: Record<SavingsDay['steeredBy'], string> = {
  plan: 'The plan steered.',
  rules: 'Rules steered.',
  nobody: 'Nobody steered the battery.',
};

/** What was saved, for the pages. Pure. */
export const savingsViewOf = (input: {
  readonly site: Pick<Site, 'id' | 'currency' | 'timeZone'>;
  readonly now: number;
  /** How many days back are listed. */
  readonly days: number;
  /** Oldest first, as far back as they are kept. */
  readonly stored: readonly StoredSavingsDay[];
  /** True where the tariff has a charge for the month's peak. */
  readonly hasPeakCharge: boolean;
}): SavingsView => {
  const { site, now, stored } = input;
  const known = stored.flatMap(({ day }) => (day === null ? [] : [day]));
  const yesterdayAt = addLocalDays(now, -1, site.timeZone);
  const row = stored.find(({ at }) => at === yesterdayAt);
  const yesterday = row?.day ?? null;
  const first = addLocalDays(now, -input.days, site.timeZone);
  const monthOf = (at: number): string =>
    new Intl.DateTimeFormat('en', { timeZone: site.timeZone, year: 'numeric', month: 'numeric' }).format(at);
  const ofMonth = known.filter(({ at }) => monthOf(at) === monthOf(now));
  const sentence =
    yesterday === null
      ? row === undefined
        ? 'Yesterday has not been worked out yet: that is done soon after midnight.'
        : `There is no number for yesterday: ${row.why}`
      : [
          `Yesterday: ${dayInWords(yesterday, site.currency)}`,
          STEERED[yesterday.steeredBy],
          `${Math.floor(yesterday.coveragePct)} % of the day was measured.`,
          ...(input.hasPeakCharge ? ['The charge for the month’s peak is not in it.'] : []),
        ].join(' ');
  return {
    siteId: site.id,
    currency: site.currency,
    baseline: BASELINE,
    ...{ yesterday, sentence },
    days: known.filter(({ at }) => at >= first),
    month:
      ofMonth.length === 0
        ? null
        : { saving: ofMonth.reduce((sum, { saving }) => sum + saving, 0), days: ofMonth.length },
    ab: comparedBySteering(known),
  };
};
