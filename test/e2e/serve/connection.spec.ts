import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { answerName, cardOf, openPage } from '../../support/e2e/journeys.ts';
import { startServe } from '../../support/e2e/running-serve.ts';

test('a center that dies is told, its values grow old, and the page comes back by itself', async ({ page }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'serve-dies-'));
  let serve = await startServe(folder);
  const { port } = serve;
  await page.goto(serve.address);
  const banner = page.getByRole('banner');
  await expect(banner).toContainText('Live');
  await openPage(page, 'Control');
  const miner = cardOf(page, 'Miner A');
  await expect(miner.getByRole('switch')).toHaveAttribute('aria-checked', /true|false/, { timeout: 30_000 });
  await expect(miner.locator('.value.stale')).toBeHidden();
  try {
    await serve.kill();
    await expect(banner).toContainText(/Not connected for \d+ s/);
    await page.getByRole('button', { name: /^STOP/ }).first().click();
    const said = page.getByRole('status').filter({ hasText: 'STOP was not sent: the center is not reached.' });
    await expect(said).toContainText('Switch the loads off by hand');
    await expect(page.getByText('STOPPED')).toBeHidden();
    await cardOf(page, 'Water heater').getByRole('switch').click();
    await answerName(page);
    await expect(page.getByText('Nothing was sent: the center is not reached.')).toBeVisible();
    await expect(miner.locator('.value.stale')).toBeVisible({ timeout: 45_000 });
    await expect(miner).toContainText(/\d+ (s|min) old/);
  } finally {
    serve = await startServe(folder, ['--port', String(port)]);
  }
  await expect(banner).toContainText('Live', { timeout: 30_000 });
  await expect(miner.locator('.value.stale')).toBeHidden({ timeout: 30_000 });
  await openPage(page, 'Overview');
  await expect(cardOf(page, 'Energy flow')).toContainText('kW');
  await page.getByRole('button', { name: /^STOP/ }).first().click();
  await expect(page.getByText('STOPPED').first()).toBeVisible();
  expect(await serve.close()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});
