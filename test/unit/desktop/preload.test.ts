import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../../electron.vite.config.ts';

/** Built as the application's own configuration says; a sandboxed preload can be nothing but this. */
describe('the built preload', () => {
  const outDir = mkdtempSync(join(tmpdir(), 'preload-'));
  let source = '';
  beforeAll(async () => {
    const { preload } = config as { preload: { build: { rolldownOptions: object } } };
    const rolldownOptions = { ...preload.build.rolldownOptions, external: ['electron'] };
    await build({
      configFile: false,
      logLevel: 'error',
      build: { outDir, ssr: true, minify: false, rolldownOptions },
    });
    source = readFileSync(join(outDir, 'index.cjs'), 'utf8');
  });
  afterAll(() => rmSync(outDir, { recursive: true, force: true }));

  it('is below 4 kB', () => expect(Buffer.byteLength(source)).toBeLessThan(4096));
  it('requires electron and nothing else', () => {
    expect([...source.matchAll(/require\(\s*["'`]([^"'`]+)/g)].map((match) => match[1])).toEqual(['electron']);
  });
  it('is CommonJS', () => {
    expect(source).not.toMatch(/^\s*(?:import|export)\b/m);
    expect(() => new Function('require', 'module', 'exports', source)).not.toThrow();
  });
  it('never hands ipcRenderer or an event to the page', () => {
    const exposed: Record<string, Record<string, (...args: unknown[]) => unknown>> = {};
    const heard: unknown[][] = [];
    const listeners: ((...args: unknown[]) => void)[] = [];
    const electron = {
      contextBridge: {
        exposeInMainWorld: (key: string, api: Record<string, () => unknown>) => {
          exposed[key] = api;
        },
      },
      ipcRenderer: {
        on: (_channel: string, listener: () => void) => listeners.push(listener),
        invoke: () => Promise.reject(new Error('closed')),
      },
    };
    new Function('require', 'module', 'exports', source)(() => electron, {}, {});
    expect(Object.keys(exposed)).toEqual(['bridge']);
    expect(Object.keys(exposed['bridge'] ?? {})).toEqual(['query', 'command', 'subscribe']);
    const end = exposed['bridge']?.['subscribe']?.('live', (...args: unknown[]) => heard.push(args)) as () => void;
    listeners[0]?.({ sender: 'secret' }, { name: 'live', payload: 1 });
    end();
    listeners[0]?.({ sender: 'secret' }, { name: 'live', payload: 2 });
    expect(heard).toEqual([[1]]);
  });
});
