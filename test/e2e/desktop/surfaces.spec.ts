import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type DesktopRun, runDesktop, runToExit } from '../../support/desktop/run.ts';

// The desktop's own surfaces around a fake house, in the stand-in: it can press what a person presses.
let run: DesktopRun;
const begin = async (options: Parameters<typeof runDesktop>[1] = {}): Promise<Page> => {
  run = await runDesktop('house', options);
  return run.page();
};
const names = (): Promise<string[]> => run.house((house) => house.asked.map(({ name }) => name));
const isVisible = (): Promise<boolean | undefined> =>
  run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());

test.afterEach(async () => {
  expect(await run.close()).toEqual([]);
});

test('the window is isolated, sandboxed and hears its house', async () => {
  const page = await begin();
  const [options] = await run.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => ({
      name: window._options.name,
      kept: window._options.windowStatePersistence,
      preferences: window._options.webPreferences,
    })),
  );
  expect(options).toMatchObject({
    name: 'main',
    kept: true,
    preferences: {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      devTools: false,
    },
  });
  await expect(page.locator('#live')).toHaveText('63 %');
  await run.house((house) => house.measure(41));
  await expect(page.locator('#live')).toHaveText('41 %');
});

test('STOP from the window reaches the house at once', async () => {
  const page = await begin();
  await page.getByRole('button', { name: 'STOP' }).click();
  await expect.poll(names).toEqual(['stop.activate']);
  await expect
    .poll(() => run.record((record) => record.trays[0]?.menu?.items[0]?.label))
    .toBe('Test home: STOPPED by Ada');
  expect(await run.record((record) => record.trays[0]?.imagePath)).toMatch(/stopped-75\.png$/);
});

test('the tray stops, changes the mode, and says the whole state', async () => {
  await begin();
  expect(await run.record((record) => record.trays[0]?.toolTip)).toBe(
    'Test home: Suggest\nBattery 63 %, charging 0.9 kW\nSun 2.1 kW · Home 0.9 kW · Grid 0.3 kW out',
  );
  const before = await run.record((record) => record.trays[0]?.menusSet ?? 0);
  await run.record((record) => record.trays[0]?.menu?.getMenuItemById('mode-automate')?.click());
  await expect
    .poll(() => run.record((record) => record.trays[0]?.menu?.getMenuItemById('mode-automate')?.checked))
    .toBe(true);
  // Linux shows a change only after the menu was set again.
  expect(await run.record((record) => record.trays[0]?.menusSet ?? 0)).toBeGreaterThan(before);
  await run.record((record) => record.trays[0]?.menu?.getMenuItemById('stop')?.click());
  await expect.poll(names).toEqual(['mode.set', 'stop.activate']);
  expect(await run.house((house) => house.asked.map(({ surface }) => surface))).toEqual(['tray', 'tray']);
  await expect.poll(() => run.record((record) => record.trays[0]?.menu?.getMenuItemById('stop')?.enabled)).toBe(false);
  expect(await run.record((record) => record.trays[0]?.menu?.getMenuItemById('mode-watch')?.enabled)).toBe(false);
});

test('a second start shows the first window and controls nothing', async () => {
  await begin();
  await expect.poll(isVisible).toBe(true);
  await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  expect(await isVisible()).toBe(false);
  expect(await runToExit('house', { folder: run.folder })).toBe(0);
  await expect.poll(isVisible).toBe(true);
  expect(existsSync(join(run.folder, 'data', 'stopped'))).toBe(false);
});

test('sleep and wake reach the house, and the window gets one fresh picture', async () => {
  const page = await begin();
  await run.evaluate(({ powerMonitor }) => void powerMonitor.emit('suspend'));
  await run.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));
  expect(await run.house((house) => house.slept)).toEqual(['suspend', 'resume']);
  await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  await run.house((house) => house.measure(20));
  await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
  await expect(page.locator('#live')).toHaveText('20 %');
});

test('a machine is held awake only while automating and agreed', async () => {
  await begin();
  const held = (): Promise<number> => run.record((record) => record.powerBlockers.size);
  await run.record((record) => record.trays[0]?.menu?.getMenuItemById('mode-automate')?.click());
  await expect.poll(names).toEqual(['mode.set']);
  expect(await held()).toBe(0);
  await run.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('awake')?.click());
  expect(await held()).toBe(1);
  await run.record((record) => record.trays[0]?.menu?.getMenuItemById('stop')?.click());
  await expect.poll(held).toBe(0);
});

test('without tray, notifications and keychain everything else works, and the Health page hears what is missing', async () => {
  await begin();
  await run.record((record) => {
    record.lacks.notifications = true;
  });
  await run.house((house) => house.propose());
  const missing = (): Promise<readonly string[]> =>
    run.evaluate(() => (Reflect.get(globalThis, 'desktopHost') as { missing(): readonly string[] }).missing());
  await expect.poll(async () => (await missing()).join('\n')).toMatch(/tray[\s\S]*notifications/i);
  await run.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('stop')?.click());
  await expect.poll(names).toEqual(['stop.activate']);
});

