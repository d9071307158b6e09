import type { Action } from '../../preload/contract/control.ts';
import type { ChannelView, Verdict } from '../../preload/contract/devices.ts';
import { type ChannelKey, keyOf } from './deps.ts';

type Trouble = NonNullable<ChannelView['trouble']>;

/** What needs a person's eye on a channel until it is dismissed or a later command goes well. */
export interface Troubles {
  of(key: ChannelKey): Trouble | null;
  raise(action: Action, verdict: Verdict, at: number): void;
  /** Follows the outcome of a finished command. */
  settle(action: Action, at: number): void;
  dismiss(actionId: string): void;
}

const VERDICTS: Partial<Record<Action['outcome'], Verdict>> = {
  limited: 'limited',
  'not-confirmed': 'not-confirmed',
  'rolled-back': 'not-confirmed',
  'rollback-failed': 'not-confirmed',
  interrupted: 'not-confirmed',
  unreachable: 'unreachable',
};

export const createTroubles = (): Troubles => {
  const byChannel = new Map<ChannelKey, Trouble>();
  const raise: Troubles['raise'] = (action, verdict, at) => {
    const { id: actionId, sentence } = action;
    byChannel.set(keyOf(action.deviceId, action.channelId), { actionId, verdict, sentence, at });
  };
  return {
    of: (key) => byChannel.get(key) ?? null,
    raise,
    settle: (action, at) => {
      const verdict = VERDICTS[action.outcome];
      if (verdict) raise(action, verdict, at);
      else if (action.outcome === 'confirmed') byChannel.delete(keyOf(action.deviceId, action.channelId));
    },
    dismiss: (actionId) => {
      for (const [key, trouble] of byChannel) if (trouble.actionId === actionId) byChannel.delete(key);
    },
  };
};
