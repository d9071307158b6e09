import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { ok, type Result } from '../../result.ts';
import type { CgminerLink } from './cgminer-link.ts';
import { avalonIsOff } from './cgminer-readings.ts';
import type { CgminerWorld } from './cgminer-world.ts';
import { cannotPause, refusedByMiner, sessionTaken, unreadable } from './failures.ts';
import { textIn } from './loose-json.ts';

/** How each firmware behind the cgminer API is paused, and how one sees that it is. */
export interface CgminerPause {
  /** Null where the firmware cannot pause. */
  isPaused(world: CgminerWorld, signal: AbortSignal): Promise<Result<boolean | null>>;
  setMining(world: CgminerWorld, on: boolean, signal: AbortSignal): Promise<Result<void>>;
}

/** Avalon takes the moment of its soft off and on as a time; a few seconds ahead, as its own tools do. */
const AVALON_LEAD_S = 5;

export const createCgminerPause = (link: CgminerLink, clock: Clock, log: Log): CgminerPause => {
  const done = async (work: Promise<Result<unknown>>): Promise<Result<void>> => {
    const result = await work;
    return result.ok ? ok(undefined) : result;
  };

  /** LuxOS bears one login at a time: it is freed whatever came of the command. */
  const curtail = async (how: 'sleep' | 'wakeup', signal: AbortSignal): Promise<Result<void>> => {
    const logon = await link.send({ command: 'logon' }, 'the login', signal);
    if (!logon.ok) return logon;
    const { letter, message } = logon.value.status;
    if (letter === 'E' || letter === 'F')
      return /session|logged/i.test(message)
        ? sessionTaken(link.address)
        : refusedByMiner(link.address, 'the login', message);
    const session = textIn(logon.value.rows('SESSION')[0]?.get('SessionID'));
    if (session === null) return unreadable(link.address, 'the login', 'it names no session');
    const answered = await done(link.ask('curtail', signal, `${session},${how}`));
    const freed = await link.ask('logoff', signal, session);
    if (!freed.ok) log.info('A login of a miner could not be freed.', { address: link.address });
    return answered;
  };

  return {
    isPaused: async (world, signal) => {
      switch (world) {
        case 'luxos': {
          const config = await link.ask('config', signal);
          if (!config.ok) return config;
          const mode = textIn(config.value.rows('CONFIG')[0]?.get('CurtailMode'));
          return mode === null
            ? unreadable(link.address, 'its curtailment', 'it does not say')
            : ok(mode.toLowerCase() !== 'none');
        }
        case 'avalon': {
          const stats = await link.ask('stats', signal);
          return stats.ok ? ok(avalonIsOff(stats.value.rows('STATS'))) : stats;
        }
        case 'braiins': {
          // While the mining service rests, the commands about boards answer "Unavailable".
          const details = await link.send({ command: 'devdetails' }, 'its boards', signal);
          return details.ok ? ok(/unavailable/i.test(details.value.status.message)) : details;
        }
        case 'stock':
          return ok(null);
      }
    },
    setMining: async (world, on, signal) => {
      switch (world) {
        case 'luxos':
          return curtail(on ? 'wakeup' : 'sleep', signal);
        case 'avalon': {
          const at = Math.floor(clock.now() / 1000) + AVALON_LEAD_S;
          return done(link.ask('ascset', signal, `0,${on ? 'softon' : 'softoff'},1:${at}`));
        }
        case 'braiins':
          return done(link.ask(on ? 'resume' : 'pause', signal));
        case 'stock':
          return cannotPause(link.address);
      }
    },
  };
};
