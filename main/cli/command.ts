import type { ParseArgsOptionDescriptor } from 'node:util';
import type { Clock } from '../clock.ts';
import type { Failure } from '../result.ts';

export type OptionSpec = ParseArgsOptionDescriptor & { readonly help: string };

/** What a command may look at. It prints nothing itself: it answers, and the dispatcher writes. */
export interface CommandContext {
  /** The data folder, absolute. */
  readonly folder: string;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Where the application's own files are. */
  readonly root: string;
  /** The entry of the planning worker, beside this entry: built or source. */
  readonly planningWorker: URL;
  /** The name of the user at this terminal: kept in the log where no other is given. */
  readonly userName: string;
  /** Says how far a long command is, on one line of a terminal that is written over; elsewhere it is not shown. */
  progress(sentence: string): void;
}

/** done: exit code 0. failed: 1. usage: 2, with the command's help. */
export type Outcome =
  | { readonly kind: 'done'; readonly lines: readonly string[]; readonly data: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly lines?: readonly string[]; readonly data?: unknown }
  | { readonly kind: 'usage'; readonly message: string };

/** One command of the command line: one file, one line in the registry. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Names of positional arguments as the help writes them, `[FILE]` when one may be left out. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** With --json its answer stands by itself, as its documented shape; the exit code says that it is one. */
  readonly plainJson?: true;
  run(context: CommandContext): Promise<Outcome>;
}

export const done = (lines: readonly string[], data: unknown): Outcome => ({ kind: 'done', lines, data });
export const failed = (failure: Failure): Outcome => ({ kind: 'failed', failure });
export const usage = (message: string): Outcome => ({ kind: 'usage', message });

/** The text of an option, or undefined; an option of text is never a boolean. */
export const textOf = (context: Pick<CommandContext, 'values'>, name: string): string | undefined => {
  const value = context.values[name];
  return typeof value === 'string' ? value.trim() : undefined;
};
