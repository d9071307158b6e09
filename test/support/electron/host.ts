/** Entry of the child process: puts the stand-in where `electron` is, then runs the application's built main bundle. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { connectCdp } from './cdp.ts';
import { watchDownloads } from './electron/download.ts';
import { electron } from './electron/index.ts';
import { record } from './record.ts';
import { beginRuntime, type Setup } from './state.ts';

export interface HostSetup extends Pick<Setup, 'endpoint' | 'userData' | 'packaged' | 'electronVersion'> {
  readonly main: string;
  /** Written when the process ends, since nobody can ask it afterwards. */
  readonly problemsFile: string;
}
interface Evaluation {
  readonly id: number;
  readonly source: string;
  readonly argument: unknown;
}

const tell = (message: object): void => void process.send?.(message);

/** Both ways in: `require('electron')` of CommonJS dependencies and `import 'electron'` of ES modules. */
const replaceElectron = (): void => {
  Reflect.set(globalThis, '__electronStandIn', electron);
  Reflect.set(globalThis, 'standInRecord', record);
  const exported = Object.keys(electron).map((name) => `export const ${name} = electron.${name};`);
  const source = `const electron = globalThis.__electronStandIn; export default electron; ${exported.join(' ')}`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  Module.registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' || specifier === 'electron/main'
        ? { url, shortCircuit: true }
        : next(specifier, context),
  });
};

const appFolderOf = (main: string): string => {
  const parent = path.dirname(main);
  return existsSync(path.join(parent, 'package.json')) || parent === main ? parent : appFolderOf(parent);
};

const evaluate = async ({ id, source, argument }: Evaluation): Promise<void> => {
  try {
    // A spec's function is run here by its source text, as Playwright does in Electron's main process.
    const value: unknown = await vm.runInThisContext(`(${source})`)(electron, argument, record);
    tell({ k: 'result', id, value: value === undefined ? null : JSON.parse(JSON.stringify(value)) });
  } catch (thrown) {
    tell({ k: 'result', id, error: thrown instanceof Error ? String(thrown.stack) : String(thrown) });
  }
};

const run = async (): Promise<void> => {
  const given = JSON.parse(process.env['ELECTRON_STAND_IN'] ?? '{}') as HostSetup;
  process.on('exit', () => writeFileSync(given.problemsFile, JSON.stringify(record.problems)));
  const main = path.resolve(given.main);
  const appPath = appFolderOf(main);
  const packageJson = JSON.parse(readFileSync(path.join(appPath, 'package.json'), 'utf8')) as Setup['packageJson'];
  Object.defineProperty(process.versions, 'electron', { value: given.electronVersion });
  Reflect.set(process, 'type', 'browser');
  // A dialog may be shown before the spec can speak.
  record.dialogAnswers.push(...(JSON.parse(process.env['STAND_IN_ANSWERS'] ?? '[]') as unknown[]));
  const cdp = await connectCdp(given.endpoint);
  beginRuntime({ cdp, setup: { ...given, appPath, packageJson } });
  electron.app.isPackaged = given.packaged;
  await watchDownloads(cdp);
  replaceElectron();
  process.on('message', (message: Evaluation) => void evaluate(message));
  process.on('disconnect', () => process.exit(0));
  await import(pathToFileURL(main).href);
  setImmediate(() => {
    electron.app._becomeReady();
    tell({ k: 'ready' });
  });
};

run().catch((error: Error) => {
  process.stderr.write(`The main bundle threw: ${error.stack}\n`);
  process.exit(1);
});
