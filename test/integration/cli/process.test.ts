import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const entry = join(import.meta.dirname, '../../../main/cli.ts');
const folder = mkdtempSync(join(tmpdir(), 'cc-cli-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], before: readonly string[] = []) =>
  new Promise<{ code: number | null; out: string; complaints: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [...before, entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let complaints = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, complaints }));
  });

describe('the command line as a process', () => {
  it('writes answers to standard output and complaints to standard error, and ends with the exit code', async () => {
    const [good, bad, wrong] = await Promise.all([
      run(['status', '--json', '--data', folder]),
      run(['stop', '--data', folder]),
      run(['fly']),
    ]);
    expect(good).toMatchObject({ code: 0, complaints: '' });
    expect(JSON.parse(good.out)).toEqual({ ok: true, value: { running: false, homes: [] } });
    expect(bad).toMatchObject({ code: 1, out: '', complaints: expect.stringContaining('There is no house') });
    expect(wrong).toMatchObject({ code: 2, out: '' });
  });

  it('an old Node gets a sentence instead of a crash, before anything native is loaded', async () => {
    const script = join(folder, 'old-node.mjs');
    writeFileSync(
      script,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } });",
    );
    const answer = await run(['status'], ['--import', pathToFileURL(script).href]);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.complaints).toMatch(/^CommandCenter needs Node 22\.12 or newer and this is 20\.11\.0: [^\n]*\n$/);
  });
});
