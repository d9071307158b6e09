import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

/** The files of the built page, for both doors: the desktop's own scheme and the loopback host. */

/** The page may load nothing but its own files; no inline script, no inline style, no remote content. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What every answer carries, a refusal too. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Segments of plain names only: nothing encoded, no backslash, no null byte, no dot file, nothing that climbs. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/;

export type PageFileLookup =
  | { readonly found: true; readonly path: string; readonly type: string }
  | { readonly found: false; readonly status: 400 | 404 };

/** Which file of `folder` a URL path means; a path without an ending is a place inside the page. Pure: reads nothing. */
export const lookUpPageFile = (folder: string, urlPath: string): PageFileLookup => {
  if (!PLAIN_PATH.test(urlPath)) return { found: false, status: 400 };
  const path = resolve(join(folder, extname(urlPath) === '' ? 'index.html' : urlPath));
  const type = MIME_TYPES[extname(path)];
  if (!path.startsWith(resolve(folder) + sep) || type === undefined) return { found: false, status: 404 };
  return { found: true, path, type };
};

/** The bytes of a file that was looked up; undefined where there is none. */
export const readPageFile = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path);
  } catch {
    return undefined; // Missing, or a folder: both are "not found" to the page.
  }
};
