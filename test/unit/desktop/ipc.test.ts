import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createHome } from '../../../main/desktop/address.ts';
import { createIpc, type Ipc, refusalOf } from '../../../main/desktop/ipc.ts';
import { createEventPush } from '../../../main/gateway/event-push.ts';
import { createGateway } from '../../../main/gateway/gateway.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { EVENT_CHANNEL, REQUEST_CHANNEL, type Reply } from '../../../preload/contract.ts';
import { createFakeHouse } from '../../support/desktop/fake-house.ts';
import { ipcMain } from '../../support/electron/electron/ipc-main.ts';

const home = createHome();
const ours = { url: 'app://home/', parent: null };
const clock = replayClock(0);
const log = createLog(memorySink(), clock);

describe('the sender of a message', () => {
  it.each([
    ['the page itself', 'app://home/', undefined],
    ['a page of ours with path and fragment', 'app://home/index.html#/control', undefined],
    ['another host', 'app://evil/', 'foreign'],
    ['a look-alike host', 'app://home.evil/', 'foreign'],
    ['a host that begins like ours', 'app://homes/', 'foreign'],
    ['a name before the host', 'app://home@evil/', 'foreign'],
    ['a user name in front of our host', 'app://me@home/', 'foreign'],
    ['another port', 'app://home:1/', 'foreign'],
    ['another scheme', 'https://home/', 'foreign'],
    ['our address in a query', 'https://x/?next=app://home', 'foreign'],
    ['a file', 'file:///app://home/', 'foreign'],
    ['no address', '', 'foreign'],
    ['a data page', 'data:text/html,app://home/', 'foreign'],
  ])('%s', (_name, url, because) => {
    expect(refusalOf({ url, parent: null }, home)).toBe(because);
  });
  it('has a frame', () => expect(refusalOf(null, home)).toBe('no-frame'));
  it('is the main frame', () => {
    const parent = { url: ours.url } as Electron.WebFrameMain;
    expect(refusalOf({ url: ours.url, parent }, home)).toBe('subframe');
  });
});

const invoke = async (senderFrame: unknown, request: unknown): Promise<Reply<unknown>> => {
  const handler = ipcMain._handlers.get(REQUEST_CHANNEL);
  return (await handler?.({ senderFrame } as Electron.IpcMainInvokeEvent, request)) as Reply<unknown>;
};
const codeOf = (reply: Reply<unknown>): string => (reply.ok ? 'ok' : reply.problem.code);

describe('the request channel', () => {
  const idempotency = { get: () => undefined, put: () => undefined } as never;
  const handlers = { 'center.status': () => ({ ok: true, value: 'fine' }) } as never;
  const gateway = createGateway({ queryHandlers: handlers, commandHandlers: {} as never, idempotency, clock, log });
  const center = { ...createFakeHouse(), handle: gateway.handle };
  let ipc: Ipc;
  beforeEach(() => {
    ipc = createIpc({ ipcMain, home, center, log, openPush: () => ({ close: () => undefined }) });
  });
  afterEach(() => ipc.stop());

  it('passes an honest request on', async () => {
    expect(codeOf(await invoke(ours, { kind: 'query', name: 'center.status', input: {} }))).toBe('ok');
  });
  it.each([
    ['an unknown name', { kind: 'query', name: 'house.burn', input: {} }, 'request.unknown'],
    ['a name of the prototype', { kind: 'query', name: 'constructor', input: {} }, 'request.unknown'],
    ['an extra key', { kind: 'query', name: 'center.status', input: {}, also: 1 }, 'request.malformed'],
    ['an extra key in the input', { kind: 'query', name: 'center.status', input: { also: 1 } }, 'input.invalid'],
    ['no object', 'center.status', 'request.malformed'],
    ['nothing', undefined, 'request.malformed'],
    ['too much', { kind: 'query', name: 'center.status', input: 'x'.repeat(1_000_001) }, 'request.refused'],
    ['what JSON cannot hold', { kind: 'query', name: 'center.status', input: 1n }, 'request.refused'],
  ])('refuses %s', async (_name, request, code) => {
    expect(codeOf(await invoke(ours, request))).toBe(code);
  });
  it('counts what it refused, and lets none of it through', async () => {
    let heard = 0;
    ipc.stop();
    const counting = {
      ...center,
      handle: async () => {
        heard += 1;
        return { ok: true, value: null } as const;
      },
    };
    ipc = createIpc({ ipcMain, home, center: counting, log, openPush: () => ({ close: () => undefined }) });
    const request = { kind: 'query', name: 'center.status', input: {} };
    await invoke(null, request);
    await invoke({ url: 'app://evil/', parent: null }, request);
    await invoke({ url: 'app://home/', parent: {} }, request);
    await invoke(ours, { ...request, input: 'x'.repeat(1_000_001) });
    expect(ipc.refused()).toEqual({ 'no-frame': 1, foreign: 1, subframe: 1, oversized: 1 });
    expect(heard).toBe(0);
  });
  it('answers where the center throws', async () => {
    ipc.stop();
    const broken = { ...center, handle: () => Promise.reject(new Error('a bug')) };
    ipc = createIpc({ ipcMain, home, center: broken, log, openPush: () => ({ close: () => undefined }) });
    expect(codeOf(await invoke(ours, {}))).toBe('center.bug');
  });
});

