import type { Notice } from '../../../preload/contract/house.ts';
import type { MessageSettings, MessengerKind, SentMessage } from '../../../preload/contract/messages.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import { newId, type SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Messengers, Told } from '../../messengers/types.ts';
import { messageOf } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { createDelivery, nameOf } from './delivery.ts';
import { createRoutingDesk, messengerSubject, type RoutingDesk } from './desk.ts';
import { isQuietAt } from './quiet.ts';
import { messageOfSayings, type Parcel, parcelsOf, type Saying } from './wording.ts';

/** The wall clock may jump and quiet hours end by it: while something waits, it is looked at so often. */
const LOOK_EVERY_MS = 60_000;
/** Notices of one cause come within a moment: they are told in one message. */
const GATHER_MS = 1_000;

export interface NoticeRoutingDeps {
  readonly bus: EventBus;
  readonly store: Pick<Store, 'messages' | 'state' | 'events'>;
  readonly messengers: Messengers;
  readonly clock: Clock;
  readonly log: Log;
  /** The open home first: notices are of that one. */
  siteIds(): readonly SiteId[];
  settingsOf(siteId: SiteId): MessageSettings;
  zoneOf(siteId: SiteId): string;
}

export interface NoticeRouting {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
}

const memoryName = (siteId: SiteId): string => `notices:${siteId}`;

/**
 * Decides of each notice whether, when and by whom it is told outside the window, and keeps what came of it in the log of
 * messages. What it decides to tell goes to the bus as `told` too, so that the desktop tells the same and no more.
 */
