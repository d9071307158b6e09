import { create } from 'zustand';

/** Whether the page reaches the center at all; under Electron it always does. */
export interface LinkState {
  readonly link: 'connecting' | 'open' | 'lost';
  /** Since when, on this computer's clock, ms. */
  readonly since: number;
  /** Counts the connections made: a rise means that everything is read again. */
  readonly connections: number;
}

export const useLink = create<LinkState>()(() => ({ link: 'connecting', since: Date.now(), connections: 0 }));

export const linkOpened = (): void =>
  useLink.setState((state) => ({ link: 'open', since: Date.now(), connections: state.connections + 1 }));

export const linkLost = (): void =>
  useLink.setState((state) => (state.link === 'open' ? { ...state, link: 'lost', since: Date.now() } : state));
