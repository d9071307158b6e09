import { judge } from '../../../main/control/envelope.ts';
import type {
  ChannelSnapshot,
  DecisionSnapshot,
  EnvelopeVerdict,
  Proposal,
  Surroundings,
} from '../../../main/control/types.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import type { Setpoint } from '../../../preload/contract/base.ts';
import { type ChannelRef, DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import { surroundingsOf } from './envelopes.ts';
import { channelOf, configOf, proposalOf, snapshotOf } from './snapshots.ts';

export const PLUG: ChannelRef = { deviceId: deviceId('plug'), channelId: channelId('switch:0') };
export const OTHER: ChannelRef = { deviceId: deviceId('boiler'), channelId: channelId('switch:0') };
export const SHED: ChannelRef = { deviceId: deviceId('shed'), channelId: channelId('temp') };
export const HOUR = 3_600_000;

export const number = (
  role: 'battery' | 'grid' | 'miner' | 'ev',
  value: number,
  change: Partial<ChannelSnapshot> = {},
) =>
  channelOf({
    config: configOf({ role, safeState: 0 }),
    control: {
      kind: 'number',
      unit: 'W',
      minimum: role === 'battery' || role === 'grid' ? -8_000 : 0,
      maximum: 8_000,
      step: 10,
    },
    current: { value, ageMs: 1_000 },
    powerW: { value: Math.max(0, value), ageMs: 1_000, limitMs: 30_000 },
    ...change,
  });
export const limit = (
  id: 'max-charge-current' | 'max-discharge-current',
  value: number,
  change: Partial<ChannelSnapshot> = {},
) =>
  channelOf({
    deviceId: deviceId('inverter'),
    config: configOf({ channelId: channelId(id), name: 'Discharge limit', role: 'battery', safeState: 100 }),
    control: { kind: 'number', unit: 'A', minimum: -1, maximum: 200, step: 1 },
    current: { value, ageMs: 1_000 },
    ...change,
  });

/** A wish in a house with an envelope, and what is to become of it. */
export interface Case {
  readonly says: string;
  readonly code: string;
  readonly setpoint?: Setpoint | null;
  readonly proposal?: Partial<Proposal>;
  readonly safety?: Partial<Safety>;
  readonly now?: Partial<Surroundings>;
  readonly snapshot?: Partial<DecisionSnapshot>;
  readonly channel?: ChannelSnapshot;
}

export const manual: Partial<Proposal> = { origin: 'manual', who: 'Ada' };

export const judged = ({ proposal, safety, now, snapshot, channel }: Partial<Case>): EnvelopeVerdict =>
  judge(
    proposalOf(proposal),
    snapshotOf({
      ...(channel ? { channel } : {}),
      surroundings: surroundingsOf({ ...now, safety: { ...DEFAULT_SAFETY, ...safety } }),
      ...snapshot,
    }),
  );
