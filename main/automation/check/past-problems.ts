import type { Rule, RuleProblem } from '../../../preload/contract/rules.ts';
import type { RulePast } from '../replay/types.ts';
import { actionLines } from './actions-check.ts';
import { type CheckedHome, findChannel, problem } from './types.ts';

/** Below this share of the time nothing can be said; above the other one, whether a rule ever fires. */
const NO_DATA_PCT = 20;
const ENOUGH_DATA_PCT = 50;
const ALWAYS_PCT = 98;
const MOST_FIRINGS_A_DAY = 24;

/** What the replay of the last days says of a rule, in per cent. */
export const shareOf = (past: RulePast, spanMs: number) => ({
  heldPct: past.knownMs === 0 ? 0 : Math.min(100, (100 * past.heldMs) / past.knownMs),
  coveragePct: Math.min(100, (100 * past.knownMs) / spanMs),
});

const whenLines = (rule: Rule): readonly string[] => [
  ...rule.triggers.map((_, index) => `triggers.${index}`),
  ...(rule.condition === null ? [] : ['condition']),
  ...(rule.activeWindow === null ? [] : ['activeWindow']),
];

/** How often an hour the devices of the rule may switch, and the lines on which they stand. */
const tightest = (rule: Rule, { channels }: CheckedHome) => {
  const limited = actionLines(rule).flatMap(({ line, action }) => {
    const most =
      'channel' in action ? findChannel(channels, action.channel)?.config.rules?.maxSwitchesPerHour : undefined;
    return most === undefined ? [] : [{ line, most }];
  });
  const most = Math.min(Number.POSITIVE_INFINITY, ...limited.map((each) => each.most));
  return { most, lines: limited.flatMap((each) => (each.most === most ? [each.line] : [])) };
};

const flapping = (rule: Rule, past: RulePast, home: CheckedHome): readonly RuleProblem[] => {
  const { most, lines } = tightest(rule, home);
  const times = Math.max(past.mostEdgesAnHour, 0);
  if (times > most)
    return [
      problem(
        'warning',
        'flaps',
        `It would have switched ${times} times within an hour, and the device may ${most} times. Add a hysteresis, “for at least” or a rest.`,
        [...whenLines(rule), ...lines],
      ),
    ];
  return past.mostFiringsADay > MOST_FIRINGS_A_DAY
    ? [
        problem(
          'warning',
          'flaps',
          `It would have begun ${past.mostFiringsADay} times within a day. Add a hysteresis, “for at least” or a rest.`,
          whenLines(rule),
        ),
      ]
    : [];
};

/** What the last days show: a rule that never or always held, that flaps, or of which nothing can be said. */
export const findPastProblems = (
  rule: Rule,
  past: RulePast,
  spanMs: number,
  home: CheckedHome,
): readonly RuleProblem[] => {
  const { heldPct, coveragePct } = shareOf(past, spanMs);
  const days = Math.round(spanMs / 86_400_000);
  if (coveragePct < NO_DATA_PCT)
    return [
      problem(
        'warning',
        'no-data',
        `What this rule looks at is known for ${Math.round(coveragePct)} % of the last ${days} days, so nobody can say how often it would fire.`,
        whenLines(rule),
      ),
    ];
  const flaps = flapping(rule, past, home);
  if (coveragePct < ENOUGH_DATA_PCT) return flaps;
  if (past.heldMs === 0)
    return [
      problem('warning', 'never-fires', `It would not have fired once in the last ${days} days.`, whenLines(rule)),
    ];
  if (heldPct > ALWAYS_PCT)
    return [
      ...flaps,
      problem(
        'warning',
        'always-fires',
        `It would have held ${Math.round(heldPct)} % of the last ${days} days, so it is hardly a condition.`,
        whenLines(rule),
      ),
    ];
  return flaps;
};
