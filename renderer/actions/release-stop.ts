import { currentSiteId, status } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { rememberPerson } from '../state/person.ts';
import { send, type UserAction } from './action.ts';

/** Ends a stop in the name that the person has just typed; the house comes back in Watch. */
export const releaseStop: UserAction<{ readonly who: string }> = {
  name: 'release-stop',
  run: async ({ who }, surface) => {
    const siteId = currentSiteId();
    if (siteId === null || who.trim() === '') return;
    rememberPerson(who);
    const done = await send('stop.release', { siteId, who: who.trim(), surface });
    if (!done) return;
    say('Re-enabled in Watch: it looks, and switches nothing.');
    await status.reload();
  },
};
