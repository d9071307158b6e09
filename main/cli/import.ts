import { resolve } from 'node:path';
import { importDatabase } from '../store/transfer.ts';
import { type CliCommand, done, failed } from './command.ts';

/** Takes an exported file in as this folder's house. Refused while a center runs. */
export const importData: CliCommand = {
  name: 'import',
  summary: 'Takes an exported FILE in; what was there is kept. Not while the center runs.',
  positionals: ['FILE'],
  options: {},
  run: async ({ folder, positionals, clock }) => {
    const file = resolve(positionals[0] ?? '');
    const imported = await importDatabase({ folder, file, now: clock.now() });
    if (!imported.ok) return failed(imported.error);
    const { keptAs } = imported.value;
    return done(
      [
        `Imported from ${file}. Passwords and tokens of devices have to be typed again.`,
        ...(keptAs ? [`What was there before is kept as ${keptAs}.`] : []),
      ],
      { file, ...imported.value },
    );
  },
};
