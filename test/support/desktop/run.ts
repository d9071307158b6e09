import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type Page } from '@playwright/test';
import type { ElectronStandIn } from '../electron/electron/index.ts';
import { launchStandIn } from '../electron/launch.ts';
import type { Recorder } from '../electron/record.ts';
import type { FakeHouse } from './fake-house.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const electronFolder = join(root, 'node_modules', 'electron');

/** `house`: the desktop's source around a fake house. `built`: the built bundle with the real center. */
export const MAINS = {
  house: join(import.meta.dirname, 'fake-main.ts'),
  built: join(root, 'out', 'main', 'index.js'),
} as const;
export type Subject = keyof typeof MAINS;

export const hasElectron = (): boolean => existsSync(join(electronFolder, 'dist'));
export const isBuilt = (): boolean => existsSync(MAINS.built) && existsSync(join(root, 'out', 'renderer'));

export interface RunOptions {
  /** Electron's own runtime for the built bundle, where it is installed; else the stand-in. */
  readonly runtime?: 'electron' | 'stand-in';
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A folder of an earlier run, whose owner may still live. */
  readonly folder?: string;
}

type InMain<Argument, Answer> = (electron: ElectronStandIn, argument: Argument) => Answer;

export interface DesktopRun {
  readonly folder: string;
  readonly isStandIn: boolean;
  page(): Promise<Page>;
  windows(): Page[];
  evaluate<Answer>(run: InMain<undefined, Answer>): Promise<Awaited<Answer>>;
  evaluate<Argument, Answer>(run: InMain<Argument, Answer>, argument: Argument): Promise<Awaited<Answer>>;
  /** Stand-in only: what the application did to the desktop. */
  record<Answer>(read: (record: Recorder) => Answer): Promise<Awaited<Answer>>;
  /** Subject `house` only. */
  house<Answer>(use: (house: FakeHouse) => Answer): Promise<Awaited<Answer>>;
  /** The exit code of the main process, once it has gone. */
  readonly exited: Promise<number | null>;
  /** Takes the problems that match out of the list: those that an attack of the spec must have caused. */
  expectProblems(pattern: RegExp): Promise<number>;
  /** Takes the files away unless another run still needs them, and answers what was left in the list of problems. */
  close(): Promise<readonly string[]>;
}

const environment = (folder: string, options: RunOptions): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : []))),
  COMMANDCENTER_DATA: join(folder, 'data'),
  XDG_CONFIG_HOME: join(folder, 'config'),
  DBUS_SESSION_BUS_ADDRESS: 'disabled:',
  ...options.env,
});

const evaluated = (source: string): never => new Function('electron', 'argument', 'record', source) as never;

const runStandIn = async (subject: Subject, folder: string, options: RunOptions): Promise<DesktopRun> => {
  const app = await launchStandIn({
    main: MAINS[subject],
    userData: join(folder, 'electron'),
    env: environment(folder, options),
    args: options.args ?? [],
  });
  const read = <Answer>(use: (record: Recorder) => Answer): Promise<Awaited<Answer>> =>
    app.evaluate(evaluated(`return (${use})(record)`), undefined);
  return {
    folder,
    isStandIn: true,
    exited: app.exited,
    page: app.firstWindow,
    windows: app.windows,
    evaluate: app.evaluate as DesktopRun['evaluate'],
    record: read,
    house: (use) => app.evaluate(evaluated(`return (${use})(globalThis.fakeHouse)`), undefined),
    expectProblems: (pattern) =>
      app.evaluate((_electron, source: string, record: Recorder) => {
        const expected = record.problems.filter((text) => new RegExp(source).test(text));
        const rest = record.problems.filter((text) => !expected.includes(text));
        record.problems.splice(0, record.problems.length, ...rest);
        return expected.length;
      }, pattern.source),
    close: async () => {
      const left = await app.problems();
      await app.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      return left;
    },
  };
};

const onlyStandIn = (): never => {
  throw new Error('only the stand-in can tell');
};

const runElectron = async (folder: string, options: RunOptions): Promise<DesktopRun> => {
  const app = await _electron.launch({
    args: [MAINS.built, `--user-data-dir=${join(folder, 'electron')}`, '--no-sandbox', ...(options.args ?? [])],
    env: environment(folder, options),
  });
  return {
    folder,
    isStandIn: false,
    exited: new Promise((resolve) => app.process().once('exit', resolve)),
    page: () => app.firstWindow(),
    windows: () => app.windows(),
    evaluate: app.evaluate.bind(app) as unknown as DesktopRun['evaluate'],
    record: onlyStandIn,
    house: onlyStandIn,
    expectProblems: async () => 0,
    close: async () => {
      await app.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      return [];
    },
  };
};

/** Starts the desktop in a folder of its own. */
export const runDesktop = (subject: Subject, options: RunOptions = {}): Promise<DesktopRun> => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'commandcenter-desktop-'));
  return options.runtime === 'electron' ? runElectron(folder, options) : runStandIn(subject, folder, options);
};

/** A start that must end by itself, as a second one beside a first. Answers its exit code. */
export const runToExit = async (subject: Subject, options: RunOptions): Promise<number | null> => {
  try {
    const run = await runDesktop(subject, options);
    return await run.exited;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number') return thrown.code;
    throw thrown;
  }
};

/** What the page's own address begins with, in Electron and in the stand-in. */
export const HOME_ADDRESS = /^(?:app:\/\/home|https:\/\/home\.app\.invalid)\//;
