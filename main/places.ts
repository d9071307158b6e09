import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where the application's own files are, from its source folder and from its built one alike. */
export interface Places {
  readonly root: string;
  readonly pageFolder: string;
  readonly preloadFile: string;
  readonly resourcesFolder: string;
  readonly workers: {
    readonly learning: URL;
    readonly read: URL;
    readonly replay: URL;
    readonly planning: URL;
    readonly policy: URL;
    readonly backtest: URL;
  };
}

/** `entryFolder` is the folder of the entry file: `main` from source, `out/main` when built. */
export const placesOf = (entryFolder: string): Places => {
  const built = basename(resolve(entryFolder, '..')) === 'out';
  const root = resolve(entryFolder, built ? '../..' : '..');
  const worker = (builtName: string, source: string): URL =>
    pathToFileURL(built ? join(entryFolder, builtName) : join(root, 'main', source));
  return {
    root,
    pageFolder: join(root, 'out', 'renderer'),
    preloadFile: join(root, 'out', 'preload', 'index.cjs'),
    resourcesFolder: join(root, 'resources'),
    workers: {
      learning: worker('learning-worker.js', 'learning/learning-worker.ts'),
      read: worker('read-worker.js', 'store/read-worker.ts'),
      replay: worker('replay-worker.js', 'automation/replay/replay-worker.ts'),
      planning: worker('planning-worker.js', 'planning/planning-worker.ts'),
      policy: worker('policy-worker.js', 'planning/learnt/policy-worker.ts'),
      backtest: worker('backtest-worker.js', 'planning/backtest/backtest-worker.ts'),
    },
  };
};
