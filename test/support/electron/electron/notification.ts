import { EventEmitter } from 'node:events';
import type { NotificationConstructorOptions } from 'electron';
import { record, strict } from '../record.ts';
import { app } from './app.ts';

/** Shown at once unless the spec says that this desktop has none; then `failed`, as unsigned macOS answers. */
export class NotificationStandIn extends EventEmitter {
  readonly options: NotificationConstructorOptions;
  shown = false;
  closed = false;

  static isSupported(): boolean {
    return !record.lacks.notifications;
  }
  constructor(options: NotificationConstructorOptions = {}) {
    super();
    this.options = options;
    // biome-ignore lint/correctness/noConstructorReturn: the caller must hold the strict view.
    return strict('Notification', this);
  }
  get title(): string {
    return this.options.title ?? '';
  }
  get body(): string {
    return this.options.body ?? '';
  }
  show(): void {
    if (!app.isReady()) throw new Error('Cannot create Notification before app is ready');
    if (record.lacks.notifications) {
      this.emit('failed', {}, 'notifications are not available');
      return;
    }
    this.shown = true;
    record.notifications.push(this);
    this.emit('show', {});
  }
  close(): void {
    this.closed = true;
    this.emit('close', {});
  }
  /** For specs: a person presses the button with this index. */
  press(actionIndex: number): void {
    this.emit('action', { actionIndex, selectionIndex: -1 }, actionIndex, -1);
  }
}
