import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

describe('the desktop entry', () => {
  it('refuses plain Node with a sentence and a failure code, before anything is loaded', () => {
    const entry = join(import.meta.dirname, '../../../main/index.ts');
    const ended = spawnSync(process.execPath, [entry], { encoding: 'utf8' });
    expect(ended.status).toBe(1);
    expect(ended.stderr.trim().split('\n').at(-1)).toContain('needs Electron');
    expect(ended.stderr).not.toContain(' at ');
  });
});
