import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { permanent } from '../result.ts';
import { databasePath } from '../store/connection.ts';
import { exportDatabase } from '../store/transfer.ts';
import { type CliCommand, done, failed } from './command.ts';

/** Everything of the house except secrets, in one file. Works while the center runs. */
export const exportData: CliCommand = {
  name: 'export',
  summary: 'Writes everything except secrets into FILE; works while the center runs.',
  positionals: ['FILE'],
  options: {},
  run: async ({ folder, positionals }) => {
    const file = resolve(positionals[0] ?? '');
    if (!existsSync(databasePath(folder)))
      return failed(
        permanent('cli.no-house', `There is no house in ${folder} yet.`, 'Name the right data folder with --data.')
          .error,
      );
    const exported = await exportDatabase({ folder, file });
    return exported.ok
      ? done([`Exported to ${file} (${exported.value.bytes} bytes). Passwords and tokens are not in it.`], {
          file,
          ...exported.value,
        })
      : failed(exported.error);
  },
};
