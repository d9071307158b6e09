import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createLoginItem, xdgLoginItem } from '../../../main/desktop/login-item.ts';
import { createMissing } from '../../../main/desktop/missing.ts';
import { cutToBytes, isQuiet, minutesOf } from '../../../main/desktop/notification-text.ts';
import { createPower } from '../../../main/desktop/power.ts';
import { createRequests } from '../../../main/desktop/requests.ts';
import { keychainSecretStore } from '../../../main/desktop/secrets.ts';
import { createStopShortcut } from '../../../main/desktop/stop-shortcut.ts';
import { hasTrayHost } from '../../../main/desktop/tray-host.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { createFakeHouse } from '../../support/desktop/fake-house.ts';

const log = createLog(memorySink(), replayClock(0));
const folder = mkdtempSync(join(tmpdir(), 'machine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('start at login', () => {
  const command = ['/opt/Command Center/app', '/a "b" $c', '--hidden'];
  it('writes one autostart entry, reads it back, and takes it away', async () => {
    const item = xdgLoginItem(folder, command);
    expect(await item.isOn()).toBe(false);
    expect(await item.set(true)).toEqual({ ok: true, value: true });
    const entry = readFileSync(join(folder, 'autostart', 'commandcenter.desktop'), 'utf8');
    expect(entry).toContain('Exec="/opt/Command Center/app" "/a \\"b\\" \\$c" "--hidden"');
    expect(await item.isOn()).toBe(true);
    expect(await item.set(false)).toEqual({ ok: true, value: false });
    expect(await item.isOn()).toBe(false);
  });
  it('says so when the folder cannot be written', async () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, 'a file where the folder would be');
    const result = await xdgLoginItem(blocked, command).set(true);
    expect(result).toMatchObject({ ok: false, error: { code: 'login-item.ignored' } });
  });
  it('believes what the system says, not what it was told', async () => {
    const deaf = { setLoginItemSettings: () => undefined, getLoginItemSettings: () => ({ openAtLogin: false }) };
    const item = createLoginItem({
      app: deaf as never,
      platform: 'darwin',
      configFolder: folder,
      command,
      hiddenArgument: '--hidden',
    });
    expect(await item.set(true)).toMatchObject({ ok: false });
  });
});

describe('power', () => {
  const begin = () => {
    const house = createFakeHouse();
    const monitor = new EventEmitter();
    const blockers = new Set<number>();
    const agreed = { keepAwake: true };
    const power = createPower({
      powerMonitor: monitor as never,
      powerSaveBlocker: {
        start: () => {
          blockers.add(blockers.size + 1);
          return blockers.size;
        },
        stop: (id: number) => blockers.delete(id),
      },
      center: house,
      bus: house.bus,
      log,
      keepAwake: () => agreed.keepAwake,
      quit: () => undefined,
    });
    const setMode = (mode: string) =>
      house.handle({ kind: 'command', name: 'mode.set', input: { mode }, key: mode.repeat(3) }, { surface: 'tray' });
    return { house, monitor, blockers, agreed, power, setMode };
  };
  it('tells the center of sleep and wake', () => {
    const { house, monitor } = begin();
    monitor.emit('suspend');
    monitor.emit('resume');
    expect(house.slept).toEqual(['suspend', 'resume']);
  });
  it('holds sleep off only while automating, only when agreed, and never while stopped', async () => {
    const { house, blockers, agreed, power, setMode } = begin();
    expect(blockers.size).toBe(0);
    await setMode('automate');
    expect(blockers.size).toBe(1);
    await house.handle(
      { kind: 'command', name: 'stop.activate', input: { who: 'Ada' }, key: 'stop-1' },
      { surface: 'tray' },
    );
    expect(blockers.size).toBe(0);
    await house.handle({ kind: 'command', name: 'stop.release', input: {}, key: 'release' }, { surface: 'window' });
    expect(blockers.size).toBe(1);
    agreed.keepAwake = false;
    power.refresh();
    expect(blockers.size).toBe(0);
  });
  it('leaves no listener and no blocker', async () => {
    const { house, monitor, blockers, power, setMode } = begin();
    await setMode('automate');
    power.stop();
    expect(blockers.size).toBe(0);
    expect(house.bus.listenerCount()).toBe(0);
    expect(monitor.eventNames()).toEqual([]);
  });
});