test('closing without a tray asks, keeps the answer, and a second start brings the window back', async () => {
  await begin();
  await expect.poll(isVisible).toBe(true);
  await run.record((record) => void record.dialogAnswers.push({ response: 0, checkboxChecked: true }));
  await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(isVisible).toBe(false);
  expect(await runToExit('house', { folder: run.folder })).toBe(0);
  await expect.poll(isVisible).toBe(true);
  await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  expect(await isVisible()).toBe(false);
  expect(await run.record((record) => record.dialogs.length)).toBe(1);
});

test('a hidden start shows nothing until it is asked', async () => {
  run = await runDesktop('house', { args: ['--hidden'] });
  await expect.poll(() => run.record((record) => record.trays.length)).toBe(1);
  expect(run.windows()).toHaveLength(0);
  await run.record((record) => record.trays[0]?.menu?.getMenuItemById('open')?.click());
  await expect((await run.page()).getByRole('heading')).toHaveText('Fake page');
});

test('a start that fails says what to do, and can be tried again', async () => {
  const page = await begin({ env: { FAKE_HOUSE_FAILS: '2', STAND_IN_ANSWERS: '[{"response":0},{"response":0}]' } });
  await expect(page.getByRole('heading')).toHaveText('Fake page');
  const [first] = await run.record((record) => record.dialogs);
  expect(first?.options).toMatchObject({ message: 'The database is newer than this version.' });
  expect(JSON.stringify(first?.options)).toContain('Install the newest version.');
});

test('a start that the person gives up ends with a failure code', async () => {
  run = await runDesktop('house', { env: { FAKE_HOUSE_FAILS: '9', STAND_IN_ANSWERS: '[{"response":2}]' } });
  expect(await run.exited).toBe(1);
});

test('quitting ends the house in order', async () => {
  await begin();
  await run.evaluate(({ app }) => app.quit());
  expect(await run.exited).toBe(0);
  expect(existsSync(join(run.folder, 'data', 'stopped'))).toBe(true);
});

test('a bug ends the house in order and says so by the exit code', async () => {
  await begin();
  await run.evaluate(() => {
    setTimeout(() => {
      throw new Error('a bug nobody expected');
    }, 0);
  });
  expect(await run.exited).toBe(1);
  expect(existsSync(join(run.folder, 'data', 'stopped'))).toBe(true);
  const log = readFileSync(join(run.folder, 'data', 'logs', 'commandcenter.log'), 'utf8');
  expect(log).toContain('a bug nobody expected');
});

test('a page that died is loaded once more, then the person is told', async () => {
  const page = await begin();
  const die = (): Promise<unknown> =>
    run.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    );
  const loaded = page.waitForEvent('load');
  await die();
  await loaded;
  await expect(page.locator('#live')).toHaveText('63 %');
  await run.record((record) => void record.dialogAnswers.push({ response: 0 }));
  await die();
  await expect.poll(() => run.record((record) => record.dialogs.length)).toBe(1);
});

test('an export is saved where the person says, and no other download', async () => {
  const page = await begin();
  const download = (href: 'blob' | 'data', name: string): Promise<void> =>
    page.evaluate(
      ([kind, filename]) => {
        const href =
          kind === 'blob' ? URL.createObjectURL(new Blob(['a,b\n1,2\n'], { type: 'text/csv' })) : 'data:text/csv,a';
        Object.assign(document.createElement('a'), { href, download: filename }).click();
      },
      [href, name] as const,
    );
  const target = join(run.folder, 'chosen.csv');
  await run.evaluate((_electron, filePath: string) => {
    (Reflect.get(globalThis, 'standInRecord') as { dialogAnswers: unknown[] }).dialogAnswers.push({ filePath });
  }, target);
  await download('blob', 'energy.csv');
  await expect.poll(() => run.record((record) => record.downloads.at(-1)?.state)).toBe('completed');
  expect(readFileSync(target, 'utf8')).toBe('a,b\n1,2\n');
  await download('data', 'energy.csv');
  await download('blob', 'virus.exe');
  await expect
    .poll(() => run.record((record) => record.downloads.map(({ state }) => state)))
    .toEqual(['completed', 'cancelled', 'cancelled']);
});

test('a hundred windows opened and closed leave the listeners flat', async () => {
  test.setTimeout(240_000);
  await begin();
  const count = (): Promise<number[]> =>
    run.evaluate(({ app, ipcMain, powerMonitor, nativeTheme, session }) => {
      const of = (emitter: { eventNames(): (string | symbol)[]; listenerCount(name: string | symbol): number }) =>
        emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
      const house = Reflect.get(globalThis, 'fakeHouse') as { bus: { listenerCount(): number } };
      return [
        ...[app, ipcMain, powerMonitor, nativeTheme, session.defaultSession].map(of),
        ipcMain._handlers.size,
        house.bus.listenerCount(),
      ];
    });
  const shown = (): Promise<boolean> =>
    run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((w) => w.isVisible()));
  await expect.poll(shown).toBe(true);
  const before = await count();
  for (let turn = 0; turn < 100; turn += 1) {
    await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.destroy());
    await run.evaluate(({ app }) => void app.emit('activate', {}, false));
    await expect.poll(shown).toBe(true);
  }
  expect(await count()).toEqual(before);
});
