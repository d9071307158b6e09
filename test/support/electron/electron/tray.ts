import { EventEmitter } from 'node:events';
import { problem, record, strict } from '../record.ts';
import { app } from './app.ts';
import type { Menu } from './menu.ts';
import { imageOf, type Picture } from './native-image.ts';

/** Keeps the last image, tooltip and menu; `menusSet` counts, since Linux shows a change only after a new set. */
export class TrayStandIn extends EventEmitter {
  image: Picture;
  imagePath: string;
  menu: Menu | null = null;
  menusSet = 0;
  toolTip = '';
  private destroyed = false;

  constructor(image: Picture | string, _guid?: string) {
    super();
    if (!app.isReady()) throw new Error('Cannot create Tray before app is ready');
    this.image = imageOf(image);
    this.imagePath = typeof image === 'string' ? image : '';
    if (this.image.isEmpty()) problem('Tray was created with an empty image');
    const self = strict('Tray', this);
    record.trays.push(self);
    // biome-ignore lint/correctness/noConstructorReturn: the caller must hold the strict view.
    return self;
  }
  setContextMenu(menu: Menu | null): void {
    this.menu = menu;
    this.menusSet += 1;
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setImage(image: Picture | string): void {
    this.image = imageOf(image);
    this.imagePath = typeof image === 'string' ? image : '';
    if (this.image.isEmpty()) problem('Tray.setImage was given an empty image');
  }
  getBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 1800, y: 0, width: 24, height: 24 };
  }
  destroy(): void {
    this.destroyed = true;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
}
