import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataFolder } from '../data-folder.ts';
import { messageOf } from '../result.ts';
import type { CliCommand, CommandContext, OptionSpec, Outcome } from './command.ts';
import { COMMANDS } from './registry.ts';

export type ExitCode = 0 | 1 | 2;

export interface CliDeps extends Omit<CommandContext, 'folder' | 'values' | 'positionals' | 'progress'> {
  /** Standard output and standard error, one line each time. */
  out(line: string): void;
  complain(line: string): void;
  /** Shows a sentence in place of the last one, and nothing for ''; left out where nobody looks on. */
  progress?(sentence: string): void;
}

const COMMON: Readonly<Record<string, OptionSpec>> = {
  data: { type: 'string', help: 'the data folder (default: the one of this user)' },
  json: { type: 'boolean', help: 'answer as one JSON object' },
  help: { type: 'boolean', short: 'h', help: 'show this text' },
};

/** Options with what they take, and their help beside them in one column. */
const optionLines = (options: Readonly<Record<string, OptionSpec>>): readonly string[] => {
  const heads = Object.entries(options).map(([name, { type, help }]) => ({
    head: `  --${name}${type === 'string' ? ` ${name.toUpperCase()}` : ''}`,
    help,
  }));
  const width = Math.max(22, ...heads.map(({ head }) => head.length + 2));
  return heads.map(({ head, help }) => head.padEnd(width) + help);
};

const commandHelp = (command: CliCommand): string =>
  [
    `commandcenter ${[command.name, ...command.positionals, '[options]'].join(' ')}`,
    command.summary,
    '',
    ...optionLines({ ...command.options, ...COMMON }),
  ].join('\n');

const generalHelp = (commands: readonly CliCommand[]): string =>
  [
    'commandcenter <command> [options]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`),
    '',
    ...optionLines(COMMON),
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong use.',
  ].join('\n');

const allowed = (command: CliCommand, positionals: readonly string[]): string | null => {
  const needed = command.positionals.filter((name) => !name.startsWith('[')).length;
  if (positionals.length < needed) return `${command.positionals[positionals.length]} is missing.`;
  if (positionals.length > command.positionals.length)
    return `"${positionals[command.positionals.length]}" is too much.`;
  return null;
};

/** `--lon -117.4` as `--lon=-117.4`: a negative number is a value, never an option. */
const withNegatives = (args: readonly string[]): string[] => {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before !== undefined && /^--[^=]+$/.test(before))
      joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
};

/** The parsed command line, or what is wrong with it. No option may be given twice, so none is a list. */
const parse = (
  command: CliCommand,
  args: readonly string[],
): Pick<CommandContext, 'values' | 'positionals'> | string => {
  try {
    const options = { ...command.options, ...COMMON };
    const { values, positionals } = parseArgs({ args: withNegatives(args), options, allowPositionals: true });
    const single = Object.entries(values).flatMap(([name, value]) => (Array.isArray(value) ? [] : [[name, value]]));
    return { values: Object.fromEntries(single), positionals };
  } catch (thrown) {
    return messageOf(thrown);
  }
};

const write = (outcome: Outcome, json: boolean, command: CliCommand, deps: CliDeps): ExitCode => {
  if (outcome.kind === 'usage') {
    deps.complain(outcome.message);
    deps.complain(commandHelp(command));
    return 2;
  }
  if (outcome.kind === 'done') {
    if (json) deps.out(JSON.stringify(command.plainJson ? outcome.data : { ok: true, value: outcome.data }));
    else for (const line of outcome.lines) deps.out(line);
    return 0;
  }
  const { failure } = outcome;
  if (json) deps.out(JSON.stringify({ ok: false, problem: failure, value: outcome.data ?? null }));
  else {
    for (const line of outcome.lines ?? []) deps.out(line);
    deps.complain(failure.message);
    deps.complain(failure.advice);
  }
  return 1;
};

/** Runs one command line and answers its exit code. Never throws: a bug is said as one and exits with 1. */
export const runCli = async (
  args: readonly string[],
  deps: CliDeps,
  commands: readonly CliCommand[] = COMMANDS,
): Promise<ExitCode> => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? deps.complain : deps.out)(generalHelp(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((each) => each.name === name);
  if (!command) {
    deps.complain(`There is no command "${name}".`);
    deps.complain(generalHelp(commands));
    return 2;
  }
  const parsed = parse(command, rest);
  if (typeof parsed === 'string') return write({ kind: 'usage', message: parsed }, false, command, deps);
  const { values, positionals } = parsed;
  if (values['help'] === true) {
    deps.out(commandHelp(command));
    return 0;
  }
  const wrong = allowed(command, positionals);
  if (wrong) return write({ kind: 'usage', message: wrong }, false, command, deps);
  const data = values['data'];
  const folder = resolve(typeof data === 'string' ? data : defaultDataFolder(deps.env, deps.platform));
  try {
    const { clock, env, platform, root, planningWorker, userName } = deps;
    const progress = (sentence: string): void => deps.progress?.(sentence);
    const outcome = await command
      .run({ folder, values, positionals, clock, env, platform, root, planningWorker, userName, progress })
      .finally(() => progress(''));
    return write(outcome, values['json'] === true, command, deps);
  } catch (thrown) {
    deps.complain(`${command.name} failed inside: ${messageOf(thrown)}.`);
    deps.complain('This is a bug: run "doctor" and report what it says.');
    return 1;
  }
};
