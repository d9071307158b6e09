import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import type { ElectronStandIn } from './electron/index.ts';
import type { HostSetup } from './host.ts';
import type { Recorder } from './record.ts';

export interface LaunchOptions {
  /** The built main bundle. */
  readonly main: string;
  /** A second start on the same folder meets the first one's lock. */
  readonly userData?: string;
  readonly packaged?: boolean;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type InMain<Argument, Answer> = (electron: ElectronStandIn, argument: Argument, record: Recorder) => Answer;

/** The surface of Playwright's ElectronApplication, plus what only a stand-in can tell. */
export interface StandInApplication {
  firstWindow(): Promise<Page>;
  windows(): Page[];
  /** Runs a self-contained function in the main process. */
  evaluate<Answer>(run: InMain<undefined, Answer>): Promise<Awaited<Answer>>;
  evaluate<Argument, Answer>(run: InMain<Argument, Answer>, argument: Argument): Promise<Awaited<Answer>>;
  /** The exit code, once the main process has gone. */
  readonly exited: Promise<number | null>;
  /** What went wrong so far; also of a main process that has gone. Empty at the end of every honest spec. */
  problems(): Promise<readonly string[]>;
  stderr(): string;
  close(): Promise<void>;
}

const chromiumPath = (): string => process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const startBrowser = async (profile: string): Promise<{ endpoint: string; stop: () => void }> => {
  const browser = spawn(
    chromiumPath(),
    [
      '--headless=new',
      '--no-sandbox',
      '--remote-debugging-port=0',
      '--no-first-run',
      '--disable-gpu',
      '--disable-component-update',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    // A group of its own: Chromium's helpers outlive a browser that is killed alone.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const stop = (): void => {
    process.off('exit', stop);
    if (browser.pid === undefined) return;
    try {
      process.kill(-browser.pid, 'SIGKILL');
    } catch {
      browser.unref(); // The whole group has gone already.
    }
  };
  process.on('exit', stop);
  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = '';
    browser.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (address) resolve(address);
    });
    browser.once('exit', () => reject(new Error(`Chromium did not start: ${said}`)));
  });
  return { endpoint, stop };
};

interface FromHost {
  readonly k: 'ready' | 'result';
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
}

const evaluator = (child: ChildProcess, exited: Promise<number | null>) => {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let sequence = 0;
  child.on('message', (message: FromHost) => {
    const call = waiting.get(message.id ?? -1);
    waiting.delete(message.id ?? -1);
    if (message.error === undefined) call?.resolve(message.value);
    else call?.reject(new Error(message.error));
  });
  void exited.then((code) => {
    for (const call of waiting.values()) call.reject(new Error(`the main process exited with ${code}`));
  });
  return (run: (...args: never[]) => unknown, argument?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!child.connected) throw new Error('the main process has gone');
      sequence += 1;
      waiting.set(sequence, { resolve, reject });
      child.send({ id: sequence, source: run.toString(), argument });
    });
};

const WINDOW_PATIENCE_MS = 45_000;

/** Starts the application in the stand-in and waits until its main bundle is ready. */
export const launchStandIn = async (options: LaunchOptions): Promise<StandInApplication> => {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'electron-stand-in-'));
  const browserProcess = await startBrowser(path.join(scratch, 'chromium'));
  const setup: HostSetup = {
    main: options.main,
    endpoint: browserProcess.endpoint,
    userData: options.userData ?? path.join(scratch, 'user-data'),
    packaged: options.packaged ?? false,
    problemsFile: path.join(scratch, 'problems.json'),
    electronVersion: '45.4.1',
  };
  const child = fork(path.join(import.meta.dirname, 'host.ts'), [...(options.args ?? [])], {
    env: { ...process.env, ...options.env, ELECTRON_STAND_IN: JSON.stringify(setup) },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    execArgv: [],
  });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const call = evaluator(child, exited);
  const cleanUp = (): void => {
    browserProcess.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const ready = new Promise<true>((resolve) => {
    child.on('message', (message: FromHost) => message.k === 'ready' && resolve(true));
  });
  if ((await Promise.race([ready, exited])) !== true) {
    const code = await exited;
    cleanUp();
    throw Object.assign(new Error(`the main process exited with ${code} before it was ready\n${said}`), { code });
  }
  const evaluate = call as StandInApplication['evaluate'];
  const browser = await chromium.connectOverCDP(browserProcess.endpoint, { noDefaults: true });
  const windows = (): Page[] =>
    browser.contexts().flatMap((context) => context.pages().filter((page) => page.url() !== 'about:blank'));
  return {
    exited,
    windows,
    stderr: () => said,
    problems: async () => {
      if (child.connected) return evaluate((_electron, _argument, record) => record.problems);
      return JSON.parse(readFileSync(setup.problemsFile, 'utf8')) as string[];
    },
    evaluate,
    firstWindow: async () => {
      const until = performance.now() + WINDOW_PATIENCE_MS;
      while (performance.now() < until) {
        const [page] = windows();
        if (page) {
          await page.waitForLoadState('load');
          return page;
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`no window appeared\n${said}`);
    },
    close: async () => {
      child.kill();
      await exited;
      await browser.close().catch(() => undefined);
      cleanUp();
    },
  };
};
