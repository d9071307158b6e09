import { expect, test } from '@playwright/test';
import type { Bridge } from '../../../preload/contract.ts';
import { type DesktopRun, hasElectron, isBuilt, runDesktop, runToExit } from '../../support/desktop/run.ts';

declare global {
  interface Window {
    readonly bridge?: Bridge;
  }
}

test('says which runtime the specs of the desktop ran in', () => {
  const sentence = hasElectron()
    ? "The desktop specs ran in Electron's own runtime and in the stand-in."
    : "Electron's own runtime was not available: the desktop specs ran in the stand-in only.";
  test.info().annotations.push({ type: 'runtime', description: sentence });
  process.stdout.write(`${sentence}\n`);
});

for (const runtime of ['stand-in', 'electron'] as const)
  test.describe(`the built application on its demo home (${runtime})`, () => {
    test.skip(!isBuilt(), 'out/ is missing: build first');
    test.skip(runtime === 'electron' && !hasElectron(), "Electron's own runtime is not installed");
    let run: DesktopRun;
    test.beforeEach(async () => {
      run = await runDesktop('built', { runtime });
    });
    test.afterEach(async () => {
      expect(await run.close()).toEqual([]);
    });

    test('shows the home, and live values arrive', async () => {
      const page = await run.page();
      await expect(page.getByRole('button', { name: /stop/i }).first()).toBeVisible();
      const live = await page.evaluate(
        () =>
          new Promise<{ pvW: { unit: string }; socPct: { value: number | null } }>((resolve) => {
            const end = window.bridge?.subscribe('live', (state) => {
              end?.();
              resolve(state);
            });
          }),
      );
      expect(live.pvW.unit).toBe('W');
      const status = await page.evaluate(() => window.bridge?.query('center.status', {}));
      expect(status).toMatchObject({ ok: true, value: { host: 'electron', stop: null } });
    });

    test('STOP takes one click in the window, and holds', async () => {
      const page = await run.page();
      await page.getByRole('button', { name: /stop/i }).first().click();
      await expect
        .poll(async () => {
          const status = await page.evaluate(() => window.bridge?.query('center.status', {}));
          return status?.ok ? status.value.stop?.surface : undefined;
        })
        .toBe('window');
    });

    test('a second start shows the first window and ends', async () => {
      test.skip(!run.isStandIn, 'a second Electron is started by the packaged smoke test');
      await run.page();
      await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
      expect(await runToExit('built', { folder: run.folder })).toBe(0);
      await expect
        .poll(() => run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()))
        .toBe(true);
    });

    test('STOP from the tray reaches the window', async () => {
      test.skip(!run.isStandIn, 'nobody can press a real tray from outside');
      const page = await run.page();
      await run.record((record) => record.trays[0]?.menu?.getMenuItemById('stop')?.click());
      await expect
        .poll(() => run.record((record) => record.trays[0]?.menu?.items[0]?.label ?? ''))
        .toContain('STOPPED');
      await expect(page.getByText(/stopped/i).first()).toBeVisible();
    });

    test('quits clean', async () => {
      await run.page();
      await run.evaluate(({ app }) => app.quit()).catch(() => undefined);
      expect(await run.exited).toBe(0);
    });
  });
