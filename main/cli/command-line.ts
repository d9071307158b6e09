import { userInfo } from 'node:os';
import { systemClock } from '../clock.ts';
import { placesOf } from '../places.ts';
import { type ExitCode, runCli } from './dispatch.ts';

/** The name of the user at this terminal; a container's user may have none. */
const userName = (): string => {
  try {
    return userInfo().username || 'terminal';
  } catch {
    return 'terminal'; // Node throws where the user id has no entry: the log then says where it came from.
  }
};

/** One line of the terminal, cleared before each sentence. */
const showProgress = (sentence: string): void => void process.stderr.write(`\r\u001B[2K${sentence}`);

/** The command line on this process's own streams. `entryFolder` is the folder of the entry file. */
export const commandLine = (args: readonly string[], entryFolder: string): Promise<ExitCode> => {
  const places = placesOf(entryFolder);
  return runCli(args, {
    clock: systemClock(),
    env: process.env,
    platform: process.platform,
    root: places.root,
    planningWorker: places.workers.planning,
    userName: userName(),
    out: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    ...(process.stderr.isTTY ? { progress: showProgress } : {}),
  });
};
