import type { SiteId, Surface } from '../../preload/contract/base.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../preload/contract.ts';
import type { IconName } from '../components/icon-paths.ts';
import { bridge } from '../state/bridge.ts';
import { currentSiteId } from '../state/house.ts';
import { say, sayProblem } from '../state/notes.ts';
import { askPerson } from '../state/person.ts';

/** The closed list of what a person can do. A new action is one file and one name here. */
type ActionName =
  | 'stop'
  | 'explain-stop'
  | 'release-stop'
  | 'set-mode'
  | 'set-channel'
  | 'retry'
  | 'dismiss'
  | 'release-hold'
  | 'approve'
  | 'deny'
  | 'open-page'
  | 'open-palette'
  | 'run-flow'
  | 'cancel-flow'
  | 'backup'
  | 'leave-demo'
  | 'edit-home'
  | 'save-settings'
  | 'reset-settings'
  | 'search-devices'
  | 'end-search'
  | 'try-device'
  | 'suggest-options'
  | 'reconnect-device'
  | 'export-devices'
  | 'import-devices'
  | 'check-balance'
  | 'put-scales-right'
  | 'save-tariff'
  | 'import-tariff'
  | 'import-prices'
  | 'configure-feed'
  | 'refresh-feeds'
  | 'collect-history'
  | 'set-presence'
  | 'probe-device'
  | 'add-device'
  | 'configure-device'
  | 'remove-device'
  | 'train-models'
  | 'cancel-training'
  | 'promote-model'
  | 'roll-back-model'
  | 'start-search'
  | 'stop-search'
  | 'evaluate-history'
  | 'cancel-evaluation'
  | 'cancel-questions'
  | 'save-safety'
  | 'drill'
  | 'save-messages'
  | 'test-messenger'
  | 'save-rule'
  | 'set-rule-mode'
  | 'remove-rule'
  | 'restore-rule'
  | 'import-rules'
  | 'export-rules'
  | 'set-test-mode'
  | 'answer-suggestion'
  | 'save-schedule'
  | 'remove-schedule'
  | 'save-workflow'
  | 'remove-workflow'
  | 'run-workflow'
  | 'cancel-workflow'
  | 'replan'
  | 'save-plan-settings'
  | 'pin-block'
  | 'find-advice'
  | 'answer-advice'
  | 'start-backtest'
  | 'cancel-backtest'
  | 'train-policy'
  | 'cancel-policy-training'
  | 'choose-scheme';

/** Where in the page it was asked for; it travels to the log. */
type PageSurface = Extract<Surface, 'window' | 'palette' | 'keyboard'>;

/** A thing that a person can do, named once and reachable by button, keyboard and palette. */
export interface UserAction<Args> {
  readonly name: ActionName;
  run(args: Args, surface: PageSurface): Promise<void> | void;
}

/** One line of the palette: an action with its arguments filled in. */
export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: IconName;
  readonly keys?: string;
  run(): Promise<void> | void;
}

/** Sends a command under a fresh key; a problem is said at the lower edge and answered as null. */
export const send = async <Name extends CommandName>(
  name: Name,
  input: CommandInput<Name>,
): Promise<CommandOutput<Name> | null> => {
  const reply = await bridge().command(name, input, crypto.randomUUID());
  if (reply.ok) return reply.value;
  sayProblem(reply.problem);
  return null;
};

export interface Asker {
  readonly siteId: SiteId;
  readonly who: string;
}

/** The site and the person; asks for the name where it is not known, and answers null where none is given. */
export const asker = async (): Promise<Asker | null> => {
  const siteId = currentSiteId();
  if (siteId === null) {
    sayProblem({ message: 'The center has not answered yet.', advice: 'Try again when the dot says Live.' });
    return null;
  }
  const who = await askPerson();
  if (who === null) {
    say('Nothing was done: a name is kept with each action.');
    return null;
  }
  return { siteId, who };
};
