import type { EventBus } from '../../events.ts';
import type { SiteId } from '../../ids.ts';

export interface HouseHeard {
  /** Plan the site soon, with what comes meanwhile. */
  soon(siteId: SiteId, why: string): void;
  /** The same, but not again and again for what comes and goes. */
  soonIfRested(siteId: SiteId, why: string): void;
  allSoon(why: string): void;
  /** Act on the plan in force now. */
  look(): void;
  /** What is wanted has changed: the plan in force answers another question. */
  changed(siteId: SiteId): void;
  /** What was refused is tried again. */
  forget(): void;
  /** Timers are not to be trusted. */
  jumped(): void;
}

/** What in the house asks for a new plan. Answers the functions that end the listening. */
export const hearHouse = (bus: EventBus, heard: HouseHeard): readonly (() => void)[] => [
  bus.on('forecast', ({ siteId }) => heard.soon(siteId, 'A new forecast came.')),
  bus.on('feeds', ({ siteId, topic }) => {
    if (topic === 'price' || topic === 'carbon') heard.soon(siteId, 'New prices came.');
  }),
  bus.on('settings', ({ siteId }) => {
    heard.changed(siteId);
    heard.soon(siteId, 'Settings were changed.');
  }),
  bus.on('mode', ({ siteId }) => {
    heard.forget();
    heard.look();
    heard.soon(siteId, 'The mode was changed.');
  }),
  bus.on('deviceState', ({ siteId, state }) => {
    if (state === 'online') heard.soonIfRested(siteId, 'A device is back.');
  }),
  bus.on('stop', (state) => {
    heard.look();
    if (state === null) heard.allSoon('The stop was released.');
  }),
  bus.on('status', () => heard.look()),
  // Missed boundaries are not made up for: what holds now is done now.
  bus.on('timeJump', () => {
    heard.jumped();
    heard.allSoon('The clock jumped, or the machine slept.');
  }),
];
