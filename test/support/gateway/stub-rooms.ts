import type { CommandHandlers, QueryHandlers } from '../../../main/gateway/types.ts';
import { permanent } from '../../../main/result.ts';
import type { IdempotencyRepository } from '../../../main/store/types.ts';
import { commands, queries } from '../../../preload/contract.ts';

/** Handlers that refuse everything but the named ones, so that a test of the door needs no rooms behind it. */
export const handlersWith = (
  some: Partial<QueryHandlers> & Partial<CommandHandlers>,
): { readonly queryHandlers: QueryHandlers; readonly commandHandlers: CommandHandlers } => {
  const refuse = () => permanent('test.unused', 'This handler is not part of the test.', 'Name it in the test.');
  const fill = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, refuse]));
  return {
    queryHandlers: { ...fill(Object.keys(queries)), ...some } as unknown as QueryHandlers,
    commandHandlers: { ...fill(Object.keys(commands)), ...some } as unknown as CommandHandlers,
  };
};

export const memoryIdempotency = (): IdempotencyRepository => {
  const kept = new Map<string, { reply: string; at: number }>();
  return {
    get: (key) => kept.get(key)?.reply,
    put: (key, reply, at) => void kept.set(key, { reply, at }),
    prune: (before) => [...kept].filter(([key, { at }]) => at < before && kept.delete(key)).length,
  };
};
