import type { ChannelId, Metric } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';

/** What a miner does. Starting takes 1 to 15 min (tuning, preheating) and is no failure. */
const STATE_CODES = { mining: 1, paused: 2, starting: 3, stopping: 4, fault: 5 } as const;
export type MinerState = keyof typeof STATE_CODES;

/** One look at a miner; null is what it does not say. */
export interface MinerReport {
  readonly powerW: number | null;
  readonly hashrateThs: number | null;
  /** The hottest chip, or what is nearest to it. */
  readonly tempC: number | null;
  readonly state: MinerState | null;
  /** The largest power that it may draw by its own setting. */
  readonly powerLimitW?: number | null;
}

export const MINER_CHANNELS = {
  /** Readings with pause and resume. */
  mining: channelId('mining'),
  /** The same readings of a miner whose firmware cannot pause. */
  readOnly: channelId('miner'),
  powerTarget: channelId('power-target'),
  powerPercent: channelId('power-percent'),
} as const;

const METRICS: readonly Metric[] = ['powerW', 'hashrateThs', 'tempC', 'stateCode'];

/** The largest miners of a container draw some 12 kW and hash about 1,000 TH/s. */
const BOUNDS: ChannelSpec['bounds'] = {
  powerW: [0, 20_000],
  hashrateThs: [0, 3_000],
  tempC: [-40, 150],
  stateCode: [1, 5],
};

export const miningChannel = (control: ControlSpec, more: Pick<ChannelSpec, 'metrics' | 'bounds'>): ChannelSpec => ({
  channelId: MINER_CHANNELS.mining,
  label: 'Mining',
  suggestedRole: 'miner',
  metrics: [...METRICS, ...more.metrics],
  bounds: { ...BOUNDS, ...more.bounds },
  control,
});

export const readOnlyChannel = (more: Pick<ChannelSpec, 'metrics' | 'bounds'>): ChannelSpec => ({
  channelId: MINER_CHANNELS.readOnly,
  label: 'Miner (read only)',
  suggestedRole: 'miner',
  metrics: [...METRICS, ...more.metrics],
  bounds: { ...BOUNDS, ...more.bounds },
  control: null,
});

export const NOTHING_MORE: Pick<ChannelSpec, 'metrics' | 'bounds'> = { metrics: [], bounds: {} };

interface Times {
  readonly measuredAt: number;
  readonly receivedAt: number;
}

/**
 * Readings of a report. Power is the firmware's own reckoning and so an estimate, unless the board has a sensor for it
 * (`measuredPower`). A miner that hashes cannot draw 0 W: such a 0 stands for "no meter".
 */
export const minerReadings = (
  channel: ChannelId,
  report: MinerReport,
  times: Times,
  { measuredPower = false }: { readonly measuredPower?: boolean } = {},
): readonly Reading[] => {
  const { hashrateThs, tempC, state, powerLimitW } = report;
  const powerW = report.powerW === 0 && (hashrateThs ?? 0) > 0 ? null : report.powerW;
  const reading = (to: ChannelId, metric: Metric, value: number | null | undefined): readonly Reading[] =>
    value === null || value === undefined || !Number.isFinite(value)
      ? []
      : [
          {
            channelId: to,
            metric,
            value,
            quality: metric === 'powerW' && !measuredPower ? ('estimated' as const) : ('good' as const),
            ...times,
          },
        ];
  return [
    ...reading(channel, 'powerW', powerW),
    ...reading(channel, 'hashrateThs', hashrateThs),
    ...reading(channel, 'tempC', tempC),
    ...reading(channel, 'stateCode', state === null ? null : STATE_CODES[state]),
    ...reading(MINER_CHANNELS.powerTarget, 'powerLimitW', powerLimitW),
  ];
};

/** Where a firmware does not name its state: what it was told and what it does. */
export const stateOf = (facts: {
  readonly paused: boolean;
  readonly hashrateThs: number | null;
  readonly broken?: boolean;
}): MinerState | null => {
  if (facts.paused) return 'paused';
  if (facts.broken) return 'fault';
  if (facts.hashrateThs === null) return null;
  return facts.hashrateThs > 0 ? 'mining' : 'starting';
};
