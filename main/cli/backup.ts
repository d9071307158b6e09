import { join } from 'node:path';
import type { Backup } from '../../preload/contract/house.ts';
import { backupFolder } from '../store/backing-up.ts';
import { type CliCommand, done, failed, type Outcome, textOf, usage } from './command.ts';
import { createControlClient } from './control-client.ts';
import { nobodyListens, withStore } from './offline.ts';

const made = (folder: string, backup: Backup): Outcome =>
  done([`Backed up and read back: ${join(backupFolder(folder), backup.file)} (${backup.bytes} bytes).`], backup);

export const backup: CliCommand = {
  name: 'backup',
  summary: 'Makes a backup now, opens and checks it.',
  positionals: [],
  options: { who: { type: 'string', help: 'your name, kept in the log (default: your user name)' } },
  run: async (context) => {
    const { folder, clock } = context;
    const who = textOf(context, 'who') ?? context.userName;
    if (who.length === 0 || who.length > 80) return usage('--who needs a name of 1 to 80 characters.');
    const running = await createControlClient(folder).command('backups.create', { who });
    if (running.ok) return made(folder, running.value);
    if (!nobodyListens(running)) return failed(running.error);
    const own = await withStore(folder, clock, (store) => store.backup('by hand', clock.now()));
    return own.ok ? made(folder, own.value) : failed(own.error);
  },
};
