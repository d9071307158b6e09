import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Center } from '../../../main/center/types.ts';
import type { SettingChange } from '../../../main/store/types.ts';
import type { Problem } from '../../../preload/contract/base.ts';
import { DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import type { QueryOutput } from '../../../preload/contract.ts';
import { asker, startTestCenter } from '../../support/center/test-center.ts';

const WHO = 'Ann';

describe('the envelope through the door', () => {
  let folder = '';
  let center: Center;
  let ask: ReturnType<typeof asker>;
  let siteId = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'safety-'));
    center = (await startTestCenter(folder)).center;
    ask = asker(center);
    siteId = center.status().activeSiteId ?? '';
  });
  afterAll(async () => {
    await center.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  let keys = 0;
  const refusalOf = async (name: string, input: object): Promise<Problem> => {
    keys += 1;
    const request = { kind: 'command', name, input, key: `safety-${keys}-${process.pid}-refused-key` };
    const reply = await center.handle(request, { surface: 'window' });
    if (reply.ok) throw new Error('it was taken');
    return reply.problem;
  };
  const get = () => ask.query<QueryOutput<'safety.get'>>('safety.get', { siteId });
  const set = (change: Partial<Safety>) => ({ siteId, who: WHO, safety: { ...DEFAULT_SAFETY, ...change } });

  it('shows the defaults and what each channel has used up', async () => {
    const { safety, use, lastDrill } = await get();
    expect(safety).toEqual(DEFAULT_SAFETY);
    expect(lastDrill).toBeNull();
    expect(use.length).toBeGreaterThan(0);
    for (const { rules, writesToday, switchesLastHour, name } of use) {
      expect(rules.minOnMs).toBeGreaterThan(0);
      expect(writesToday).toBeGreaterThanOrEqual(0);
      expect(switchesLastHour).toBeGreaterThanOrEqual(0);
      expect(name).not.toBe('');
    }
  });

  it('keeps a safe one, with the change in the audit', async () => {
    const kept = await ask.command<Safety>('safety.set', set({ fuseA: 63, safeImportW: 3_000 }));
    expect(kept.fuseA).toBe(63);
    expect((await get()).safety).toEqual(kept);
    const audit = await ask.query<readonly SettingChange[]>('settings.audit', { siteId });
    expect(audit).toContainEqual(
      expect.objectContaining({ name: 'safety.safeImportW', before: '4000', after: '3000', who: WHO }),
    );
  });

  it('refuses an unsafe one with the field and the reason, and changes nothing', async () => {
    const before = await get();
    const problem = await refusalOf('safety.set', set({ fuseA: 20 }));
    expect(problem.code).toBe('safety.unsafe');
    expect(problem.fields).toEqual({ fuseA: expect.stringContaining('Lower the import limit') });
    expect((await get()).safety).toEqual(before.safety);
  });

  it('refuses an import limit above the fuse, and takes any other setting', async () => {
    const problem = await refusalOf('settings.set', { siteId, who: WHO, changes: { maxGridImportW: 15_000 } });
    expect(problem.fields?.['maxGridImportW']).toContain('The fuse carries 14.5 kW');
    await ask.command('settings.set', { siteId, who: WHO, changes: { targetSocPct: 85 } });
  });
});
