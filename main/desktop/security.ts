import { extname, join } from 'node:path';
import type { App, Session, WebContents } from 'electron';
import type { Log } from '../log.ts';
import type { Home } from './address.ts';

const EXPORTS: readonly string[] = ['.csv', '.json', '.txt'];

const isExport = (address: string, filename: string, home: Home): boolean =>
  address.startsWith('blob:') && home.owns(address.slice('blob:'.length)) && EXPORTS.includes(extname(filename));

/** Letters, digits and a few marks: the name comes from the page and goes into a path. */
const safeName = (filename: string): string => filename.replace(/[^\p{L}\p{N} ._-]/gu, '_').slice(-120);

/** Denies what Chromium would grant: permissions, devices, downloads but our export, requests to anyone else. */
export const guardSession = (session: Session, home: Home, downloadsFolder: string, log: Log): void => {
  session.setPermissionRequestHandler((_contents, permission, done) => {
    log.warn('A permission was denied', { permission });
    done(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    const filename = safeName(item.getFilename());
    if (!isExport(item.getURL(), filename, home)) {
      log.warn('A download was denied', { filename });
      return event.preventDefault();
    }
    // A save dialog always asks: a page never writes to the disk by itself.
    item.setSaveDialogOptions({ title: 'Export', defaultPath: join(downloadsFolder, filename) });
  });
  if (home.isDevelopment) return; // The development server needs its own socket.
  session.webRequest.onBeforeRequest((details, answer) => {
    const ours = home.owns(details.url) || /^(?:data|blob|devtools):/.test(details.url);
    if (!ours) log.warn('A request was denied', { address: details.url.slice(0, 200) });
    answer({ cancel: !ours });
  });
};

const guardContents = (contents: WebContents, home: Home, log: Log): void => {
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (home.owns(event.url)) return;
    log.warn('A navigation was denied', { address: event.url.slice(0, 200) });
    event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    log.warn('A window was denied', { address: url.slice(0, 200) });
    return { action: 'deny' };
  });
};

/** Every page that this application ever creates stays on its own address and opens no window. */
export const guardAllContents = (app: App, home: Home, log: Log): void => {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, home, log));
};
