import Store from 'electron-store';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';

const minuteSchema = z.number().int().min(0).max(1439);

/** What belongs to this machine alone; whatever steers control lives in the database with an audit trail. */
const preferencesSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** What closing the window does where no tray was confirmed. */
  onClose: z.enum(['ask', 'hide', 'quit']).default('ask'),
  /** The person agreed that the machine stays awake while automation is on. */
  keepAwake: z.boolean().default(false),
  /** The STOP shortcut that works outside the window; null where the person did not ask for one. */
  stopShortcut: z.string().max(60).nullable().default(null),
  /** Minutes of the local day between which only critical notifications are shown; null for none. */
  quietHours: z.strictObject({ fromMinute: minuteSchema, toMinute: minuteSchema }).nullable().default(null),
});
export type MachinePreferences = z.output<typeof preferencesSchema>;

export interface Preferences {
  get(): MachinePreferences;
  set(changes: Partial<MachinePreferences>): void;
}

/** A damaged file never keeps the application from starting: the defaults take over, and the log says so. */
export const createPreferences = (log: Log): Preferences => {
  const store = new Store<Record<string, unknown>>({ name: 'machine', clearInvalidConfig: true });
  const read = (): MachinePreferences => {
    const parsed = preferencesSchema.safeParse(store.store);
    if (parsed.success) return parsed.data;
    log.warn('Preferences of this machine were damaged and start anew');
    store.clear();
    return preferencesSchema.parse({});
  };
  let current = read();
  return {
    get: () => current,
    set: (changes) => {
      current = { ...current, ...changes };
      try {
        store.store = current;
      } catch (thrown) {
        log.error('Preferences could not be written', { message: messageOf(thrown) });
      }
    },
  };
};