export const createNoticeRouting = (deps: NoticeRoutingDeps): NoticeRouting => {
  const { bus, store, messengers, clock } = deps;
  const log = deps.log.room('routing');
  const life = new AbortController();
  const desks = new Map<SiteId, RoutingDesk>();
  const failing = new Set<MessengerKind>();
  const onTheWay = new Set<Promise<void>>();
  let ends: (() => void)[] = [];
  let cancelLook: (() => void) | undefined;
  let lookDueMs = Number.POSITIVE_INFINITY;

  const deskOf = (siteId: SiteId): RoutingDesk => {
    const desk = desks.get(siteId) ?? createRoutingDesk(store.state.get(memoryName(siteId)));
    desks.set(siteId, desk);
    return desk;
  };
  const keep = (siteId: SiteId): void => {
    try {
      store.state.set(memoryName(siteId), deskOf(siteId).text());
    } catch (thrown) {
      log.error('What was told could not be remembered', { why: messageOf(thrown) });
    }
  };
  const record = (siteId: SiteId, message: Omit<SentMessage, 'id' | 'at'>): void => {
    try {
      store.messages.add(siteId, { id: newId('msg'), at: clock.now(), ...message });
      bus.emit('messages', { siteId, at: clock.now() });
    } catch (thrown) {
      log.error('A message could not be kept in the log', { title: message.title, why: messageOf(thrown) });
    }
  };

  /** In the window, and by the other messengers. */
  const noteState = (siteId: SiteId, kind: MessengerKind, trouble: string | null): void => {
    if ((trouble !== null) === failing.has(kind)) return;
    if (trouble === null) failing.delete(kind);
    else failing.add(kind);
    const notice: Notice = {
      id: newId('notice'),
      at: clock.now(),
      level: trouble === null ? 'info' : 'attention',
      title: trouble === null ? `${nameOf(kind)} works again` : `${nameOf(kind)} does not take messages`,
      text: trouble ?? 'Messages go out again.',
      subject: messengerSubject(kind),
      recovered: trouble === null,
    };
    try {
      store.events.add(siteId, { ...notice, kind: 'messenger' });
    } catch (thrown) {
      log.error('An event could not be kept', { why: messageOf(thrown) });
    }
    bus.emit('notice', notice);
  };

  const send = async (siteId: SiteId, { kinds, sayings }: Parcel, message: Told): Promise<void> => {
    const desk = deskOf(siteId);
    const excluded = sayings.map(({ except }) => except);
    const others =
      message.level === 'info'
        ? []
        : messengers
            .ready()
            .map(({ kind }) => kind)
            .filter((kind) => !kinds.includes(kind) && !excluded.includes(kind));
    const delivery = createDelivery({
      messengers,
      clock,
      onState: (kind, trouble) => noteState(siteId, kind, trouble),
    });
    const order = { message, kinds, others };
    const note = (by: readonly MessengerKind[], sentence: string): void => {
      for (const saying of sayings) if (saying.what === 'begins' && by.length > 0) desk.toldBy(saying.subject, by);
      keep(siteId);
      record(siteId, { ...message, by: [...by], outcome: by.length > 0 ? 'sent' : 'failed', sentence });
    };
    const first = await delivery.once(order, life.signal);
    if (life.signal.aborted) return;
    note(first.by, first.by.length > 0 ? first.sentence : `${first.sentence} It is tried again.`);
    if (first.by.length > 0) return;
    const wanted = (): boolean => sayings.some(({ what, subject }) => what !== 'begins' || desk.isStillSo(subject));
    const later = await delivery.again(order, wanted, life.signal);
    if (later !== null) note(later.by, `${later.sentence} It was tried again.`);
  };

  const begin = (work: Promise<void>): void => {
    const way = work
      .catch((thrown: unknown) => log.error('A message could not be sent', { why: messageOf(thrown) }))
      .finally(() => onTheWay.delete(way));
    onTheWay.add(way);
  };

  const tell = (siteId: SiteId, sayings: readonly Saying[], settings: MessageSettings): void => {
    const zone = deps.zoneOf(siteId);
    const whole = messageOfSayings(sayings, zone);
    bus.emit('told', { id: newId('told'), at: clock.now(), ...whole });
    const kinds = messengers.ready().map(({ kind }) => kind);
    const parcels = parcelsOf(sayings, kinds, settings.routes);
    if (parcels.length === 0)
      record(siteId, { ...whole, by: [], outcome: 'nobody', sentence: 'No messenger takes messages of this kind.' });
    for (const parcel of parcels) begin(send(siteId, parcel, messageOfSayings(parcel.sayings, zone)));
  };

  const look = (): void => {
    cancelLook?.();
    cancelLook = undefined;
    lookDueMs = Number.POSITIVE_INFINITY;
    const [siteId] = deps.siteIds();
    if (siteId === undefined || life.signal.aborted) return;
    const settings = deps.settingsOf(siteId);
    const now = clock.now();
    const desk = deskOf(siteId);
    const { say, kept } = desk.look(settings, isQuietAt(settings.quiet, now, deps.zoneOf(siteId)), now);
    for (const { notice, outcome } of kept) note(siteId, notice, outcome);
    // What is critical stands alone; the rest goes together.
    const critical = say.filter(({ level }) => level === 'critical');
    const others = say.filter(({ level }) => level !== 'critical');
    for (const saying of critical) tell(siteId, [saying], settings);
    if (others.length > 0) tell(siteId, others, settings);
    if (say.length > 0 || kept.length > 0) keep(siteId);
    const nextAt = desk.nextAt(settings, clock.now());
    if (nextAt !== null) lookIn(Math.min(LOOK_EVERY_MS, nextAt <= now ? LOOK_EVERY_MS : nextAt - now));
  };
  /** An earlier look is never put off, however many notices come. */
  const lookIn = (delayMs: number): void => {
    const dueMs = clock.monotonicMs() + delayMs;
    if (life.signal.aborted || dueMs >= lookDueMs) return;
    cancelLook?.();
    lookDueMs = dueMs;
    cancelLook = clock.after(delayMs, () => {
      try {
        look();
      } catch (thrown) {
        log.error('Notices could not be routed', { why: messageOf(thrown) });
        lookIn(LOOK_EVERY_MS);
      }
    });
  };

  const SENTENCES = {
    'held-quiet': 'Held back until the quiet hours end.',
    'too-soon': 'It was over before it was told.',
    repeated: 'It was told a short while ago.',
  } as const;
  const note = (
    siteId: SiteId,
    { level, title, text }: Pick<Notice, 'level' | 'title' | 'text'>,
    outcome: keyof typeof SENTENCES,
  ): void => record(siteId, { title, text, level, by: [], outcome, sentence: SENTENCES[outcome] });

  const hear = (notice: Notice): void => {
    const [siteId] = deps.siteIds();
    if (siteId === undefined) return;
    const kept = deskOf(siteId).hear(notice, deps.settingsOf(siteId), clock.now());
    for (const each of kept) note(siteId, each.notice, each.outcome);
    keep(siteId);
    if (notice.level === 'critical') look();
    else lookIn(GATHER_MS);
  };

  return {
    start: (signal) => {
      if (signal.aborted || ends.length > 0) return;
      const onAbort = (): void => life.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      ends = [
        bus.on('notice', hear),
        // Settings or messengers changed, or another home was opened: what waits may be due.
        bus.on('status', () => lookIn(GATHER_MS)),
        messengers.onChange(() => lookIn(GATHER_MS)),
        () => signal.removeEventListener('abort', onAbort),
      ];
      lookIn(GATHER_MS);
    },
    stop: async () => {
      for (const end of ends.splice(0)) end();
      cancelLook?.();
      cancelLook = undefined;
      life.abort();
      await Promise.all(onTheWay);
    },
  };
};
