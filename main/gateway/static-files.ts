import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** The page may load nothing but its own files; no inline script, no inline style, no remote content. */
export const CONTENT_SECURITY_POLICY =
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

export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
}

/**
 * Reads one file of the built page. `path` is a URL path; whatever climbs out of the folder, hides behind an encoding
 * or carries a null byte is answered with undefined, as a missing file is.
 */
export const readPageFile = async (folder: string, path: string): Promise<StaticFile | undefined> => {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined; // A malformed escape names no file.
  }
  if (decoded.includes('\0') || decoded.includes('\\') || decoded.split('/').includes('..')) return undefined;
  const wanted = decoded === '/' ? '/index.html' : decoded;
  const full = normalize(join(folder, wanted));
  if (!full.startsWith(normalize(folder) + sep)) return undefined;
  const type = MIME_TYPES[extname(full)];
  if (type === undefined) return undefined;
  try {
    return { body: await readFile(full), type };
  } catch {
    return undefined; // Missing, or a folder: both are "not found" to the page.
  }
};
