import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { CenterOptions } from './center/types.ts';
import { defaultDataFolder } from './data-folder.ts';

/** The flags that the desktop application and `serve` share, in the form of node:util's parseArgs. */
export const START_OPTIONS = {
  data: { type: 'string' },
  demo: { type: 'boolean' },
  'no-demo': { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export interface StartFlags {
  /** Absolute. */
  readonly dataFolder: string;
  readonly demo: CenterOptions['demo'];
}

/** What parsed flags mean; `--data` without a folder means the default one. */
export const startFlagsOf = (
  values: { readonly data?: unknown; readonly demo?: unknown; readonly 'no-demo'?: unknown },
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): StartFlags => ({
  dataFolder: resolve(typeof values.data === 'string' ? values.data : defaultDataFolder(env, platform)),
  demo: values.demo === true ? 'always' : values['no-demo'] === true ? 'never' : 'auto',
});

/** The flags of the desktop application. Electron and Chromium put their own beside them, which are passed over. */
export const desktopFlags = (
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): StartFlags =>
  startFlagsOf(parseArgs({ args: argv.slice(1), options: START_OPTIONS, strict: false }).values, env, platform);
