import { bytes, spoken } from '../format/numbers.ts';
import { backups, health } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

/** Writes a backup now; it is opened and checked before it counts. */
export const backup: UserAction<Record<string, never>> = {
  name: 'backup',
  run: async () => {
    const by = await asker();
    if (!by) return;
    const made = await send('backups.create', { who: by.who });
    if (made)
      say(made.ok ? `Backup written and checked, ${spoken(bytes(made.bytes))}.` : `The backup failed: ${made.reason}`);
    await Promise.all([backups.reload(), health.reload()]);
  },
};
