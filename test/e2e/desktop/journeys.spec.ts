import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type DesktopRun, hasElectron, isBuilt, runDesktop } from '../../support/desktop/run.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import {
  isToldOfTheLyingPlug,
  openPage,
  pressesStop,
  reEnables,
  seesForecast,
  seesLiveValuesChange,
  switchesHonestPlug,
} from '../../support/e2e/journeys.ts';
import { startWorld } from '../../support/e2e/world.ts';

// The same journeys as over serve, through the built main bundle and preload: in the stand-in always, in Electron where
// its runtime is installed.
for (const runtime of ['stand-in', 'electron'] as const)
  test.describe(`a person’s journey in the desktop application (${runtime})`, () => {
    test.skip(!isBuilt(), 'out/ is missing: build first');
    test.skip(runtime === 'electron' && !hasElectron(), "Electron's own runtime is not installed");
    let run: DesktopRun;
    test.beforeEach(async () => {
      test.setTimeout(180_000);
      run = await runDesktop('built', { runtime });
    });
    test.afterEach(async () => {
      expect(await run.close()).toEqual([]);
    });

    test('live values, forecast, a switch, a lie, and a stop that a person ends', async () => {
      const page = await run.page();
      await seesLiveValuesChange(page);
      await seesForecast(page);

      const ask = askFolder(join(run.folder, 'data'));
      await expect(page.getByText('This is a demo home.')).toBeVisible();
      await ask('command', 'site.leaveDemo', {
        name: 'Birch Lane 12',
        latitude: 50.1,
        longitude: 8.6,
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        who: 'Journey',
      });
      await expect(page.getByText('This is a demo home.')).toHaveCount(0);
      const world = await startWorld();
      try {
        await world.addTo(ask);
        await switchesHonestPlug(page, world);
        await isToldOfTheLyingPlug(page, world);
        await pressesStop(page);
        await expect.poll(() => world.isOn('honest')).toBe(false);
        await reEnables(page);
        await openPage(page, 'Control');
        await expect(page.getByRole('switch', { name: /Honest plug/ })).toBeEnabled();
      } finally {
        await world.close();
      }
    });
  });
