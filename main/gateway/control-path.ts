import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The kernel keeps a socket's path in 104 (macOS) to 108 bytes (Linux) with its end mark. */
const LONGEST_PATH_BYTES = 100;

const shortName = (folder: string): string => createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16);

/**
 * Where the running center of a data folder listens for the command line: `<data>/control.sock`, a named pipe on Windows,
 * and a short name in the temporary folder where the path would be too long for the kernel.
 */
export const controlSocketPath = (folder: string, platform: NodeJS.Platform = process.platform): string => {
  if (platform === 'win32') return `\\\\.\\pipe\\commandcenter-${shortName(folder)}`;
  const path = join(resolve(folder), 'control.sock');
  if (Buffer.byteLength(path) <= LONGEST_PATH_BYTES) return path;
  return join(tmpdir(), `commandcenter-${shortName(folder)}.sock`);
};
