import type { Problem, SiteId } from '../../preload/contract/base.ts';
import { type MessageProblems, messageSettingsProblems } from '../../preload/contract/message-problems.ts';
import type { MessageSettings, MessengerKind, MessengerStatus } from '../../preload/contract/messages.ts';
import { newId } from '../ids.ts';
import { fail, messageOf, ok, type Result } from '../result.ts';
import { createCounter, type SiteCounter } from './counter.ts';
import type { MessengerDesk, MessengerDeskDeps, MessengerWish } from './desk-types.ts';
import { KIND_NAMES, KINDS } from './kinds.ts';
import { changesBetween } from './settings-changes.ts';

const refused = (fields: MessageProblems): Result<never, Problem> =>
  fail({
    code: 'messages.settings',
    kind: 'permanent',
    message: Object.values(fields)[0] ?? 'These settings cannot be used.',
    advice: 'Correct the marked field. Nothing was saved.',
    fields,
  });

/** Under which name a secret is kept. */
const secretName = (siteId: SiteId, kind: MessengerKind): string => `messenger:${kind}:${siteId}`;

/** Sets messengers up for each home, keeps their secrets apart from their settings, and knows whether they work. */
export const createMessengers = (deps: MessengerDeskDeps): MessengerDesk => {
  const { store, secrets, clock, bus, siteIds } = deps;
  const log = deps.log.room('messengers');
  const life = new AbortController();
  const listeners = new Set<() => void>();
  const counters = new Map<SiteId, SiteCounter>();
  const ends: (() => void)[] = [];
  let open: SiteId | undefined;
  /** Saving and reading secrets go one after another. */
  let lane: Promise<unknown> = Promise.resolve();

  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = lane.then(work);
    lane = turn.catch(() => undefined);
    return turn;
  };
  const changed = (siteId: SiteId): void => bus.emit('messages', { siteId, at: clock.now() });
  const tellListeners = (): void => {
    for (const listener of [...listeners]) listener();
  };

  /** Builds what is not there yet, and again what waits for a keychain that was locked. */
  const counterOf = async (siteId: SiteId): Promise<SiteCounter> => {
    const known = counters.get(siteId);
    const counter = known ?? createCounter({ ...deps, log, siteId, changed: () => changed(siteId) });
    const waiting = known === undefined ? KIND_NAMES : KIND_NAMES.filter((kind) => known.secret(kind) === 'unreadable');
    for (const kind of waiting)
      counter.set(kind, store.messages.settings(siteId), await secrets.get(secretName(siteId, kind)));
    counters.set(siteId, counter);
    const isBetter = known !== undefined && waiting.some((kind) => known.secret(kind) !== 'unreadable');
    if (isBetter && siteId === open) tellListeners();
    return counter;
  };

  const follow = async (): Promise<void> => {
    const [siteId] = siteIds();
    if (siteId === open || life.signal.aborted) return;
    if (siteId !== undefined) await counterOf(siteId);
    open = siteId;
    tellListeners();
  };

  /** What is wrong with the secrets of a wish, by field. */
  const secretProblems = (wish: MessengerWish, before: MessageSettings, counter: SiteCounter): MessageProblems => {
    const problems: MessageProblems = {};
    for (const kind of KIND_NAMES) {
      const { account, secretNeeded, secretProblem } = KINDS[kind];
      const given = wish.secrets?.[kind];
      const kept = counter.secret(kind);
      const field = `secrets.${kind}`;
      if (typeof given === 'string') {
        const problem = secretProblem(given);
        if (problem !== null) problems[field] = problem;
      } else if (given === undefined && kept !== 'none' && account(before) !== account(wish.settings))
        problems[field] = 'Type it again, or remove it: the kept one is for another account or server.';
      else if (wish.settings[kind].enabled && (given === null || kept === 'none')) {
        const needed = secretNeeded(wish.settings);
        if (needed !== null) problems[field] = needed;
      }
    }
    return problems;
  };

  const save = async (wish: MessengerWish): Promise<Result<void, Problem>> => {
    const { siteId, who, settings } = wish;
    const counter = await counterOf(siteId);
    const before = store.messages.settings(siteId);
    const problems = { ...messageSettingsProblems(settings), ...secretProblems(wish, before, counter) };
    if (Object.keys(problems).length > 0) return refused(problems);
    const secretChanges = KIND_NAMES.flatMap((kind) => {
      const given = wish.secrets?.[kind];
      return given === undefined ? [] : [{ kind, given }];
    });
    for (const { kind, given } of secretChanges) {
      const name = secretName(siteId, kind);
      const kept = given === null ? await secrets.remove(name) : await secrets.set(name, given);
      if (!kept.ok) return kept;
    }
    const audit = secretChanges.map(({ kind, given }) => ({
      name: `messages.${kind}.secret`,
      before: counter.secret(kind) === 'none' ? 'none' : 'kept',
      after: given === null ? 'none' : 'a new one',
    }));
    store.messages.setSettings(siteId, settings, [...changesBetween(before, settings), ...audit], {
      who,
      at: clock.now(),
    });
    for (const kind of KIND_NAMES) {
      const isSame = JSON.stringify(before[kind]) === JSON.stringify(settings[kind]);
      if (isSame && wish.secrets?.[kind] === undefined) continue;
      if (KINDS[kind].place(before) !== KINDS[kind].place(settings)) counter.forgetPlace(kind);
      counter.set(kind, settings, await secrets.get(secretName(siteId, kind)));
    }
    log.info('How people are reached was set', { who });
    if (siteId === open) tellListeners();
    changed(siteId);
    return ok(undefined);
  };

  const test = async (siteId: SiteId, kind: MessengerKind): Promise<Result<{ readonly sentence: string }, Problem>> => {
    const counter = await counterOf(siteId);
    const messenger = counter.messenger(kind);
    const { name } = KINDS[kind];
    if (messenger === null)
      return fail({
        code: 'messages.not-ready',
        kind: 'permanent',
        message: `${name} is not set up.`,
        advice: 'Switch it on, fill in its fields and save first.',
      });
    const told = {
      title: 'CommandCenter',
      text: 'This is a test. Notices of your home come here.',
      level: 'info',
    } as const;
    const sent = await messenger.tell(told, life.signal);
    const sentence = sent.ok ? `${name} took the message. Look whether it arrived.` : sent.error.message;
    store.messages.add(siteId, {
      ...told,
      id: newId('msg'),
      at: clock.now(),
      by: [kind],
      outcome: sent.ok ? 'sent' : 'failed',
      sentence,
    });
    changed(siteId);
    return sent.ok ? ok({ sentence }) : sent;
  };

  return {
    ready: () => (open === undefined ? [] : (counters.get(open)?.ready() ?? [])),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start: async (signal) => {
      const onAbort = (): void => life.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      ends.push(
        () => signal.removeEventListener('abort', onAbort),
        bus.on('status', () => {
          inTurn(follow).catch((thrown: unknown) =>
            log.error('The messengers of the home could not be set up', { why: messageOf(thrown) }),
          );
        }),
      );
      await inTurn(follow);
    },
    stop: async () => {
      for (const end of ends.splice(0)) end();
      life.abort();
      await lane;
    },
    settings: (siteId) => store.messages.settings(siteId),
    status: async (siteId): Promise<readonly MessengerStatus[]> => {
      const counter = await inTurn(() => counterOf(siteId));
      return KIND_NAMES.map((kind) => counter.status(kind));
    },
    set: (wish) => inTurn(() => save(wish)),
    test,
    forget: (siteId) =>
      inTurn(async () => {
        for (const kind of KIND_NAMES) {
          const removed = await secrets.remove(secretName(siteId, kind));
          if (!removed.ok) return removed;
        }
        counters.get(siteId)?.retire();
        counters.delete(siteId);
        return ok(undefined);
      }),
  };
};
