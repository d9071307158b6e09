import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const NODE = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The built `serve` as its own process, on a free port. */
export interface RunningServe {
  /** The one-time address that was printed. */
  readonly address: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Ends it as Ctrl+C does and waits for it. */
  close(): Promise<number | null>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

export const startServe = async (dataFolder: string, flags: readonly string[] = []): Promise<RunningServe> => {
  const child = spawn(NODE, [join(ROOT, 'out', 'main', 'serve.js'), '--data', dataFolder, '--no-open', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  const address = await new Promise<string>((found, lost) => {
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      const match = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(output);
      if (match) found(match[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => lost(new Error(`serve ended with ${code}:\n${output}`)));
  });
  return {
    address,
    port: Number(new URL(address).port),
    process: child,
    output: () => output,
    close: async () => {
      child.kill('SIGINT');
      await exited;
      return child.exitCode;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};

/** The door of a running serve without a browser: signs in with the printed address and sends requests. */
export const doorOf = async (serve: Pick<RunningServe, 'address' | 'port'>) => {
  const signIn = await fetch(serve.address, { redirect: 'manual' });
  const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return {
    cookie,
    request: async (request: unknown): Promise<unknown> => {
      const origin = `http://127.0.0.1:${serve.port}`;
      const response = await fetch(`${origin}/request`, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      return response.json();
    },
  };
};
