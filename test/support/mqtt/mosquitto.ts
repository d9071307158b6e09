import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Eclipse Mosquitto from the system's packages (mosquitto, mosquitto-clients): a broker and clients that are not ours.
 * Where they are missing the tests that need them are skipped, saying so.
 */
const missing = (program: string, args: readonly string[]): string | null => {
  const found = spawnSync(program, args, { stdio: 'ignore', timeout: 20_000, env: withSbin() });
  if (found.error === undefined) return null;
  const reason = `skipped: ${program} is not installed here`;
  process.stderr.write(`${reason}\n`);
  return reason;
};
/** Debian puts the broker where only root looks. */
const withSbin = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` });

export const mosquittoMissing = missing('mosquitto', ['-h']) ?? missing('mosquitto_sub', ['--help']);

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return bound !== null && typeof bound === 'object' ? bound.port : 0;
};

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export interface Mosquitto {
  readonly port: number;
  /** Ends the process at once, as a power cut does; `start` brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a real broker on a free port: open to all, or with users and with a certificate. */
export const startMosquitto = async (
  options: {
    readonly users?: Readonly<Record<string, string>>;
    readonly tls?: { readonly keyPath: string; readonly certPath: string };
    /** Lines of an access list, as Mosquitto has them. */
    readonly acl?: readonly string[];
  } = {},
): Promise<Mosquitto> => {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const port = await freePort();
  const lines = [`listener ${port} 127.0.0.1`, 'persistence false', 'log_type none'];
  // Started by root it would give up the right to read these files.
  if (process.getuid?.() === 0) lines.push('user root');
  if (options.users === undefined) lines.push('allow_anonymous true');
  else {
    const file = join(folder, 'passwords');
    writeFileSync(file, '', { mode: 0o600 });
    for (const [user, password] of Object.entries(options.users))
      spawnSync('mosquitto_passwd', ['-b', file, user, password], { env: withSbin() });
    lines.push('allow_anonymous false', `password_file ${file}`);
  }
  if (options.acl !== undefined) {
    writeFileSync(join(folder, 'acl'), `${options.acl.join('\n')}\n`, { mode: 0o600 });
    lines.push(`acl_file ${join(folder, 'acl')}`);
  }
  if (options.tls !== undefined) lines.push(`certfile ${options.tls.certPath}`, `keyfile ${options.tls.keyPath}`);
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);

  let child: ReturnType<typeof spawn> | null = null;
  const start = async (): Promise<void> => {
    const started = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore', env: withSbin() });
    child = started;
    for (let turn = 0; turn < 200; turn += 1) {
      if (started.exitCode !== null) throw new Error(`mosquitto ended with ${started.exitCode} before it listened`);
      if (await listens(port)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('mosquitto does not listen');
  };
  const stop = async (): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    port,
    start,
    stop,
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Says something with mosquitto_pub; answers its exit code. */
export const mosquittoPub = async (port: number, args: readonly string[]): Promise<number | null> => {
  const child = spawn('mosquitto_pub', ['-h', '127.0.0.1', '-p', `${port}`, ...args], { stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
};

/** Listens with mosquitto_sub; each line is `topic payload`. */
export const mosquittoSub = (port: number, args: readonly string[]) => {
  const child = spawn('mosquitto_sub', ['-h', '127.0.0.1', '-p', `${port}`, '-v', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
    const parts = text.split('\n');
    text = parts.pop() ?? '';
    lines.push(...parts);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    lines,
    ended,
    close: async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
