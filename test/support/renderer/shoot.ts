import { resolve } from 'node:path';
import { chromium } from '@playwright/test';
import type { SceneName } from './fake-center.ts';
import { servePage } from './page-server.ts';

/**
 * Pictures of the page: `node test/support/renderer/shoot.ts <scene> <page> <look> <width>x<height> [...]`, one group of
 * four a picture, into /tmp/shots. Prints what the console of the page said.
 */
const words = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
});
for (let i = 0; i + 3 < words.length; i += 4) {
  const [scene = 'day', page = 'overview', look = 'light', size = '1440x900'] = words.slice(i, i + 4);
  const [width = 1440, height = 900] = size.split('x').map(Number);
  const server = await servePage(resolve(process.env['RENDERER_OUT'] ?? 'out/renderer'), scene as SceneName);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: look === 'dark' ? 'dark' : 'light',
    locale: 'en-GB',
    deviceScaleFactor: width < 500 ? 2 : 1,
    hasTouch: width < 500,
  });
  const tab = await context.newPage();
  const said: string[] = [];
  tab.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
  });
  tab.on('pageerror', (error) => said.push(String(error)));
  await tab.goto(`${server.url}#/${page}`);
  await tab.waitForTimeout(scene === 'loading' ? 3200 : 1600);
  const full = process.env['FULL'] === '1';
  if (full) {
    const tall = await tab.evaluate(() => document.querySelector('#page')?.scrollHeight ?? 0);
    await tab.setViewportSize({ width, height: Math.max(height, tall + 130) });
    await tab.waitForTimeout(500);
  }
  const file = `/tmp/shots/${page}-${scene}-${look}-${width}.png`;
  await tab.screenshot({ path: file });
  const overflow = await tab.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  process.stdout.write(`${file} overflow=${overflow} ${said.length ? said.join(' | ') : 'clean'}\n`);
  await context.close();
  await server.close();
}
await browser.close();
