import type { MessageSettings } from '../../preload/contract/messages.ts';
import type { MessageChange } from '../store/messages.ts';

/** Who knows these names can read notices and answer questions: the audit says that they changed, not to what. */
const SECRET_NAMES: ReadonlySet<string> = new Set(['messages.ntfy.topic', 'messages.ntfy.answerTopic']);

const leavesOf = (value: unknown, name: string): readonly (readonly [string, string])[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${name}.${key}`))
    : [[name, Array.isArray(value) ? value.join(', ') : String(value ?? 'none')]];

/** Each field that differs, as the audit keeps it. */
export const changesBetween = (before: MessageSettings, after: MessageSettings): readonly MessageChange[] => {
  const old = new Map(leavesOf(before, 'messages'));
  const next = new Map(leavesOf(after, 'messages'));
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((name) => {
    const was = old.get(name) ?? 'none';
    const is = next.get(name) ?? 'none';
    if (was === is) return [];
    const shown = (text: string): string => (SECRET_NAMES.has(name) && text !== '' ? 'a secret name' : text);
    return [{ name, before: shown(was), after: shown(is) }];
  });
};
