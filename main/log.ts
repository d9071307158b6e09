import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with a room's name in front. */
  room(name: string): Log;
}

export interface LogSink {
  write(line: string): void;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };
const SECRET_NAME = /pass|secret|token|auth|key/i;

/**
 * One JSON object a line. A field whose name sounds like a secret is masked, and so is every value that was
 * registered as a secret, wherever it turns up.
 */
export const createLog = (
  sink: LogSink,
  clock: Clock,
  options: { readonly level?: LogLevel; readonly secrets?: ReadonlySet<string> } = {},
): Log => {
  const least = RANK[options.level ?? 'info'];
  const mask = (text: string): string => {
    let masked = text;
    for (const secret of options.secrets ?? []) if (secret.length > 3) masked = masked.replaceAll(secret, '•••');
    return masked;
  };
  const make = (room: string): Log => {
    const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
      if (RANK[level] < least) return;
      const safe = Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name, SECRET_NAME.test(name) ? '•••' : value]),
      );
      sink.write(mask(JSON.stringify({ at: new Date(clock.now()).toISOString(), level, room, message, ...safe })));
    };
    return {
      debug: (message, fields) => write('debug', message, fields),
      info: (message, fields) => write('info', message, fields),
      warn: (message, fields) => write('warn', message, fields),
      error: (message, fields) => write('error', message, fields),
      room: (name) => make(room ? `${room}.${name}` : name),
    };
  };
  return make('');
};

const ROTATE_AT_BYTES = 5_000_000;

/** Appends to `<folder>/commandcenter.log` and keeps one older file; a full disk never stops the house. */
export const fileSink = (folder: string): LogSink & { readonly lostLines: () => number } => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'commandcenter.log');
  let lost = 0;
  return {
    write: (line) => {
      try {
        if (existsSync(path) && statSync(path).size > ROTATE_AT_BYTES) renameSync(path, `${path}.1`);
        appendFileSync(path, `${line}\n`, { mode: 0o600 });
      } catch {
        lost += 1; // Counted and shown on the Health page: a log that cannot be written must not end control.
      }
    },
    lostLines: () => lost,
  };
};

/** Keeps lines in memory: for tests. */
export const memorySink = (): LogSink & { readonly lines: string[] } => {
  const lines: string[] = [];
  return { lines, write: (line) => void lines.push(line) };
};
