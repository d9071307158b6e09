import type { BrowserWindow, IpcMain, IpcMainInvokeEvent } from 'electron';
import { EVENT_CHANNEL, REQUEST_CHANNEL, type Reply } from '../../preload/contract.ts';
import type { PushedEvent } from '../gateway/types.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Home } from './address.ts';
import type { DesktopCenter, OpenPush } from './types.ts';

/** A bulk import of devices is the largest honest request, and stays far below. */
const MAX_REQUEST_CHARACTERS = 1_000_000;

type RefusedBecause = 'no-frame' | 'subframe' | 'foreign' | 'oversized';
type Frame = Pick<Electron.WebFrameMain, 'url' | 'parent'> | null;

/** Why a message of this frame is not heard, or undefined where it is. The frame is null after a navigation. */
export const refusalOf = (frame: Frame, home: Home): RefusedBecause | undefined => {
  if (frame === null) return 'no-frame';
  if (frame.parent !== null) return 'subframe';
  return home.owns(frame.url) ? undefined : 'foreign';
};

const isOversized = (request: unknown): boolean => {
  try {
    return (JSON.stringify(request) ?? '').length > MAX_REQUEST_CHARACTERS;
  } catch {
    return true; // What JSON cannot hold (a cycle, a bigint) is no request of the contract.
  }
};

const REFUSED: Reply<never> = {
  ok: false,
  problem: {
    code: 'request.refused',
    kind: 'permanent',
    message: 'The request was refused before it reached the center.',
    advice: 'Reload the window.',
  },
};

interface IpcDeps {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>;
  readonly home: Home;
  readonly center: DesktopCenter;
  readonly openPush: OpenPush;
  readonly log: Log;
}

type Watched = Pick<BrowserWindow, 'isDestroyed' | 'isVisible' | 'isMinimized' | 'on'> & {
  readonly webContents: Pick<Electron.WebContents, 'send' | 'on' | 'once'>;
};

export interface Ipc {
  /** Pushes events to this window while it can be seen; ends with its page. */
  attach(window: Watched): void;
  /** Messages that were refused, by reason. */
  refused(): Readonly<Record<RefusedBecause, number>>;
  stop(): void;
}

/** The window's door: one request channel in, one event channel out. Knows no name of the domain but the snapshot's. */
export const createIpc = (deps: IpcDeps): Ipc => {
  const { ipcMain, home, center, openPush, log } = deps;
  const counts: Record<RefusedBecause, number> = { 'no-frame': 0, subframe: 0, foreign: 0, oversized: 0 };

  ipcMain.handle(REQUEST_CHANNEL, (event: IpcMainInvokeEvent, request: unknown) => {
    // Read at once: the frame may be gone after the first await.
    const because = refusalOf(event.senderFrame, home) ?? (isOversized(request) ? 'oversized' : undefined);
    if (because) {
      counts[because] += 1;
      log.warn('A message was refused', { because });
      return REFUSED;
    }
    return center.handle(request, { surface: 'window' }).catch((thrown: unknown): Reply<never> => {
      log.error('The center threw at the door', { message: messageOf(thrown) });
      return {
        ok: false,
        problem: {
          code: 'center.bug',
          kind: 'permanent',
          message: 'The center failed inside.',
          advice: 'The log names the cause. Look at the action log before you try again.',
        },
      };
    });
  });

  const snapshot = async (send: (event: PushedEvent) => void): Promise<void> => {
    const status = center.status();
    const siteId = status.activeSiteId;
    send({ name: 'status', payload: status });
    send({ name: 'stop', payload: status.stop });
    send({ name: 'mode', payload: { siteId, mode: status.mode } });
    send({ name: 'proposals', payload: { siteId, pending: status.pendingProposals } });
    send({ name: 'devices', payload: { siteId, at: status.now } });
    const live = await center.handle({ kind: 'query', name: 'site.live', input: { siteId } }, { surface: 'window' });
    if (live.ok) send({ name: 'live', payload: live.value });
  };

  return {
    refused: () => ({ ...counts }),
    stop: () => ipcMain.removeHandler(REQUEST_CHANNEL),
    attach: (window) => {
      let push: { close(): void } | null = null;
      const send = (event: PushedEvent): void => {
        if (push && !window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, event);
      };
      const end = (): void => {
        push?.close();
        push = null;
      };
      const begin = (): void => {
        if (push || window.isDestroyed() || !window.isVisible() || window.isMinimized()) return;
        push = openPush(center.bus, send);
        snapshot(send).catch((thrown: unknown) =>
          log.error('No snapshot for the window', { message: messageOf(thrown) }),
        );
      };
      window.on('show', begin);
      window.on('restore', begin);
      // Nothing waits for a window that nobody sees: it gets one snapshot when it shows.
      window.on('hide', end);
      window.on('minimize', end);
      // A page that loaded anew knows nothing yet.
      window.webContents.on('did-finish-load', () => {
        end();
        begin();
      });
      window.webContents.once('destroyed', end);
      begin();
    },
  };
};
