import type { PowerMonitor, PowerSaveBlocker } from 'electron';
import type { EventBus } from '../events.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { DesktopCenter } from './types.ts';

interface PowerDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'on' | 'off'>;
  readonly powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'>;
  readonly center: Pick<DesktopCenter, 'suspend' | 'resume' | 'status'>;
  readonly bus: EventBus;
  readonly log: Log;
  /** Whether the person agreed that the machine stays awake while automation is on. */
  readonly keepAwake: () => boolean;
  /** The operating system goes down: end in order. */
  readonly quit: () => void;
}

export interface Power {
  /** Looks again at mode and preference. */
  refresh(): void;
  isHeldAwake(): boolean;
  stop(): void;
}

/**
 * Sleep, wake and shutdown of the machine. The centre is told before sleep, which may cut it off; devices' own timers
 * are the backstop. Sleep is only held off while automation is on and the person agreed; a closed lid wins anyway.
 */
export const createPower = (deps: PowerDeps): Power => {
  const { powerMonitor, powerSaveBlocker, center, bus, log } = deps;
  let blocker: number | null = null;

  const suspend = (): void => {
    log.info('The machine goes to sleep');
    center.suspend().catch((thrown: unknown) => log.error('Not ready for sleep', { message: messageOf(thrown) }));
  };
  const resume = (): void => {
    log.info('The machine woke up');
    center.resume();
  };
  const refresh = (): void => {
    const { mode, stop } = center.status();
    const wanted = deps.keepAwake() && mode === 'automate' && stop === null;
    if (wanted && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  powerMonitor.on('suspend', suspend);
  powerMonitor.on('resume', resume);
  powerMonitor.on('shutdown', deps.quit);
  const removers = [bus.on('mode', refresh), bus.on('stop', refresh), bus.on('status', refresh)];
  refresh();
  return {
    refresh,
    isHeldAwake: () => blocker !== null,
    stop: () => {
      powerMonitor.off('suspend', suspend);
      powerMonitor.off('resume', resume);
      powerMonitor.off('shutdown', deps.quit);
      for (const remove of removers) remove();
      if (blocker !== null) powerSaveBlocker.stop(blocker);
      blocker = null;
    },
  };
};
