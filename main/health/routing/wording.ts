import type { MessageSettings, MessengerKind } from '../../../preload/contract/messages.ts';
import type { Told } from '../../messengers/types.ts';
import { localTime } from '../../zone.ts';
import { isAtLeast, type Level } from './subject.ts';

/** One thing that is told now. */
export interface Saying {
  readonly subject: string;
  /** A beginning, the end of a told one, or one that came and went unheard in quiet hours. */
  readonly what: 'begins' | 'ends' | 'passed';
  readonly level: Level;
  readonly title: string;
  readonly text: string;
  /** When it began or ended. */
  readonly at: number;
  /** Only these: those that told the beginning. Null: whoever takes messages of this level. */
  readonly only: readonly MessengerKind[] | null;
  /** Never by this one: the message is about it. */
  readonly except: MessengerKind | null;
}

/** What is said together, and by whom. */
export interface Parcel {
  readonly kinds: readonly MessengerKind[];
  readonly sayings: readonly Saying[];
}

const NEEDS_YOU = 'This needs you.';
const FOR_INFORMATION = 'For your information; there is nothing to do.';

const needsYou = ({ what, level }: Saying): boolean => what === 'begins' && isAtLeast(level, 'attention');

const takes = (kind: MessengerKind, saying: Saying, routes: MessageSettings['routes']): boolean => {
  const { from } = routes[kind];
  if (from === 'nothing' || saying.except === kind) return false;
  return saying.only === null ? isAtLeast(saying.level, from) : saying.only.includes(kind);
};

/** Sorts what is to be said by who says it: messengers that say the same things make one parcel. */
export const parcelsOf = (
  sayings: readonly Saying[],
  ready: readonly MessengerKind[],
  routes: MessageSettings['routes'],
): readonly Parcel[] => {
  const each = ready.map((kind) => ({ kind, sayings: sayings.filter((saying) => takes(kind, saying, routes)) }));
  const bySame = Map.groupBy(each, (one) => one.sayings.map((saying) => sayings.indexOf(saying)).join());
  return [...bySame.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined || first.sayings.length === 0
      ? []
      : [{ kinds: same.map(({ kind }) => kind), sayings: first.sayings }];
  });
};

const line = (saying: Saying, zone: string): string => {
  const passed = saying.what === 'passed' ? ' (over again)' : '';
  return `${localTime(saying.at, zone)} ${saying.title}${passed}. ${saying.text}`.trim();
};

/** The message: one thing in its own words, several as a list with what needs somebody first. */
export const messageOfSayings = (sayings: readonly Saying[], zone: string): Told => {
  const urgent = sayings.filter(needsYou);
  const others = sayings.filter((saying) => !needsYou(saying));
  const level = urgent.some((saying) => saying.level === 'critical') ? 'critical' : urgent[0] ? 'attention' : 'info';
  const [only] = sayings;
  if (only !== undefined && sayings.length === 1)
    return {
      level,
      title: only.what === 'passed' ? `${only.title} (over again)` : only.title,
      text: [only.text, urgent.length > 0 ? NEEDS_YOU : FOR_INFORMATION].filter((part) => part !== '').join('\n\n'),
    };
  const listed = (title: string, of: readonly Saying[]): readonly string[] =>
    of.length === 0 ? [] : [[title, ...of.map((saying) => line(saying, zone))].join('\n')];
  return {
    level,
    title: urgent.length > 0 ? `${urgent.length} of ${sayings.length} notices need you` : `${sayings.length} notices`,
    text: [...listed(NEEDS_YOU, urgent), ...listed(FOR_INFORMATION, others)].join('\n\n'),
  };
};
