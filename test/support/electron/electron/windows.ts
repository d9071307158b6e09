import type { BrowserWindowStandIn } from './browser-window.ts';

/** Every window that was not destroyed yet; here, so that app and BrowserWindow need not know each other. */
export const openWindows = new Set<BrowserWindowStandIn>();
