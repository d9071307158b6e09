import type { ChannelView } from '../../../preload/contract/devices.ts';
import type { FlowView } from '../../../preload/contract/house.ts';
import type { LiveState, Overview } from '../../../preload/contract/site.ts';
import type { DeviceId } from '../../ids.ts';
import type { PollerState } from '../../telemetry/types.ts';
import { span } from './words.ts';

type Attention = Overview['attention'][number];

/** A configured channel with what control knows of it. */
export interface ControlledChannel extends Pick<ChannelView, 'hold' | 'trouble'> {
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly role: ChannelView['role'];
}

const ofTrouble = (channels: readonly ControlledChannel[]): readonly Attention[] =>
  channels.flatMap(({ deviceId, name, trouble }) => {
    if (!trouble || trouble.verdict === 'confirmed' || trouble.verdict === 'settling') return [];
    const kind = trouble.verdict === 'foreign-change' ? 'foreign-change' : 'not-confirmed';
    return [{ kind, subject: name, sentence: trouble.sentence, actionId: trouble.actionId, deviceId }] as const;
  });

const ofPollers = (pollers: readonly PollerState[], now: number): readonly Attention[] =>
  pollers
    .filter((poller) => poller.state === 'offline')
    .map((poller) => ({
      kind: 'offline',
      subject: poller.name,
      sentence: poller.lastOkAt === null ? 'has not answered yet' : `silent for ${span(now - poller.lastOkAt)}`,
      actionId: null,
      deviceId: poller.deviceId,
    }));

/** Stale numbers of the site itself; not said when a silent device already explains them. */
const ofStale = (live: LiveState, now: number): readonly Attention[] =>
  [
    { subject: 'Sun', measure: live.pvW },
    { subject: 'Grid', measure: live.gridW },
    { subject: 'Battery', measure: live.batteryW },
    { subject: 'Battery charge', measure: live.socPct },
    { subject: 'Use of the house', measure: live.loadW },
  ]
    .filter(({ measure }) => measure.freshness === 'stale')
    .map(({ subject, measure }) => ({
      kind: 'stale',
      subject,
      sentence: `last value ${span(now - (measure.measuredAt ?? now))} ago, left out of all sums`,
      actionId: null,
      deviceId: null,
    }));

const ofFlows = (flows: readonly FlowView[]): readonly Attention[] =>
  flows.flatMap(({ label, last }) => {
    if (last?.state !== 'failed' && last?.state !== 'timed-out') return [];
    const failed = last.report.find((line) => line.state === 'failed');
    const sentence =
      failed?.sentence ?? (last.state === 'timed-out' ? 'took too long and was ended' : 'did not finish');
    return [{ kind: 'flow-failed', subject: label, sentence, actionId: null, deviceId: null }] as const;
  });

const ofBalance = (live: LiveState): readonly Attention[] =>
  live.balanced === false && live.unmeasuredW !== null
    ? [
        {
          kind: 'balance',
          subject: 'Balance',
          sentence: `${Math.round(Math.abs(live.unmeasuredW))} W are not accounted for: check roles and signs of the meters`,
          actionId: null,
          deviceId: null,
        },
      ]
    : [];

/** What needs a person, the most pressing first. */
export const attentionOf = (input: {
  readonly now: number;
  readonly live: LiveState;
  readonly channels: readonly ControlledChannel[];
  readonly pollers: readonly PollerState[];
  readonly flows: readonly FlowView[];
}): readonly Attention[] => {
  const offline = ofPollers(input.pollers, input.now);
  return [
    ...ofTrouble(input.channels),
    ...offline,
    ...(offline.length > 0 ? [] : ofStale(input.live, input.now)),
    ...ofBalance(input.live),
    ...ofFlows(input.flows),
  ];
};