describe('secrets of the desktop', () => {
  const keychain = (backend: 'gnome_libsecret' | 'basic_text', available = true) => ({
    isAsyncEncryptionAvailable: async () => available,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text: string) => Buffer.from(`sealed:${text}`),
    decryptStringAsync: async (sealed: Buffer) => ({ shouldReEncrypt: false, result: sealed.toString().slice(7) }),
  });
  it('are kept by the keychain where there is one', async () => {
    const missing = createMissing();
    const place = join(folder, 'keychain');
    const store = await keychainSecretStore(keychain('gnome_libsecret'), place, missing, 'linux');
    await store.set('shelly', 'open sesame');
    expect(await store.get('shelly')).toEqual({ ok: true, value: 'open sesame' });
    expect(missing.list()).toEqual([]);
  });
  it('are not opened under another name', async () => {
    const place = join(folder, 'swapped');
    const store = await keychainSecretStore(keychain('gnome_libsecret'), place, createMissing(), 'linux');
    await store.set('a', 'one');
    const path = join(place, 'keychain.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"a"', '"b"'));
    expect(await store.get('b')).toMatchObject({ ok: false, error: { code: 'secrets.unreadable' } });
  });
  it.each([
    ['a password known to all', keychain('basic_text')],
    ['no keychain', keychain('gnome_libsecret', false)],
  ])('say honestly that there is %s', async (_name, weak) => {
    const missing = createMissing();
    const place = join(folder, `weak-${_name.length}`);
    mkdirSync(place);
    const store = await keychainSecretStore(weak, place, missing, 'linux');
    await store.set('shelly', 'open sesame');
    expect(await store.get('shelly')).toEqual({ ok: true, value: 'open sesame' });
    expect(readFileSync(join(place, 'secrets.json'), 'utf8')).not.toContain(
      Buffer.from('open sesame').toString('base64'),
    );
    expect(missing.list().join()).toContain('no keychain');
    expect(store.protection).toContain('key lies beside it');
  });
});

describe('words of a notification', () => {
  it('stay within their bytes and are never cut inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 8, max: 200 }), (text, bytes) => {
        const cut = cutToBytes(text, bytes);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        if (Buffer.byteLength(text) <= bytes) expect(cut).toBe(text);
        else expect(text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });
  it.each([
    [{ fromMinute: 1320, toMinute: 420 }, 1380, true],
    [{ fromMinute: 1320, toMinute: 420 }, 60, true],
    [{ fromMinute: 1320, toMinute: 420 }, 420, false],
    [{ fromMinute: 60, toMinute: 120 }, 60, true],
    [{ fromMinute: 60, toMinute: 120 }, 120, false],
    [{ fromMinute: 60, toMinute: 60 }, 60, false],
    [null, 60, false],
  ])('quiet hours %o at minute %d: %s', (quiet, minute, expected) => {
    expect(isQuiet(quiet, minute)).toBe(expected);
  });
});

describe('quiet hours of the house', () => {
  it('are minutes of its day', () => {
    expect(minutesOf({ from: '22:30', to: '07:05' })).toEqual({ fromMinute: 1350, toMinute: 425 });
    expect(minutesOf(null)).toBeNull();
  });
});

describe('the STOP shortcut', () => {
  it('is offered, and its refusal is reported', () => {
    const missing = createMissing();
    const taken = createStopShortcut({ register: () => false, unregister: () => undefined }, missing, () => undefined);
    expect(taken.hold('Control+Alt+.')).toBe(false);
    expect(missing.list()).toHaveLength(1);
    taken.hold(null);
    expect(missing.list()).toEqual([]);
  });
});

describe('a tray', () => {
  const busSays = (stdout: string, error: Error | null = null) =>
    ((_file: string, _args: string[], _options: object, done: (error: Error | null, stdout: string) => void) =>
      done(error, stdout)) as never;
  it.each([
    ['linux', busSays('(true,)\n'), true],
    ['linux', busSays('(false,)\n'), false],
    ['linux', busSays('', new Error('no gdbus')), false],
    ['darwin', busSays(''), true],
    ['win32', busSays(''), true],
  ] as const)('on %s is confirmed only where somebody shows it', async (platform, run, expected) => {
    expect(await hasTrayHost(platform, run)).toBe(expected);
  });
});

describe('requests of the desktop', () => {
  it('answer a proposal each for itself, so that the late one hears what was decided and by whom', async () => {
    const house = createFakeHouse();
    const requests = createRequests(house, 'ada', log);
    house.propose();
    const [proposal] = await requests.proposals();
    if (!proposal) throw new Error('no proposal');
    expect(await requests.answer(proposal, 'approve', 'notification')).toBeNull();
    expect(await requests.answer(proposal, 'deny', 'tray')).toContain('ada approved this');
    // The same answer again is the same decision; on another surface it says whose it was.
    expect(await requests.answer(proposal, 'approve', 'notification')).toBeNull();
    expect(await requests.answer(proposal, 'approve', 'tray')).toContain('ada approved this');
    expect(new Set(house.asked.map(({ key }) => key)).size).toBe(house.asked.length);
  });
  it('pause each running miner for one hour through the one way to hardware', async () => {
    const house = createFakeHouse();
    const requests = createRequests(house, 'ada', log);
    const miners = ['a', 'b'].map((deviceId) => ({ deviceId, channelId: 'switch:0' }));
    expect(await requests.pauseMiners(miners as never, 'tray')).toBeNull();
    expect(house.asked.map(({ name, input, surface }) => ({ name, input, surface }))).toEqual(
      miners.map((miner) => ({
        name: 'control.set',
        surface: 'tray',
        input: expect.objectContaining({ ...miner, value: false, holdMs: 3_600_000, who: 'ada' }),
      })),
    );
  });
  it('say what was not done', async () => {
    const house = { ...createFakeHouse(), handle: () => Promise.reject(new Error('a bug')) };
    expect(await createRequests(house, 'ada', log).stop('tray')).toContain('a bug');
  });
});
