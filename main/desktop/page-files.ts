import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import type { Home } from './address.ts';

/** The page may load nothing but its own files; no inline script, no inline style, no remote content. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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

export type FileLookup =
  | { readonly found: true; readonly path: string; readonly type: string }
  | { readonly found: false; readonly status: 400 | 403 | 404 | 405 };

/** Which file of `folder` an address of the page means. Pure: reads nothing. */
export const lookUpFile = (folder: string, home: Home, method: string, address: string): FileLookup => {
  if (method !== 'GET') return { found: false, status: 405 };
  if (!home.owns(address)) return { found: false, status: 403 };
  // Taken from the text as it came: the URL parser would have resolved what climbs before it could be refused.
  const afterHost = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(address)?.[1] ?? '';
  if (!PLAIN_PATH.test(afterHost)) return { found: false, status: 400 };
  const path = resolve(join(folder, extname(afterHost) === '' ? 'index.html' : afterHost));
  const type = MIME_TYPES[extname(path)];
  if (!path.startsWith(resolve(folder) + sep) || type === undefined) return { found: false, status: 404 };
  return { found: true, path, type };
};

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

/** Answers the page's requests from the built folder; a refusal carries the same policy as a file. */
export const servePage =
  (folder: string, home: Home) =>
  async (request: { readonly method: string; readonly url: string }): Promise<Response> => {
    const file = lookUpFile(folder, home, request.method, request.url);
    if (!file.found) return new Response(null, { status: file.status, headers: HEADERS });
    try {
      const body = new Uint8Array(await readFile(file.path));
      return new Response(body, { headers: { ...HEADERS, 'Content-Type': file.type } });
    } catch {
      return new Response(null, { status: 404, headers: HEADERS }); // Missing, or a folder: not found to the page.
    }
  };
