import type { Cdp } from './cdp.ts';

/** How the child process was set up; read once at its start. */
export interface Setup {
  readonly endpoint: string;
  readonly userData: string;
  readonly appPath: string;
  readonly packaged: boolean;
  readonly electronVersion: string;
  readonly packageJson: { readonly name?: string; readonly productName?: string; readonly version?: string };
}

/** The browser that stands behind every window. */
export interface Runtime {
  readonly setup: Setup;
  readonly cdp: Cdp;
}

let current: Runtime | undefined;

export const beginRuntime = (runtime: Runtime): void => {
  current = runtime;
};

export const runtime = (): Runtime => {
  if (!current) throw new Error('electron stand-in: used before it was started');
  return current;
};
