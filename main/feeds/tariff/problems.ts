import { IANAZone } from 'luxon';
import type {
  Tariff,
  TariffLine,
  TariffProblem,
  TariffSchedule,
  TariffWhen,
} from '../../../preload/contract/tariff.ts';
import { holdsAtMinute, holdsOnDay, minutesOf } from './wall-clock.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
/** One part names at most so many; the first ones are enough to mend it. */
const MOST_PROBLEMS = 12;

const DAYS = Array.from({ length: 366 }, (_, index) => {
  const date = new Date(Date.UTC(2028, 0, 1 + index)); // A leap year, so that 29 February is looked at.
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate() };
});

const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const isDate = (text: string): boolean => {
  const [month = 0, day = 0] = text.slice(-5).split('-').map(Number);
  const year = text.length > 5 ? Number(text.slice(0, 4)) : 2028;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const isAscending = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));

/** Times of the day at which something changes, and 24:00. */
const boundariesOf = (lines: readonly TariffWhen[]): readonly number[] =>
  [...new Set([0, 1440, ...lines.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])])].toSorted(
    (a, b) => a - b,
  );

/** Gaps and overlaps of one schedule, each with the first day on which it shows. */
const scheduleProblems = (part: string, schedule: TariffSchedule): readonly TariffProblem[] => {
  const { lines, otherwisePerKwh } = schedule;
  if (lines.length === 0)
    return otherwisePerKwh === null
      ? [{ kind: 'gap', part, lines: [], sentence: 'There is no line and no price for all other times.' }]
      : [];
  const found = new Map<string, TariffProblem>();
  const looked = new Set<string>();
  for (const date of DAYS)
    for (let weekday = 1; weekday <= 7; weekday += 1) {
      const holding = lines
        .map((line, index) => ({ line, index }))
        .filter(({ line }) => holdsOnDay(line, { ...date, weekday }));
      const key = holding.map(({ index }) => index).join(' ');
      if (looked.has(key)) continue;
      looked.add(key);
      const day = `on a ${WEEKDAYS[weekday - 1] ?? ''} in ${MONTHS[date.month - 1] ?? ''} (such as on ${date.day})`;
      for (const problem of dayProblems(part, holding, otherwisePerKwh !== null, day)) {
        const name = `${problem.kind} ${problem.lines.join(' ')} ${problem.kind === 'gap' ? problem.sentence : ''}`;
        if (found.size < MOST_PROBLEMS && !found.has(name)) found.set(name, problem);
      }
    }
  return [...found.values()];
};

const dayProblems = (
  part: string,
  holding: readonly { readonly line: TariffLine; readonly index: number }[],
  hasOtherwise: boolean,
  day: string,
): readonly TariffProblem[] => {
  const boundaries = boundariesOf(holding.map(({ line }) => line));
  const problems: TariffProblem[] = [];
  let gapFrom: number | null = null;
  const closeGap = (to: number): void => {
    if (gapFrom === null) return;
    const sentence = `No line holds from ${timeOf(gapFrom)} to ${timeOf(to)} ${day}. Add a line, or a price for all other times.`;
    problems.push({ kind: 'gap', part, lines: [], sentence });
    gapFrom = null;
  };
  for (const [index, minute] of boundaries.slice(0, -1).entries()) {
    const here = holding.filter(({ line }) => holdsAtMinute(line, minute));
    if (here.length === 0 && !hasOtherwise) gapFrom ??= minute;
    else closeGap(minute);
    const [first, second] = here;
    if (first === undefined || second === undefined) continue;
    const named = [first, second].map(({ line, index: number }) => `line ${number + 1} (“${line.name}”)`).join(' and ');
    const sentence = `Both ${named} hold from ${timeOf(minute)} to ${timeOf(boundaries[index + 1] ?? 1440)} ${day}. Let only one of them hold.`;
    problems.push({ kind: 'overlap', part, lines: [first.index + 1, second.index + 1], sentence });
  }
  closeGap(1440);
  return problems;
};

const whenProblems = (part: string, whens: readonly TariffWhen[]): readonly TariffProblem[] =>
  whens.flatMap(({ season }, index) => {
    const wrong = [season?.from, season?.to].find((date) => date !== undefined && !isDate(date));
    return wrong === undefined
      ? []
      : [{ kind: 'date', part, lines: [index + 1], sentence: `There is no day ${wrong} in any year.` }];
  });

const zoneProblems = (part: string, zone: string | null): readonly TariffProblem[] =>
  zone === null || IANAZone.isValidZone(zone)
    ? []
    : [
        {
          kind: 'zone',
          part,
          lines: [],
          sentence: `“${zone}” is no time zone; write one such as Europe/London, or UTC.`,
        },
      ];

const fullSchedule = (part: string, schedule: TariffSchedule): readonly TariffProblem[] => [
  ...zoneProblems(part, schedule.zone),
  ...whenProblems(part, schedule.lines),
  ...scheduleProblems(part, schedule),
  ...schedule.lines.flatMap(({ name, blocks }, index): readonly TariffProblem[] =>
    isAscending(blocks.map(({ aboveKwh }) => aboveKwh))
      ? []
      : [{ kind: 'order', part, lines: [index + 1], sentence: `The blocks of “${name}” do not ascend.` }],
  ),
];

/** What is wrong with a tariff for a home, in words that name the lines. Empty where it can be used. */
export const tariffProblems = (tariff: Tariff, siteCurrency: string): readonly TariffProblem[] => {
  const currency: readonly TariffProblem[] =
    tariff.currency === siteCurrency
      ? []
      : [
          {
            kind: 'currency',
            part: 'currency',
            lines: [],
            sentence: `The tariff is in ${tariff.currency} and the home counts in ${siteCurrency}.`,
          },
        ];
  const holidays = tariff.holidays.flatMap((date, index): readonly TariffProblem[] =>
    isDate(date) ? [] : [{ kind: 'date', part: 'holidays', lines: [index + 1], sentence: `There is no day ${date}.` }],
  );
  const peaks = tariff.peakCharges.flatMap((charge, index): readonly TariffProblem[] => {
    const part = `peakCharges.${index + 1}`;
    const { price } = charge;
    const bounds = price.kind === 'steps' ? price.steps : price.tiers;
    const isOrdered = bounds[0]?.fromKw === 0 && isAscending(bounds.map(({ fromKw }) => fromKw));
    return [
      ...zoneProblems(part, charge.zone),
      ...whenProblems(part, charge.windows),
      ...(isOrdered
        ? []
        : [
            {
              kind: 'order' as const,
              part,
              lines: [],
              sentence: `The steps of “${charge.name}” do not begin at 0 and ascend.`,
            },
          ]),
    ];
  });
  return [
    ...currency,
    ...holidays,
    ...(tariff.import.kind === 'schedule' ? fullSchedule('import', tariff.import) : []),
    ...tariff.surcharges.flatMap((surcharge, index) => fullSchedule(`surcharges.${index + 1}`, surcharge)),
    ...(tariff.export.kind === 'schedule' ? fullSchedule('export', tariff.export) : []),
    ...peaks,
  ];
};
