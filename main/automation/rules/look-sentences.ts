import { DateTime } from 'luxon';
import type { Rule, Test } from '../../../preload/contract/rules.ts';
import { wordsOf } from './quantity-words.ts';
import { capital, joined, saySpanOf, sayWindow, sentenceOfTest } from './sentences.ts';
import type { TestFinding } from './tests-of-rules.ts';
import type { RuleLook, RuleWorld } from './types.ts';

interface Look {
  readonly rule: Rule;
  readonly world: RuleWorld;
  readonly state: RuleLook['state'];
  readonly findings: readonly TestFinding[];
  readonly triggerSince: readonly (number | null)[];
  readonly restsUntil: number;
}

/** A sentence names so many facts at most. */
const MOST_FACTS = 3;

const clock = (at: number, world: RuleWorld): string =>
  DateTime.fromMillis(at, { zone: world.zone }).toFormat(at - world.at < 20 * 3_600_000 ? 'HH:mm' : 'ccc HH:mm');

/** `the charge of the battery is 62 %, not above 80 %`. */
const factOf = ({ test, truth, value }: TestFinding, world: RuleWorld): string => {
  if (test.is !== 'above' && test.is !== 'below' && test.is !== 'between') {
    const said = sentenceOfTest(test, world.names);
    return truth === null ? `whether ${said} is not known` : truth ? said : `it is not so that ${said}`;
  }
  const { name, say } = wordsOf(test.quantity, world.names);
  if (value === null) return `${name} is not known`;
  return `${name} is ${say(value)}, ${limitOf(test, value, truth === true, say)}`;
};

/** Within the hysteresis the sentence says where it ends instead of something untrue about the limit. */
const limitOf = (
  test: Extract<Test, { is: 'above' | 'below' | 'between' }>,
  value: number,
  holds: boolean,
  say: (value: number) => string,
): string => {
  if (test.is === 'between') return `${holds ? '' : 'not '}between ${say(test.from)} and ${say(test.to)}`;
  const beyond = test.is === 'above' ? value > test.value : value < test.value;
  if (holds && !beyond)
    return `and it ends ${test.is === 'above' ? `at ${say(test.value - test.hysteresis)}` : `at ${say(test.value + test.hysteresis)}`}`;
  return `${holds ? '' : 'not '}${test.is} ${say(test.value)}`;
};

const facts = (findings: readonly TestFinding[], world: RuleWorld, word: 'and' | 'or' = 'and'): string =>
  joined(
    findings.slice(0, MOST_FACTS).map((finding) => factOf(finding, world)),
    word,
  );

const isTrigger = ({ path }: TestFinding): boolean => path.startsWith('triggers.');

/** Why the rule is in its state, in one sentence with the numbers that decided. */
export const sayLook = ({ rule, world, state, findings, triggerSince, restsUntil }: Look): string => {
  switch (state) {
    case 'off':
      return 'It is switched off.';
    case 'asleep':
      return rule.activeWindow === null ? 'It sleeps.' : `It sleeps outside ${sayWindow(rule.activeWindow)}.`;
    case 'resting':
      return `It rests until ${clock(restsUntil, world)}.`;
    case 'unknown':
      if (!findings.some(({ truth }) => truth === null)) return 'Its condition is too deep to be looked at.';
      return `${capital(
        facts(
          findings.filter(({ truth }) => truth === null),
          world,
        ),
      )}, so nothing changes.`;
    case 'holding':
      return `${capital(
        facts(
          findings.filter(({ truth }) => truth === true),
          world,
        ),
      )}.`;
    case 'waiting': {
      const counting = rule.triggers.findIndex(
        ({ forMs }, index) => forMs > 0 && triggerSince[index] !== null && triggerSince[index] !== undefined,
      );
      const since = triggerSince[counting];
      const blocking = findings.filter((finding) => finding.truth !== true && !isTrigger(finding));
      if (typeof since === 'number' && blocking.length === 0)
        return `It has held for ${saySpanOf(Math.floor((world.at - since) / 1_000) * 1_000)} of ${saySpanOf(rule.triggers[counting]?.forMs ?? 0)}.`;
      const waits = typeof since === 'number' ? blocking : findings.filter(({ truth }) => truth !== true);
      return waits.length === 0 ? 'Its condition does not hold.' : `${capital(facts(waits, world))}.`;
    }
  }
};
