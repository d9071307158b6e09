import type { Bridge } from '../../preload/contract.ts';
import { linkLost, linkOpened } from './link.ts';
import { createSocketBridge } from './socket-bridge.ts';

declare global {
  interface Window {
    /** Put there by the preload under Electron; absent in a browser. */
    readonly bridge?: Bridge;
  }
}

let made: Bridge | null = null;

/** The door to the center: the preload's where there is one, else a WebSocket to the host that served the page. */
export const bridge = (): Bridge => {
  if (made) return made;
  if (window.bridge) {
    made = window.bridge;
    linkOpened();
  } else {
    made = createSocketBridge({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/bridge`,
      open: (url) => new WebSocket(url),
      onOpen: linkOpened,
      onLost: linkLost,
    });
  }
  return made;
};
