import type { Problem } from '../../preload/contract/base.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import { bridge } from '../state/bridge.ts';
import { settings, settingsAudit } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

export interface SettingChanges {
  readonly changes: Partial<SiteSettings>;
  readonly onProblem: (problem: Problem) => void;
}

const PREFIX = 'changes.';

/** A value out of its bounds is refused by the path in the request; the form knows its fields by their names. */
const byField = (problem: Problem): Problem => {
  if (!problem.fields) return problem;
  const fields = Object.fromEntries(
    Object.entries(problem.fields).map(([path, message]) => [
      path.startsWith(PREFIX) ? path.slice(PREFIX.length) : path,
      message,
    ]),
  );
  const message = problem.message.startsWith(PREFIX) ? 'A value lies outside its bounds.' : problem.message;
  return { ...problem, message, fields };
};

export const saveSettings: UserAction<SettingChanges> = {
  name: 'save-settings',
  run: async ({ changes, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('settings.set', { ...by, changes }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(byField(reply.problem));
      return;
    }
    settings.use.setState({ value: reply.value, problem: null });
    say('Saved. It holds from the next decision on.');
    await settingsAudit.reload();
  },
};

/** Puts every limit and preference back to what a new site starts with. */
export const resetSettings: UserAction<Record<string, never>> = {
  name: 'reset-settings',
  run: async () => {
    const by = await asker();
    if (!by) return;
    const value = await send('settings.reset', by);
    if (!value) return;
    settings.use.setState({ value, problem: null });
    say('Back to the defaults.');
    await settingsAudit.reload();
  },
};
