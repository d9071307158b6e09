import { app } from 'electron';
import type { LiveState } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Missing } from './missing.ts';
import type { Requests } from './requests.ts';
import { createHouseTray, type HouseTray } from './tray.ts';
import { hasTrayHost } from './tray-host.ts';
import { trayModel } from './tray-model.ts';
import type { DesktopCenter } from './types.ts';
import type { DesktopPage } from './window.ts';

/** A menu that changes under the pointer closes on Linux: mere measurements wait this long. */
const LIVE_EVERY_MS = 10_000;

interface TrayLifeDeps {
  readonly imageFolder: string;
  readonly center: DesktopCenter;
  readonly requests: Requests;
  readonly missing: Missing;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: (page?: DesktopPage) => void;
  /** Tells the person of something that was not done. */
  readonly tell: (problem: string | null) => void;
}

export interface TrayLife {
  /** Whether the desktop was seen to show tray icons. */
  isConfirmed(): boolean;
  stop(): void;
}

/** Keeps the tray true: a change of state shows at once, a change of measurements every few seconds. */
export const createTrayLife = async (deps: TrayLifeDeps): Promise<TrayLife> => {
  const { center, requests, missing, clock, log, tell } = deps;
  const { bus } = center;
  let live = await requests.live();
  let proposals = await requests.proposals();
  const model = () => trayModel(center.status(), live, proposals, app.getLocale());

  let tray: HouseTray | null = null;
  try {
    tray = createHouseTray(deps.imageFolder, model(), {
      open: () => deps.open(),
      openApprovals: () => deps.open('approvals'),
      stop: () => void requests.stop('tray').then(tell),
      setMode: (mode) => void requests.setMode(mode, 'tray').then(tell),
      setTestMode: (on) => void requests.setTestMode(on, 'tray').then(tell),
      answer: (proposal, verdict) => void requests.answer(proposal, verdict, 'tray').then(tell),
      pauseMiners: ({ runningMiners }) => void requests.pauseMiners([...runningMiners], 'tray').then(tell),
      quit: () => app.quit(),
    });
  } catch (thrown) {
    log.warn('No tray', { message: messageOf(thrown) });
  }
  const confirmed = tray !== null && (await hasTrayHost(process.platform));
  if (!confirmed) missing.report('tray', 'No tray was found on this desktop: closing the window asks before it hides.');

  let liveShownAtMs = Number.NEGATIVE_INFINITY;
  const show = (): void => tray?.show(model());
  const onLive = (state: LiveState): void => {
    const before = model().level;
    live = state;
    if (model().level === before && clock.monotonicMs() - liveShownAtMs < LIVE_EVERY_MS) return;
    liveShownAtMs = clock.monotonicMs();
    show();
  };
  const removers = [
    bus.on('live', onLive),
    bus.on('status', show),
    bus.on('stop', show),
    bus.on('mode', show),
    bus.on('proposals', () => {
      requests
        .proposals()
        .then((waiting) => {
          proposals = waiting;
          show();
        })
        .catch((thrown: unknown) => log.error('Approvals could not be read', { message: messageOf(thrown) }));
    }),
  ];
  return {
    isConfirmed: () => confirmed,
    stop: () => {
      for (const remove of removers) remove();
      tray?.destroy();
      tray = null;
    },
  };
};
