import type { Problem } from '../../preload/contract/base.ts';
import type { CommandOutput } from '../../preload/contract.ts';
import { bridge } from '../state/bridge.ts';
import { asker, type UserAction } from './action.ts';
import type { DeviceAddress } from './devices.ts';

export type SuggestedLine = CommandOutput<'devices.suggestOptions'>[number];

/** Asks a hub what it has, for a field of the form. */
export const suggestOptions: UserAction<{
  readonly address: DeviceAddress;
  readonly onSuggested: (lines: readonly SuggestedLine[]) => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'suggest-options',
  run: async ({ address, onSuggested, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command(
      'devices.suggestOptions',
      { siteId: by.siteId, ...address },
      crypto.randomUUID(),
    );
    if (reply.ok) onSuggested(reply.value);
    else onProblem(reply.problem);
  },
};
