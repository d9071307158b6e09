import type { Problem } from '../../preload/contract/base.ts';
import { bridge } from '../state/bridge.ts';
import { deviceSearch } from '../state/device-search.ts';
import { asker, type UserAction } from './action.ts';

/** Searches the network; what it finds comes into state/device-search.ts while it runs. */
export const searchDevices: UserAction<{ readonly scan: boolean; readonly onProblem: (problem: Problem) => void }> = {
  name: 'search-devices',
  run: async ({ scan, onProblem }) => {
    const by = await asker();
    if (!by) return;
    deviceSearch.begin();
    const reply = await bridge().command('devices.search', { ...by, scan }, crypto.randomUUID());
    if (reply.ok) deviceSearch.follow(reply.value.searchId);
    else onProblem(reply.problem);
  },
};

export const endSearch: UserAction<{ readonly searchId: string }> = {
  name: 'end-search',
  run: async ({ searchId }) => {
    // A search that has just ended by itself cannot be ended again: nothing to say about that.
    await bridge().command('devices.endSearch', { searchId }, crypto.randomUUID());
  },
};
