import { EventEmitter } from 'node:events';
import { problem, record } from '../record.ts';

const ROLES = new Set(
  (
    'undo redo cut copy paste pasteandmatchstyle delete selectall reload forcereload toggledevtools resetzoom zoomin ' +
    'zoomout togglefullscreen window minimize close help about services hide hideothers unhide quit zoom front appmenu ' +
    'filemenu editmenu viewmenu windowmenu'
  ).split(' '),
);
const TYPES = new Set(['normal', 'separator', 'submenu', 'checkbox', 'radio', 'header', 'palette']);

/** The part of Electron's template that the application uses. */
export interface Template {
  readonly id?: string;
  readonly label?: string;
  readonly type?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly visible?: boolean;
  readonly checked?: boolean;
  readonly accelerator?: string;
  readonly submenu?: Menu | readonly Template[];
  readonly click?: (item: MenuItem, window: unknown, event: object) => void;
}

type QuitHook = () => void;
let quit: QuitHook = () => problem('the role quit was clicked before the app stood');
/** The role `quit` belongs to app; it registers itself here, so that menus need not know it. */
export const onQuitRole = (hook: QuitHook): void => {
  quit = hook;
};

export class MenuItem {
  readonly id: string;
  label: string;
  readonly type: string;
  readonly role: string | undefined;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  private readonly onClick: Template['click'];

  constructor(template: Template) {
    if (template.role && !ROLES.has(template.role.toLowerCase())) problem(`unknown menu role: ${template.role}`);
    const { submenu } = template;
    this.submenu = submenu && !(submenu instanceof Menu) ? Menu.buildFromTemplate(submenu) : submenu;
    this.type = template.type ?? (this.submenu ? 'submenu' : 'normal');
    if (!TYPES.has(this.type)) throw new Error(`Unknown menu item type: ${this.type}`);
    if (this.type === 'submenu' && !this.submenu) throw new Error('Invalid submenu');
    this.id = template.id ?? '';
    this.label = template.label ?? template.role ?? '';
    this.role = template.role;
    this.enabled = template.enabled ?? true;
    this.visible = template.visible ?? true;
    this.checked = template.checked ?? false;
    this.accelerator = template.accelerator;
    this.onClick = template.click;
  }
  /** What a person does: a disabled item cannot be clicked, a box changes before its handler hears of it. */
  click(): void {
    if (!this.enabled) throw new Error(`the menu item "${this.label}" is disabled`);
    if (this.type === 'checkbox') this.checked = !this.checked;
    if (this.type === 'radio') this.checked = true;
    if (this.role?.toLowerCase() === 'quit') quit();
    else this.onClick?.(this, undefined, {});
  }
}

export class Menu extends EventEmitter {
  readonly items: MenuItem[] = [];
  static buildFromTemplate(template: readonly Template[]): Menu {
    const menu = new Menu();
    for (const entry of template) {
      if (!entry.role && entry.type !== 'separator' && entry.label === undefined && !entry.submenu)
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
      menu.items.push(new MenuItem(entry));
    }
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    record.applicationMenu = menu;
  }
  static getApplicationMenu(): Menu | null {
    return record.applicationMenu;
  }
  popup(): void {
    problem('Menu.popup is not emulated');
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}
