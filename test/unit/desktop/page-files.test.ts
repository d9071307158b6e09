import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHome } from '../../../main/desktop/address.ts';
import { lookUpFile, servePage } from '../../../main/desktop/page-files.ts';

const home = createHome();
const outside = mkdtempSync(join(tmpdir(), 'page-'));
const folder = join(outside, 'renderer');

beforeAll(() => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<h1>page</h1>');
  writeFileSync(join(folder, 'assets', 'index-a_b.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'Inter.woff2'), 'font');
  writeFileSync(join(folder, '.env.json'), '{"secret":1}');
  writeFileSync(join(outside, 'secret.json'), '{}');
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

const serve = servePage(folder, home);
const status = async (url: string, method = 'GET'): Promise<number> => (await serve({ method, url })).status;

describe('the page of app://home', () => {
  it('is served with its type and the policy', async () => {
    const answer = await serve({ method: 'GET', url: 'app://home/' });
    expect(await answer.text()).toBe('<h1>page</h1>');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });
  it.each([
    ['app://home/assets/index-a_b.js', 'text/javascript; charset=utf-8'],
    ['app://home/assets/Inter.woff2', 'font/woff2'],
    ['app://home/index.html?x=../secret.json#../x', 'text/html; charset=utf-8'],
    ['app://home/control', 'text/html; charset=utf-8'],
  ])('serves %s', async (url, type) => {
    expect((await serve({ method: 'GET', url })).headers.get('content-type')).toBe(type);
  });
  it.each([
    ['climbing', 'app://home/../secret.json', 400],
    ['climbing inside', 'app://home/assets/../../secret.json', 400],
    ['climbing encoded', 'app://home/%2e%2e/secret.json', 400],
    ['an encoded slash', 'app://home/..%2fsecret.json', 400],
    ['a doubly encoded one', 'app://home/%252e%252e/secret.json', 400],
    ['a backslash', 'app://home/..\\secret.json', 400],
    ['an encoded backslash', 'app://home/..%5csecret.json', 400],
    ['a null byte', 'app://home/index.html\0.js', 400],
    ['an encoded null byte', 'app://home/index.html%00.js', 400],
    ['a dot file', 'app://home/.env.json', 400],
    ['an empty segment', 'app://home//etc/passwd.json', 400],
    ['another host', 'app://other/index.html', 403],
    ['a look-alike host', 'app://home.evil/index.html', 403],
    ['a missing file', 'app://home/missing.js', 404],
    ['an unknown type', 'app://home/index.exe', 404],
  ])('refuses %s', async (_name, url, code) => {
    expect(await status(url)).toBe(code);
  });
  it.each(['POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE'])('refuses %s', async (method) => {
    expect(await status('app://home/', method)).toBe(405);
  });
  it('a refusal carries the policy too', async () => {
    const answer = await serve({ method: 'GET', url: 'app://home/missing.js' });
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
  it('never names a file outside its folder', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', '%2e', '%2f', '%5c', '%00', '\0', 'a', 'index.html', '//', '~');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const found = lookUpFile(folder, home, 'GET', `app://home/${pieces.join('')}`);
        if (found.found) expect(found.path.startsWith(`${folder}/`)).toBe(true);
      }),
    );
  });
});

describe('the home address in development', () => {
  it('is the development server exactly', () => {
    const development = createHome('http://localhost:5173');
    expect(development.owns('http://localhost:5173/index.html')).toBe(true);
    expect(development.owns('http://localhost:5174/')).toBe(false);
    expect(development.owns('http://localhost:51739/')).toBe(false);
    expect(development.owns('http://localhost:5173@evil/')).toBe(false);
    expect(development.owns('app://home/')).toBe(false);
  });
});
