import { EventEmitter } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fromBrowser } from '../address.ts';
import type { Cdp } from '../cdp.ts';
import { record, strict } from '../record.ts';
import { defaultSession } from './session.ts';

class DownloadItemStandIn extends EventEmitter {
  private readonly url: string;
  private readonly filename: string;
  private state = 'progressing';
  private savePath = '';
  _dialog: object | undefined;
  constructor(url: string, filename: string) {
    super();
    this.url = url;
    this.filename = filename;
  }
  getURL(): string {
    return this.url;
  }
  getFilename(): string {
    return this.filename;
  }
  getState(): string {
    return this.state;
  }
  getSavePath(): string {
    return this.savePath;
  }
  setSavePath(savePath: string): void {
    this.savePath = savePath;
  }
  setSaveDialogOptions(options: object): void {
    this._dialog = options;
  }
  _finish(state: string): void {
    this.state = state;
    record.downloads.push({ url: this.url, state, path: this.savePath });
    this.emit('done', {}, state);
  }
}

interface Begun {
  readonly guid: string;
  readonly url: string;
  readonly suggestedFilename: string;
}

/** Lets the browser download into a folder of its own, then asks the application, then the save dialog. */
export const watchDownloads = async (cdp: Cdp): Promise<void> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'standin-downloads-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const items = new Map<string, DownloadItemStandIn>();
  cdp.on<Begun>('Browser.downloadWillBegin', (begun) => {
    const item = new DownloadItemStandIn(fromBrowser(begun.url), begun.suggestedFilename);
    const seen = strict('DownloadItem', item);
    let prevented = false;
    const event = {
      preventDefault: () => {
        prevented = true;
      },
    };
    defaultSession.emit('will-download', event, seen, undefined);
    if (!prevented && !item.getSavePath()) {
      record.dialogs.push({ kind: 'saveDownload', options: item._dialog });
      const answer = record.dialogAnswers.shift() as { filePath?: string } | undefined;
      if (answer?.filePath) item.setSavePath(answer.filePath);
      else prevented = true;
    }
    if (!prevented) return void items.set(begun.guid, item);
    void cdp.send('Browser.cancelDownload', { guid: begun.guid }).catch(() => undefined);
    item._finish('cancelled');
  });
  cdp.on<{ guid: string; state: string }>('Browser.downloadProgress', ({ guid, state }) => {
    const item = items.get(guid);
    if (!item || state === 'inProgress') return;
    items.delete(guid);
    if (state === 'completed') copyFileSync(path.join(folder, guid), item.getSavePath());
    item._finish(state === 'completed' ? 'completed' : 'interrupted');
  });
  await cdp.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath: folder,
    eventsEnabled: true,
  });
};
