import { defineConfig } from '@playwright/test';

/**
 * serve: the page over the host `serve` in Chromium. desktop: the built desktop bundle, in Electron where its runtime is
 * installed and always in the stand-in. CHROMIUM_PATH names another Chromium than Debian's.
 */
export default defineConfig({
  // Journeys wait more than they work. Each spec has its own center, folder and port.
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  // A journey that needed a second try is listed as flaky: it does not pass in silence.
  retries: process.env['CI'] === undefined ? 0 : 1,
  // Nothing here is about speed: a slow machine gets the time that it needs.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    headless: true,
    actionTimeout: 20_000,
    launchOptions: { executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium' },
  },
  projects: [
    { name: 'serve', testDir: 'test/e2e/serve' },
    { name: 'desktop', testDir: 'test/e2e/desktop' },
  ],
});