describe('pushes', () => {
  const windowOf = (visible: boolean) => {
    const sent: { name: string; payload: unknown }[] = [];
    const contents = Object.assign(new EventEmitter(), {
      send: (channel: string, event: { name: string; payload: unknown }) => {
        if (channel === EVENT_CHANNEL) sent.push(event);
      },
    });
    const state = { visible, minimized: false, destroyed: false };
    const emitter = new EventEmitter();
    const window = Object.assign(emitter, {
      webContents: contents,
      isDestroyed: () => state.destroyed,
      isVisible: () => state.visible,
      isMinimized: () => state.minimized,
    });
    return { sent, state, emitter, contents, window: window as never };
  };
  const begin = () => {
    const time = replayClock(0);
    const house = createFakeHouse();
    const openPush = (bus: typeof house.bus, send: Parameters<typeof createEventPush>[2]) =>
      createEventPush(bus, time, send);
    const ipc = createIpc({ ipcMain, home, center: house, log, openPush });
    return { time, house, ipc };
  };
  const SNAPSHOT = ['status', 'stop', 'mode', 'proposals', 'devices', 'live'];

  it('begin nothing for a window that is gone when its page has loaded', async () => {
    const { time, house, ipc } = begin();
    const page = windowOf(false);
    ipc.attach(page.window);
    Object.assign(page.state, { destroyed: true, visible: true });
    page.contents.emit('did-finish-load');
    await time.advance(0);
    expect(page.sent).toEqual([]);
    expect(house.bus.listenerCount()).toBe(0);
    ipc.stop();
  });

  it('begin with a snapshot and coalesce, newest first to win', async () => {
    const { time, house, ipc } = begin();
    const page = windowOf(true);
    ipc.attach(page.window);
    await time.advance(0);
    expect(page.sent.map(({ name }) => name)).toEqual(SNAPSHOT);
    page.sent.length = 0;
    for (let socPct = 1; socPct <= 50; socPct += 1) house.measure(socPct);
    await time.advance(250);
    expect(page.sent.map(({ payload }) => (payload as { socPct: { value: number } }).socPct.value)).toEqual([50]);
    ipc.stop();
  });
  it('drop everything for a hidden window and send one snapshot when it shows', async () => {
    const { time, house, ipc } = begin();
    const page = windowOf(true);
    ipc.attach(page.window);
    await time.advance(0);
    page.state.visible = false;
    page.emitter.emit('hide');
    page.sent.length = 0;
    for (let socPct = 1; socPct <= 50; socPct += 1) house.measure(socPct);
    await time.advance(10_000);
    expect(page.sent).toEqual([]);
    expect(house.bus.listenerCount()).toBe(0);
    page.state.visible = true;
    page.emitter.emit('show');
    await time.advance(10_000);
    expect(page.sent.map(({ name }) => name)).toEqual(SNAPSHOT);
    ipc.stop();
  });
  it('end with the page: a hundred windows leave no listener and no timer', async () => {
    const { time, house, ipc } = begin();
    for (let turn = 0; turn < 100; turn += 1) {
      const page = windowOf(true);
      ipc.attach(page.window);
      house.measure(turn);
      page.contents.emit('destroyed');
    }
    await time.advance(0);
    expect(house.bus.listenerCount()).toBe(0);
    expect(time.pendingTimers()).toBe(0);
    ipc.stop();
  });
});
