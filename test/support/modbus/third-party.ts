import { execFile, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Modbus programs that are not ours: libmodbus' mbpoll as a client, pymodbus as a server. Both come from the system's
 * packages (mbpoll, python3-pymodbus); where they are missing the tests that need them are skipped, saying so.
 */
const PYTHON = '/usr/bin/python3';

const missing = (what: string, program: string, args: readonly string[]): string | null => {
  const found = spawnSync(program, args, { stdio: 'ignore', timeout: 20_000 });
  if (found.error === undefined && found.status === 0) return null;
  const reason = `skipped: ${what} is not installed here`;
  process.stderr.write(`${reason}\n`);
  return reason;
};

export const mbpollMissing = missing('mbpoll', 'mbpoll', ['-V']);
export const pymodbusMissing = missing('python3-pymodbus', PYTHON, ['-c', 'import pymodbus.server']);

const run = promisify(execFile);

/** How mbpoll is told to show a register: u16 and i16 alike (it prints both), or 32-bit in either word order. */
export type MbpollType = 'word' | 'i32-high-first' | 'i32-low-first';

const typeArgs = (type: MbpollType): readonly string[] =>
  type === 'word' ? ['-t', '4'] : type === 'i32-high-first' ? ['-t', '4:int', '-B'] : ['-t', '4:int'];

const target = (port: number, unitId: number, address: number): readonly string[] => [
  ...['-m', 'tcp', '-p', `${port}`, '-a', `${unitId}`, '-r', `${address}`, '-0', '-1', '-o', '5'],
];

/** Values that mbpoll reads, signed. */
export const mbpollRead = async (
  port: number,
  unitId: number,
  address: number,
  count: number,
  type: MbpollType = 'word',
): Promise<readonly number[]> => {
  const args = [...target(port, unitId, address), '-c', `${count}`, ...typeArgs(type), '127.0.0.1'];
  const { stdout } = await run('mbpoll', args, { timeout: 20_000 });
  return [...stdout.matchAll(/^\[\d+\]:\s+(-?\d+)(?: \((-\d+)\))?/gm)].map(([, plain, signed]) =>
    Number(signed ?? plain),
  );
};

/** Writes with mbpoll: function 6 for one word, 16 for more. Answers what it printed, and whether it succeeded. */
export const mbpollWrite = async (
  port: number,
  unitId: number,
  address: number,
  values: readonly number[],
  type: MbpollType = 'word',
): Promise<{ readonly ok: boolean; readonly said: string }> => {
  const args = [...target(port, unitId, address), ...typeArgs(type), '127.0.0.1', '--', ...values.map(String)];
  const { status, stdout, stderr } = await new Promise<{ status: number | null; stdout: string; stderr: string }>(
    (resolve) => {
      const child = execFile('mbpoll', args, { timeout: 20_000 }, (_, out, err) =>
        resolve({ status: child.exitCode, stdout: out, stderr: err }),
      );
    },
  );
  return { ok: status === 0, said: `${stdout}${stderr}` };
};

/** Starts a pymodbus server that encodes physical values by itself from a register table. */
export const startPymodbus = async (
  kind: 'gx' | 'solark' | 'solark-three-phase',
  units: Readonly<Record<string, Readonly<Record<string, number | string>>>>,
  framing: 'tcp' | 'rtu' = 'tcp',
): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const folder = import.meta.dirname;
  const args = [join(folder, 'pymodbus_server.py'), kind, join(folder, `${kind}_registers.csv`), framing];
  const child = spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin.write(`${JSON.stringify(units)}\n`);
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      const found = /^port (\d+)$/m.exec(said);
      if (found) resolve(Number(found[1]));
    });
    child.once('exit', (code) => reject(new Error(`pymodbus ended with ${code} before it listened`)));
  });
  return {
    port,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
};
