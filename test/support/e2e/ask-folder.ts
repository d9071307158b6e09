import { createControlClient } from '../../../main/cli/control-client.ts';
import type { CommandName, QueryName } from '../../../preload/contract.ts';
import type { Ask } from './world.ts';

/** Asks the center that runs on a data folder, as the command line does: the same for serve and for the desktop. */
export const askFolder = (folder: string): Ask => {
  const client = createControlClient(folder);
  return async <Value>(kind: 'query' | 'command', name: string, input: unknown): Promise<Value> => {
    const answer =
      kind === 'query'
        ? await client.query(name as QueryName, input as never)
        : await client.command(name as CommandName, input as never);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.message} ${answer.error.advice}`);
    return answer.value as Value;
  };
};
