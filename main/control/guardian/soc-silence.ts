import type { Measure, Setpoint } from '../../../preload/contract/base.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { freshState, isOn, rulesOf } from '../stage.ts';
import { isFresh } from '../stages-permission.ts';
import type { ChannelSnapshot } from '../types.ts';
import { offOf } from './guard-load.ts';
import { lasts, NO_SPELL, type Spell, spell } from './settled.ts';

const SILENT_AFTER_MS = 15_000;
const FIRST_READ_MS = 60_000;
const BACK_AFTER_MS = 30_000;
/** A voltage that dips for a moment while a motor starts is no empty battery. */
const LOW_VOLTAGE_MS = 10_000;

export interface SocMemory {
  readonly unusable: Spell;
  readonly usable: Spell;
  readonly lowVoltage: Spell;
  readonly silent: boolean;
}
export const SOC_UNSEEN: SocMemory = { unusable: NO_SPELL, usable: NO_SPELL, lowVoltage: NO_SPELL, silent: false };

/** Something that must not go on while nobody knows how full the battery is. */
export interface SocWish {
  readonly channel: ChannelSnapshot;
  readonly to: Setpoint;
  readonly code: 'SOC_SILENT_DISCHARGE' | 'SOC_SILENT_MINER' | 'SOC_FLOOR';
  readonly reason: string;
}

/** Whether the charge of the battery is not known for a settled time, and whether the voltage allows miners meanwhile. */
export const lookAtSoc = (
  before: SocMemory,
  input: {
    readonly soc: Measure;
    readonly voltage: Measure;
    readonly minersStartVoltageV: number;
    readonly at: number;
    readonly nowMs: number;
    readonly runsMs: number;
  },
): { readonly memory: SocMemory; readonly edge: 'began' | 'ended' | null } => {
  const { soc, voltage, at, nowMs } = input;
  const known = isFresh(soc, at) || (soc.freshness === 'late' && soc.value !== null && Number.isFinite(soc.value));
  const low = !isFresh(voltage, at) || voltage.value === null || voltage.value <= input.minersStartVoltageV;
  const unusable = spell(before.unusable, !known, nowMs);
  const usable = spell(before.usable, known, nowMs);
  const neverRead = soc.value === null && input.runsMs < FIRST_READ_MS;
  const silent = before.silent
    ? !lasts(usable, BACK_AFTER_MS, nowMs)
    : lasts(unusable, SILENT_AFTER_MS, nowMs) && !neverRead;
  return {
    memory: { unusable, usable, lowVoltage: spell(before.lowVoltage, low, nowMs), silent },
    edge: silent === before.silent ? null : silent ? 'began' : 'ended',
  };
};

/** A power setpoint of battery or grid that empties the battery, and the value that ends it. */
export const endOfDischarge = (channel: ChannelSnapshot, original: Setpoint | null): Setpoint | null => {
  const { control, config } = channel;
  const value = freshState(channel);
  if (control.kind !== 'number' || control.unit === '%' || typeof value !== 'number') return null;
  if (/discharge/i.test(config.channelId))
    return typeof original === 'number' && original >= 0 && (original < value || value < 0) ? original : null;
  if (config.role !== 'battery' && config.role !== 'grid') return null;
  return value < 0 && control.maximum >= 0 ? 0 : null;
};

/**
 * What automation has borrowed and may not go on with: discharge ends, and miners run on only by a voltage that is fresh,
 * high enough, and where a person allowed it. What a person holds is a person's.
 */
export const socWishes = (
  memory: SocMemory,
  channels: readonly ChannelSnapshot[],
  /** The value before automation's lease; undefined where automation holds no lease on the channel. */
  borrowed: (channel: ChannelSnapshot) => Setpoint | null | undefined,
  { minersByVoltage }: Pick<Safety, 'minersByVoltage'>,
  { minersStartVoltageV }: Pick<SiteSettings, 'minersStartVoltageV'>,
  nowMs: number,
): readonly SocWish[] => {
  if (!memory.silent) return [];
  const volts = `${minersStartVoltageV} V`;
  return channels.flatMap((channel): readonly SocWish[] => {
    const { config } = channel;
    if (!config.controllable || channel.hold?.origin === 'manual') return [];
    const original = borrowed(channel);
    const end = original === undefined ? null : endOfDischarge(channel, original);
    if (end !== null)
      return [
        {
          channel,
          to: end,
          code: 'SOC_SILENT_DISCHARGE',
          reason: 'Nobody knows how full the battery is, so automation does not discharge it.',
        },
      ];
    const off = config.role === 'miner' ? offOf(channel) : null;
    const value = freshState(channel);
    if (off === null || value === null || !isOn(value)) return [];
    // Nothing burns: a board that has just come up is not cut.
    if (channel.sinceChangeMs !== null && channel.sinceChangeMs < rulesOf(channel).minOnMs) return [];
    if (minersByVoltage && !lasts(memory.lowVoltage, LOW_VOLTAGE_MS, nowMs)) return [];
    const why = minersByVoltage
      ? `its voltage is not known to be above ${volts}`
      : 'miners may not run by its voltage alone';
    return [
      {
        channel,
        to: off.value,
        code: 'SOC_SILENT_MINER',
        reason: `Nobody knows how full the battery is, and ${why}: ${config.name} is paused.`,
      },
    ];
  });
};
