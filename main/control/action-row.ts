import type { Setpoint } from '../../preload/contract/base.ts';
import type { Action } from '../../preload/contract/control.ts';
import { newId } from '../ids.ts';
import type { RosterChannel } from './roster.ts';
import type { EnvelopeVerdict, Proposal } from './types.ts';
import { asSentence } from './words.ts';

/** The row of a wish on which the envelope has spoken. A refused wish is finished with it. */
export const actionOf = (
  channel: RosterChannel,
  proposal: Proposal,
  verdict: EnvelopeVerdict,
  before: Setpoint | null,
  now: number,
): Action => {
  const goes = verdict.setpoint !== null;
  const { siteId, deviceId, channelId, setpoint, origin, who, surface, reason, reasonCode, ifIgnored } = proposal;
  return {
    id: newId('act'),
    siteId,
    deviceId,
    channelId,
    deviceName: channel.config.name,
    // Not a number cannot be stored, and was refused for that reason.
    asked: typeof setpoint === 'number' && !Number.isFinite(setpoint) ? 0 : setpoint,
    allowed: verdict.setpoint,
    before,
    origin,
    who,
    surface,
    reason: asSentence(reason, `${who} asked for it`),
    reasonCode: reasonCode === '' ? 'ASKED' : reasonCode,
    ...(ifIgnored.trim() === '' ? {} : { ifIgnored: asSentence(ifIgnored, '') }),
    verdict: verdict.outcome,
    stages: [...verdict.stages],
    step: goes ? 'checked' : null,
    outcome: goes ? 'pending' : verdict.code === 'UNCHANGED' ? 'unchanged' : 'refused',
    sentence: verdict.sentence,
    attempts: 0,
    createdAt: now,
    sentAt: null,
    finishedAt: goes ? null : now,
  };
};

/** The row of something that happened at the device and was not commanded by us. */
export const foreignActionOf = (
  channel: RosterChannel,
  before: Setpoint,
  value: Setpoint,
  sentence: string,
  who: string,
  now: number,
): Action => ({
  id: newId('act'),
  siteId: channel.siteId,
  deviceId: channel.deviceId,
  channelId: channel.config.channelId,
  deviceName: channel.config.name,
  asked: value,
  allowed: null,
  before,
  origin: 'manual',
  who,
  surface: 'system',
  reason: 'It was changed outside CommandCenter.',
  reasonCode: 'FOREIGN_CHANGE',
  verdict: null,
  stages: [],
  step: null,
  outcome: 'confirmed',
  sentence,
  attempts: 0,
  createdAt: now,
  sentAt: null,
  finishedAt: now,
});
