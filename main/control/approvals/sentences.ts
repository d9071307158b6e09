import type { Surface } from '../../../preload/contract/base.ts';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import type { MessengerKind } from '../../../preload/contract/messages.ts';
import { localTime } from '../../zone.ts';
import { sayPower } from '../words.ts';

export const WAY_WORDS: Readonly<Record<MessengerKind, string>> = {
  ntfy: 'ntfy',
  telegram: 'Telegram',
  email: 'e-mail',
  sms: 'SMS',
};

const WHERE: Readonly<Record<Surface, string>> = {
  window: 'in the window',
  tray: 'in the tray',
  notification: 'in the notification',
  palette: 'in the window',
  keyboard: 'by keyboard',
  cli: 'on the command line',
  http: 'over HTTP',
  mqtt: 'over MQTT',
  input: 'at a button',
  ntfy: `by ${WAY_WORDS.ntfy}`,
  telegram: `by ${WAY_WORDS.telegram}`,
  email: `by ${WAY_WORDS.email}`,
  sms: `by ${WAY_WORDS.sms}`,
  system: 'by itself',
};

/** "Ada approved this in the tray at 12:03." */
export const sayDecision = (
  decision: 'approved' | 'denied',
  who: string,
  surface: Surface,
  at: number,
  zone: string,
): string => `${who} ${decision} this ${WHERE[surface]} at ${localTime(at, zone)}.`;

export const sayExpired = (proposal: PendingProposal, zone: string): string =>
  `Nobody answered by ${localTime(proposal.expiresAt, zone)}, so nothing was done.`;

/** `why` is a whole sentence: "The mode is Watch now." */
export const sayCancelled = (why: string, at: number, zone: string): string =>
  `${why} So this was cancelled at ${localTime(at, zone)}.`;

const setpointWords = ({ setpoint }: PendingProposal): string => {
  if (typeof setpoint === 'boolean') return setpoint ? 'on' : 'off';
  return String(setpoint);
};

/** The exact action in one line: "Set Miner A to on (about 3.0 kW)". */
export const sayAction = (proposal: PendingProposal): string => {
  const power = proposal.powerW === null || proposal.powerW === 0 ? '' : ` (about ${sayPower(proposal.powerW)})`;
  return `Set ${proposal.deviceName} to ${setpointWords(proposal)}${power}`;
};

/** The question itself: "Approve: Miner A off?" */
export const sayTitle = (proposal: PendingProposal): string =>
  `Approve: ${proposal.deviceName} ${setpointWords(proposal)}?`;

/** A question for a messenger: what exactly, why, what if nobody answers, until when. */
export const sayQuestion = (
  proposal: PendingProposal,
  zone: string,
): { readonly title: string; readonly text: string } => {
  const bound = proposal.stages.findLast((stage) => stage.outcome !== 'passed');
  return {
    title: sayTitle(proposal),
    text: [
      `${sayAction(proposal)}.`,
      `Because: ${proposal.reason}`,
      ...(bound ? [`Safety: ${bound.sentence}`] : []),
      `If nobody answers by ${localTime(proposal.expiresAt, zone)}: ${proposal.ifIgnored}`,
    ].join('\n'),
  };
};
