import { lookUpPageFile, PAGE_HEADERS, type PageFileLookup, readPageFile } from '../page-files.ts';
import type { Home } from './address.ts';

export type FileLookup = PageFileLookup | { readonly found: false; readonly status: 403 | 405 };

/** Which file of `folder` an address of the page means. Pure: reads nothing. */
export const lookUpFile = (folder: string, home: Home, method: string, address: string): FileLookup => {
  if (method !== 'GET') return { found: false, status: 405 };
  if (!home.owns(address)) return { found: false, status: 403 };
  // Taken from the text as it came: the URL parser would have resolved what climbs before it could be refused.
  const afterHost = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(address)?.[1] ?? '';
  return lookUpPageFile(folder, afterHost);
};

const HEADERS = { ...PAGE_HEADERS, 'Cache-Control': 'no-cache' };

/** Answers the page's requests from the built folder; a refusal carries the same policy as a file. */
export const servePage =
  (folder: string, home: Home) =>
  async (request: { readonly method: string; readonly url: string }): Promise<Response> => {
    const file = lookUpFile(folder, home, request.method, request.url);
    if (!file.found) return new Response(null, { status: file.status, headers: HEADERS });
    const body = await readPageFile(file.path);
    return body === undefined
      ? new Response(null, { status: 404, headers: HEADERS })
      : new Response(new Uint8Array(body), { headers: { ...HEADERS, 'Content-Type': file.type } });
  };
