import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { WebPreferences } from 'electron';
import type { Session } from './cdp.ts';
import { makeCodec } from './codec.ts';
import { makeBridge } from './inject-bridge.ts';
import { mainWorld } from './inject-page.ts';
import { isolatedWorld } from './inject-preload.ts';
import { problem } from './record.ts';

/** The isolated world in which the preload runs. */
export const WORLD = 'ElectronPreload';

/** Only the main frame has a preload, and `about:blank` is the page before the first address. */
const GUARD = 'if (window !== window.top || location.href === "about:blank") return;';

const preloadSource = ({ preload, additionalArguments }: WebPreferences): string | undefined => {
  if (!preload) return undefined;
  if (!path.isAbsolute(preload)) problem(`the path of the preload is not absolute: ${preload}`);
  if (existsSync(preload)) {
    const setup = JSON.stringify({
      platform: process.platform,
      arch: process.arch,
      versions: { electron: process.versions['electron'], node: process.versions.node },
      argv: additionalArguments ?? [],
    });
    const body = `function (require, module, exports, process, global) {\n${readFileSync(preload, 'utf8')}\n}`;
    return `(${makeCodec})(), ${setup}, ${body}`;
  }
  problem(`Unable to load preload script: ${preload}`);
  return undefined;
};

/** Puts the page's and the preload's ends of the bridge into every document before its first script. */
export const injectScripts = async (cdp: Session, secret: string, prefs: WebPreferences): Promise<void> => {
  const toMain = JSON.stringify(`s${secret}m`);
  const toIsolated = JSON.stringify(`s${secret}i`);
  const add = (source: string, world: object = {}): Promise<unknown> =>
    cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: `(() => { ${GUARD} ${source} })();`, ...world });
  await add(`(${mainWorld})((${makeBridge})(${toMain}, ${toIsolated}), ${JSON.stringify(`ask${secret}`)});`);
  const preload = preloadSource(prefs);
  if (preload)
    await add(`(${isolatedWorld})((${makeBridge})(${toIsolated}, ${toMain}), ${preload});`, { worldName: WORLD });
};
