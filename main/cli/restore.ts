import { existsSync, readdirSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { permanent } from '../result.ts';
import { backupFolder, checkDatabase } from '../store/backing-up.ts';
import { restoreBackup } from '../store/restore.ts';
import { type CliCommand, done, failed } from './command.ts';

/** Backups by name, the newest first; what was put aside by an earlier restore is not meant to come back by itself. */
const backupsIn = (folder: string): readonly string[] => {
  const place = backupFolder(folder);
  return existsSync(place)
    ? readdirSync(place)
        .filter((file) => file.endsWith('.sqlite'))
        .sort()
        .reverse()
    : [];
};
const putAside = (file: string): boolean => /-before-(restore|import)(-\d+)?\.sqlite$/.test(file);

/** A path that exists from here wins; else it is a name in the folder of backups. */
const pathOf = (folder: string, file: string): string => {
  const here = resolve(file);
  if (isAbsolute(file) || existsSync(here)) return here;
  return join(backupFolder(folder), basename(file));
};

export const restore: CliCommand = {
  name: 'restore',
  summary: 'Brings a backup back (the newest good one, or FILE); what was there is kept.',
  positionals: ['[FILE]'],
  options: { list: { type: 'boolean', help: 'only list the backups' } },
  run: async ({ folder, values, positionals, clock }) => {
    const files = backupsIn(folder);
    if (values['list'] === true) {
      const checked = files.map((file) => ({ file, ok: checkDatabase(join(backupFolder(folder), file)).ok }));
      const lines = checked.map(({ file, ok }) => `${file}${ok ? '' : '  (damaged)'}`);
      return done(lines.length > 0 ? lines : [`There are no backups in ${backupFolder(folder)}.`], checked);
    }
    const wanted = positionals[0];
    const newest = files.find((file) => !putAside(file) && checkDatabase(join(backupFolder(folder), file)).ok);
    const path = wanted ? pathOf(folder, wanted) : newest && join(backupFolder(folder), newest);
    if (!path)
      return failed(
        permanent(
          'cli.no-backup',
          `There is no good backup in ${backupFolder(folder)}.`,
          'Give the path of a file, or move the database away to start empty.',
        ).error,
      );
    const restored = await restoreBackup({ folder, file: path, now: clock.now() });
    if (!restored.ok) return failed(restored.error);
    const { keptAs } = restored.value;
    return done(
      [`Restored from ${path}.`, keptAs ? `What was there before is kept as ${keptAs}.` : 'Nothing was there before.'],
      { from: path, ...restored.value },
    );
  },
};
