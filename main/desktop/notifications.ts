import { Notification } from 'electron';
import type { PendingProposal } from '../../preload/contract/control.ts';
import type { Notice } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import { sayTitle } from '../control/approvals/sentences.ts';
import type { EventBus } from '../events.ts';
import type { SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import { localMinute, localTime } from '../zone.ts';
import type { Missing } from './missing.ts';
import { cutToBytes, isQuiet, minutesOf } from './notification-text.ts';
import type { MachinePreferences } from './preferences.ts';
import type { Requests } from './requests.ts';
import type { DesktopPage } from './window.ts';

interface NotificationDeps {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly missing: Missing;
  readonly requests: Requests;
  readonly preferences: () => MachinePreferences;
  readonly zoneOf: (siteId: SiteId) => string;
  readonly open: (page?: DesktopPage) => void;
}

interface Card {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly critical: boolean;
  readonly page?: DesktopPage;
  readonly buttons?: readonly { readonly label: string; readonly press: () => Promise<string | null> }[];
  /** The title under which is said what a button did not do. */
  readonly afterwards?: string;
}

/** More than this on screen at once helps nobody; the oldest is closed. */
const MAX_SHOWN = 8;
const MISSING = 'System notifications are not shown here: approvals and alerts are in the window only.';

/**
 * Approvals and notices outside the window. No safety path needs one: what cannot be shown is reported as missing, and
 * a button acts once, through a command that decides a question once; on an old card it says what was decided.
 */
export const createNotifications = (deps: NotificationDeps): { stop(): void } => {
  const { bus, clock, log, missing, requests } = deps;
  /** Held until they end: a notification that nobody holds is collected and hears no click. */
  const shown = new Map<string, Notification>();

  const drop = (id: string): void => void shown.delete(id);
  const close = (id: string): void => {
    shown.get(id)?.close();
    drop(id);
  };
  /** The quiet hours of this machine, in its own time. */
  const isQuietHere = (): boolean =>
    isQuiet(deps.preferences().quietHours, localMinute(clock.now(), Intl.DateTimeFormat().resolvedOptions().timeZone));
  const show = (card: Card): void => {
    if (!Notification.isSupported()) missing.report('notifications', MISSING);
    if (!Notification.isSupported() || shown.has(card.id)) return;
    const notification = new Notification({
      title: cutToBytes(card.title, 60),
      body: cutToBytes(card.text, 140),
      urgency: card.critical ? 'critical' : 'normal',
      timeoutType: card.critical ? 'never' : 'default',
      actions: (card.buttons ?? []).map(({ label }) => ({ type: 'button', text: label })),
    });
    let answered = false;
    notification.on('action', (_details, index) => {
      const button = card.buttons?.[index];
      if (!button || answered) return;
      answered = true;
      drop(card.id);
      void button.press().then((problem) => {
        const { page } = card;
        const title = card.afterwards ?? 'Not done';
        if (problem) show({ id: `${card.id}-problem`, title, text: problem, critical: false, ...(page && { page }) });
      });
    });
    notification.on('click', () => {
      drop(card.id);
      deps.open(card.page);
    });
    notification.on('close', () => drop(card.id));
    notification.on('failed', (_event, error) => {
      drop(card.id);
      log.warn('A notification was not shown', { error });
      missing.report('notifications', `${MISSING} The system said: ${error}.`);
    });
    notification.on('show', () => missing.clear('notifications'));
    shown.set(card.id, notification);
    const [oldest] = shown.keys();
    if (shown.size > MAX_SHOWN && oldest !== undefined) close(oldest);
    notification.show();
  };

  const showNotice = (notice: Pick<Notice, 'id' | 'level' | 'title' | 'text'>): void => {
    if (notice.level === 'info' || (notice.level !== 'critical' && isQuietHere())) return;
    show({
      id: notice.id,
      title: notice.title,
      text: notice.text,
      critical: notice.level === 'critical',
      page: 'health',
      // Whoever reads that something is wrong with the house can stop it from there.
      ...(notice.level === 'critical'
        ? { buttons: [{ label: 'STOP', press: () => requests.stop('notification') }] }
        : {}),
    });
  };
  const showProposal = (proposal: PendingProposal): void => {
    const until = localTime(proposal.expiresAt, deps.zoneOf(proposal.siteId));
    const bound = proposal.stages.findLast((stage) => stage.outcome !== 'passed');
    show({
      id: proposal.id,
      title: sayTitle(proposal),
      text: `${proposal.reason} ${bound ? `${bound.sentence} ` : ''}Until ${until}, else: ${proposal.ifIgnored}`,
      critical: false,
      page: 'approvals',
      afterwards: proposal.deviceName,
      buttons: [
        { label: 'Approve', press: () => requests.answer(proposal, 'approve', 'notification') },
        { label: 'Deny', press: () => requests.answer(proposal, 'deny', 'notification') },
      ],
    });
  };

  const known = new Set<string>();
  const refresh = async (): Promise<void> => {
    const [waiting, hours] = await Promise.all([requests.proposals(), requests.quiet()]);
    const ids = new Set(waiting.map(({ id }) => id));
    for (const id of known) {
      if (ids.has(id)) continue;
      known.delete(id);
      close(id);
    }
    for (const proposal of waiting) {
      if (known.has(proposal.id)) continue;
      known.add(proposal.id);
      // Nobody is disturbed for a question that ends as a no by itself.
      const quiet = isQuiet(minutesOf(hours), localMinute(clock.now(), deps.zoneOf(proposal.siteId)));
      if (!quiet && !isQuietHere()) showProposal(proposal);
    }
  };
  const look = (): void => {
    refresh().catch((thrown: unknown) => log.error('Approvals could not be read', { message: messageOf(thrown) }));
  };
  const removers = [bus.on('told', showNotice), bus.on('proposals', look)];
  // Questions outlive a restart.
  look();
  if (!Notification.isSupported()) missing.report('notifications', MISSING);
  return {
    stop: () => {
      for (const remove of removers) remove();
      for (const id of [...shown.keys()]) close(id);
    },
  };
};
