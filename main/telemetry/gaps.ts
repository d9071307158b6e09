import type { Clock } from '../clock.ts';
import { channelId, newId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Store } from '../store/types.ts';

/** Shorter silences are no gap: a minute's mean may be missing, no more. */
const GAP_FROM_MS = 120_000;

const spanText = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
};

/** Writes down what is missing and why, and fills nothing in. */
export const createGapNotes = (deps: {
  readonly store: Pick<Store, 'events' | 'series' | 'readings'>;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { store, clock, log } = deps;
  const add = (siteId: SiteId, kind: string, title: string, text: string, body: object): void => {
    try {
      const event = { id: newId('event'), at: clock.now(), level: 'info' as const, title, text, kind };
      store.events.add(siteId, { ...event, body: JSON.stringify(body) });
    } catch (thrown) {
      log.error('A gap could not be noted.', { error: messageOf(thrown) });
    }
  };
  return {
    deviceSilent: (siteId: SiteId, name: string, silentMs: number): void => {
      if (silentMs < GAP_FROM_MS) return;
      const to = clock.now();
      const text = `${name} gave no readings for ${spanText(silentMs)}; the history has a gap there.`;
      add(siteId, 'gap', 'Gap in the measurements', text, { device: name, from: to - silentMs, to });
    },
    slept: (siteId: SiteId, spanMs: number): void => {
      if (spanMs < GAP_FROM_MS) return;
      const to = clock.now();
      const text = `The computer slept or its clock jumped by ${spanText(spanMs)}; nothing was recorded meanwhile.`;
      add(siteId, 'gap', 'Gap in the measurements', text, { from: to - spanMs, to });
    },
    /** At start: since when the application was away. */
    wasAway: (siteId: SiteId): void => {
      const id = store.series.find({ siteId, deviceId: '', channelId: channelId('site:load'), metric: 'powerW' });
      const last = id === undefined ? undefined : store.readings.latest(id);
      const to = clock.now();
      if (!last || to - last.at < GAP_FROM_MS) return;
      const text = `CommandCenter did not run for ${spanText(to - last.at)}; nothing was recorded meanwhile.`;
      add(siteId, 'gap', 'Gap in the measurements', text, { from: last.at, to });
    },
    counterReset: (siteId: SiteId, name: string, valueKwh: number): void =>
      add(
        siteId,
        'counter-reset',
        'An energy counter began anew',
        `The energy counter of ${name} fell or leapt to ${valueKwh.toFixed(2)} kWh and is followed from there; no energy was added or taken.`,
        { device: name, valueKwh },
      ),
  };
};
