import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchStandIn } from '../../support/electron/launch.ts';

test('the window shows', async () => {
  const data = mkdtempSync(join(tmpdir(), 'desktop-'));
  const t0 = performance.now();
  const app = await launchStandIn({ main: 'test/support/desktop/fake-main.ts', env: { COMMANDCENTER_DATA: data } });
  try {
    const page = await app.firstWindow();
    process.stdout.write(`started in ${performance.now() - t0}\n`);
    await expect(page.getByRole('heading')).toHaveText('Fake page');
    expect(await page.evaluate(() => Object.keys(Reflect.get(window, 'bridge')))).toEqual([
      'query',
      'command',
      'subscribe',
    ]);
    await expect(page.locator('#live')).toHaveText('63 %');
    expect(await app.evaluate((_e, _a, record) => record.problems)).toEqual([]);
  } finally {
    await app.close();
    process.stdout.write(app.stderr());
  }
});
