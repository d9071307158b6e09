import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { isAccessible } from '../../support/e2e/accessible.ts';
import { openPage } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';

const PAGES = [
  'Overview',
  'History',
  'Forecast',
  'Plan',
  'Control',
  'Automation',
  'Approvals',
  'Models',
  'Health',
  'Settings',
] as const;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

let folder = '';
let serve: RunningServe;
let state = '';

/** Errors of the page itself: a refused script or style of the strict policy turns up here too. */
const watched = (page: Page): string[] => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
};

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'serve-pages-'));
  serve = await startServe(folder);
  // The printed address works once: the session that it became is shared by the tests.
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(serve.address);
  await expect(page.getByText('This is a demo home.')).toBeVisible();
  state = join(folder, 'session.json');
  await context.storageState({ path: state });
  await context.close();
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`every page is accessible and free of errors, ${colorScheme}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const context = await browser.newContext({ colorScheme, viewport: WIDE, storageState: state });
    const page = await context.newPage();
    const errors = watched(page);
    await page.goto(`http://127.0.0.1:${serve.port}/`);
    for (const name of PAGES) {
      await openPage(page, name);
      await expect(page.getByRole('main')).toContainText(/\w/);
      await expect(page.locator('.bar-skeleton')).toHaveCount(0, { timeout: 30_000 });
      await isAccessible(page, name);
    }
    expect(errors).toEqual([]);
    await context.close();
  });

test('no page is wider than a phone', async ({ browser }) => {
  const context = await browser.newContext({ viewport: NARROW, storageState: state, hasTouch: true });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${serve.port}/`);
  for (const name of PAGES) {
    await page.goto(`http://127.0.0.1:${serve.port}/#/${name.toLowerCase()}`);
    await expect(page.getByRole('main')).toContainText(/\w/);
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest, name).toBeLessThanOrEqual(NARROW.width);
    await expect(page.getByRole('button', { name: /^STOP/ }).last()).toBeInViewport();
  }
  await context.close();
});

test('STOP, and its end, by keyboard alone', async ({ browser }) => {
  const context = await browser.newContext({ viewport: WIDE, storageState: state });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${serve.port}/`);
  await expect(page.getByText('This is a demo home.')).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+.');
  const panel = page.getByRole('region', { name: 'Stopped' });
  await expect(panel).toBeVisible();
  await panel.getByLabel(/your name/i).focus();
  await page.keyboard.type('Mara');
  await page.keyboard.press('Tab');
  await page.keyboard.down('Enter');
  await expect(panel).toBeHidden({ timeout: 10_000 });
  await page.keyboard.up('Enter');
  await expect(page.getByRole('radio', { name: 'Watch' }).first()).toBeChecked();
  await context.close();
});

test('an injected inline script does not run, and nothing foreign is asked for', async ({ browser }) => {
  const context = await browser.newContext({ viewport: WIDE, storageState: state });
  const page = await context.newPage();
  const foreign: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.host !== `127.0.0.1:${serve.port}`)
      foreign.push(request.url());
  });
  await page.goto(`http://127.0.0.1:${serve.port}/`);
  await expect(page.getByText('This is a demo home.')).toBeVisible();
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "stolen"';
    document.body.append(script);
  });
  expect(await page.title()).not.toBe('stolen');
  expect(foreign).toEqual([]);
  await context.close();
});
