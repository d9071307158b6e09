import { create } from 'zustand';
import type { DeviceSearch } from '../../preload/contract/devices.ts';

interface SearchState {
  readonly searchId: string | null;
  readonly search: DeviceSearch | null;
  /** What came before the center had said which search is ours. */
  readonly early: readonly DeviceSearch[];
}

const use = create<SearchState>()(() => ({ searchId: null, search: null, early: [] }));

/** The search that this window started. */
export const deviceSearch = {
  use,
  begin: (): void => use.setState({ searchId: null, search: null, early: [] }),
  follow: (searchId: string): void =>
    use.setState(({ early, search }) => ({
      searchId,
      search: early.findLast((one) => one.searchId === searchId) ?? search,
      early: [],
    })),
  seen: (search: DeviceSearch): void =>
    use.setState((state) => {
      if (state.searchId === null) return { early: [...state.early.slice(-20), search] };
      return state.searchId === search.searchId ? { search } : {};
    }),
};
