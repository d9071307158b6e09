import type { Clock } from '../clock.ts';
import { createHttpClient } from '../http/http-client.ts';
import { createRateLimiter, type RateLimiter } from '../http/rate-limiter.ts';
import type { Log } from '../log.ts';
import type { DriverDeps } from './types.ts';

/** What every driver of one house is given; limiters are shared between the devices of an account. */
export const createDriverDeps = ({ clock, log }: { readonly clock: Clock; readonly log: Log }): DriverDeps => {
  const limiters = new Map<string, RateLimiter>();
  return {
    clock,
    log,
    http: createHttpClient({ clock }),
    limiterOf: (account, rule) => {
      const known = limiters.get(account) ?? createRateLimiter({ clock, ...rule });
      limiters.set(account, known);
      return known;
    },
  };
};
