import type { Setpoint } from '../../../preload/contract/base.ts';
import type { ChannelSnapshot } from '../types.ts';
import { sayPct } from '../words.ts';
import { lasts, NO_SPELL, type Spell, spell } from './settled.ts';
import { endOfDischarge, type SocWish } from './soc-silence.ts';

/** One low reading among good ones is no empty battery. */
const LOW_MS = 5_000;

export interface FloorMemory {
  readonly low: Spell;
}
export const FLOOR_UNSEEN: FloorMemory = { low: NO_SPELL };

/** Whether the charge is below the floor; what is not known is not low, and is the matter of the silent battery. */
export const lookAtFloor = (before: FloorMemory, knownPct: number | null, floorPct: number, nowMs: number) => ({
  low: spell(before.low, knownPct !== null && knownPct < floorPct, nowMs),
});

/**
 * The envelope lets automation begin no discharge below the floor; what began above it ends here, whatever a plan or a rule
 * still wants and whether or not it is there to want it. What a person holds is a person's.
 */
export const floorWishes = (
  { low }: FloorMemory,
  channels: readonly ChannelSnapshot[],
  /** The value before automation's lease; undefined where automation holds no lease on the channel. */
  borrowed: (channel: ChannelSnapshot) => Setpoint | null | undefined,
  floorPct: number,
  nowMs: number,
): readonly SocWish[] => {
  if (!lasts(low, LOW_MS, nowMs)) return [];
  return channels.flatMap((channel): readonly SocWish[] => {
    if (!channel.config.controllable || channel.hold?.origin === 'manual') return [];
    const original = borrowed(channel);
    const to = original === undefined ? null : endOfDischarge(channel, original);
    if (to === null) return [];
    const reason = `The battery is below the ${sayPct(floorPct)} that it keeps, so automation discharges it no further.`;
    return [{ channel, to, code: 'SOC_FLOOR', reason }];
  });
};
