import { expect, test } from '@playwright/test';
import {
  type DesktopRun,
  HOME_ADDRESS,
  hasElectron,
  isBuilt,
  runDesktop,
  type Subject,
} from '../../support/desktop/run.ts';

// The same attacks on each subject: from inside the page, as a compromised script would try them.
const subjects: { name: string; subject: Subject; runtime: 'electron' | 'stand-in'; there: boolean }[] = [
  { name: 'source, stand-in', subject: 'house', runtime: 'stand-in', there: true },
  { name: 'built, stand-in', subject: 'built', runtime: 'stand-in', there: isBuilt() },
  { name: 'built, Electron', subject: 'built', runtime: 'electron', there: isBuilt() && hasElectron() },
];

for (const { name, subject, runtime, there } of subjects)
  test.describe(`a page that turned hostile (${name})`, () => {
    test.skip(!there, 'needs the built bundle, and for Electron its runtime');
    let run: DesktopRun;
    test.beforeAll(async () => {
      run = await runDesktop(subject, { runtime });
      await run.page();
    });
    test.afterAll(async () => {
      expect(await run.close()).toEqual([]);
    });

    test('is given three functions and nothing of Node or Electron', async () => {
      const page = await run.page();
      const seen = await page.evaluate(() => ({
        bridge: Object.keys(Reflect.get(window, 'bridge') as object),
        frozen: Object.isFrozen(Reflect.get(window, 'bridge')),
        leaks: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron', '__dirname'].filter(
          (global) => global in window,
        ),
      }));
      expect(seen).toEqual({ bridge: ['query', 'command', 'subscribe'], frozen: true, leaks: [] });
    });

    for (const address of [
      'https://x.example/?next=app://home',
      'https://home.example/',
      'app://evil/',
      'file:///etc/passwd',
      'javascript:document.title="stolen"',
      'data:text/html,<h1>stolen</h1>',
    ])
      test(`does not get to ${address}`, async () => {
        const page = await run.page();
        const title = await page.title();
        await page.evaluate((target) => {
          const link = document.createElement('a');
          link.href = target;
          link.textContent = 'go';
          document.body.append(link);
          link.click();
          link.remove();
        }, address);
        await page.evaluate((target) => {
          location.href = target;
        }, address);
        // Only a page that is still ours answers with its bridge.
        await expect.poll(() => page.evaluate(() => typeof Reflect.get(window, 'bridge'))).toBe('object');
        expect(page.url()).toMatch(HOME_ADDRESS);
        // Chromium calls a page by the address that it tries until the refusal is through.
        await expect.poll(() => page.title()).toBe(title);
        // Refused as a navigation, before the session's own refusal was needed.
        if (run.isStandIn) expect(await run.record((record) => record.foreignRequests)).toEqual([]);
        await run.expectProblems(
          /Not allowed to (?:load local resource|navigate top frame|launch)|Content Security Policy|ERR_ABORTED/,
        );
      });

    test('opens no window', async () => {
      const page = await run.page();
      const before = run.windows().length;
      const answers = await page.evaluate(() =>
        ['https://x.example/', location.href, 'about:blank'].map((address) => window.open(address) === null),
      );
      expect(answers).toEqual([true, true, true]);
      await page.evaluate(() => {
        const link = Object.assign(document.createElement('a'), { href: location.href, target: '_blank' });
        document.body.append(link);
        link.click();
        link.remove();
      });
      expect(await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
      // The stand-in may see one begin before it is refused; none stays.
      await expect.poll(() => run.windows().length).toBe(before);
    });

    test('is denied every permission', async () => {
      const page = await run.page();
      const answers = await page.evaluate(async () => {
        const refused = (attempt: () => Promise<unknown>): Promise<string> =>
          attempt().then(
            () => 'granted',
            () => 'refused',
          );
        const part = (name: string) =>
          Reflect.get(navigator, name) as Record<string, (options?: object) => Promise<unknown>>;
        const place = (): Promise<unknown> =>
          new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject));
        return {
          camera: await refused(() => navigator.mediaDevices.getUserMedia({ video: true })),
          microphone: await refused(() => navigator.mediaDevices.getUserMedia({ audio: true })),
          screen: await refused(() => navigator.mediaDevices.getDisplayMedia()),
          place: await refused(place),
          clipboard: await refused(() => navigator.clipboard.readText()),
          usb: await refused(() => Promise.resolve(part('usb')?.['requestDevice']?.({ filters: [] }))).then((said) =>
            part('usb') ? said : 'refused',
          ),
          notifications: await Notification.requestPermission(),
          camera2: (await navigator.permissions.query({ name: 'camera' as PermissionName })).state,
        };
      });
      expect(answers).toEqual({
        camera: 'refused',
        microphone: 'refused',
        screen: 'refused',
        place: 'refused',
        clipboard: 'refused',
        usb: 'refused',
        notifications: 'denied',
        camera2: 'denied',
      });
      if (run.isStandIn)
        expect(await run.record((record) => record.permissions.every(({ granted }) => !granted))).toBe(true);
    });

    test('runs no injected script and no injected style', async () => {
      const page = await run.page();
      const ran = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.injected = true';
        document.body.append(script);
        const holder = document.createElement('div');
        holder.innerHTML = '<img src="x" onerror="globalThis.injected = true"><p style="color: rgb(1, 2, 3)">x</p>';
        document.body.append(holder);
        await new Promise((resolve) => holder.querySelector('img')?.addEventListener('error', resolve));
        const color = getComputedStyle(holder.querySelector('p') ?? holder).color;
        holder.remove();
        const evaluates = (): boolean => {
          try {
            return new Function('return true')() as boolean;
          } catch {
            return false;
          }
        };
        return { injected: 'injected' in globalThis, styled: color === 'rgb(1, 2, 3)', evaluates: evaluates() };
      });
      expect(ran).toEqual({ injected: false, styled: false, evaluates: false });
      await run.expectProblems(/Content Security Policy|Failed to load resource/);
    });

    test('reaches nobody but its own scheme', async () => {
      const page = await run.page();
      const reached = await page.evaluate(async () => {
        const attempt = (run: () => Promise<unknown>): Promise<boolean> =>
          run().then(
            () => true,
            () => false,
          );
        const socket = (): Promise<unknown> =>
          new Promise((resolve, reject) => {
            const opened = new WebSocket('wss://x.example/');
            opened.onopen = resolve;
            opened.onerror = reject;
          });
        const image = (): Promise<unknown> =>
          new Promise((resolve, reject) => {
            const picture = new Image();
            picture.onload = resolve;
            picture.onerror = reject;
            picture.src = 'https://x.example/x.png';
          });
        return [
          await attempt(() => fetch('https://x.example/')),
          await attempt(() => fetch('http://127.0.0.1:80/')),
          await attempt(socket),
          await attempt(image),
          navigator.sendBeacon('https://x.example/') && false,
        ];
      });
      expect(reached).toEqual([false, false, false, false, false]);
      // The policy held before the session's own refusal was needed.
      if (run.isStandIn) expect(await run.record((record) => record.foreignRequests)).toEqual([]);
      await run.expectProblems(/Content Security Policy|Failed to load resource|ERR_|violates/);
    });

    test('cannot climb out of the folder of the page, nor post into it', async () => {
      const page = await run.page();
      const answers = await page.evaluate(() =>
        Promise.all(
          ['/..%2f..%2fpackage.json', '/%2e%2e/package.json', '/..%5cpackage.json', '/index.html%00.js'].map(
            async (path) => (await fetch(path)).status,
          ),
        ),
      );
      expect(answers.every((status) => status === 400 || status === 404)).toBe(true);
      expect(await page.evaluate(async () => (await fetch('/', { method: 'POST', body: 'x' })).status)).toBe(405);
      await run.expectProblems(/Failed to load resource/);
    });
  });
