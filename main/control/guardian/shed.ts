import type { Setpoint } from '../../../preload/contract/base.ts';
import type { ChannelSnapshot } from '../types.ts';
import type { GuardLoad, Lever } from './guard-load.ts';

/** One thing that the guard asks for, and what it saves. */
export interface Cut {
  readonly load: GuardLoad;
  readonly kind: 'throttle' | 'off';
  readonly channel: ChannelSnapshot;
  readonly to: Setpoint;
  /** What it saves of the power that is to go down, W. */
  readonly freesW: number;
}

/** Onto the device's steps, downwards: what is asked to go must go. */
const stepBelow = (value: number, { control }: Lever): number => {
  const steps = Math.floor((value - control.minimum) / control.step + 1e-9);
  return Number(Math.max(control.minimum, control.minimum + steps * control.step).toFixed(6));
};

/** Last in, first out: 9 goes before 1, and among equals the larger one, which spares the others. */
const inOrder = (loads: readonly GuardLoad[]): readonly GuardLoad[] =>
  loads.toSorted((a, b) => b.priority - a.priority || b.drawW - a.drawW || (a.key < b.key ? -1 : 1));

const throttle = (load: GuardLoad, needW: number, share: number): Cut | null => {
  const { lever } = load;
  if (lever === null || load.drawW <= 0) return null;
  const lowest = Math.max(0, lever.control.minimum);
  const wished = (load.drawW - needW / share) / lever.wattsPerUnit;
  const to = Math.max(lowest, stepBelow(wished, lever));
  if (to >= lever.value) return null;
  const freesW = (load.drawW - Math.min(load.drawW, to * lever.wattsPerUnit)) * share;
  return freesW > 0 ? { load, kind: 'throttle', channel: lever.channel, to, freesW } : null;
};

const sum = (cuts: readonly Cut[]): number => cuts.reduce((total, { freesW }) => total + freesW, 0);

/**
 * What has to go so that `needW` are saved: first as many loads as possible are turned down, then loads are switched off,
 * those of least priority first. Nothing that is not needed goes: a cut without which the rest still suffices is taken
 * back, the most important first. Where everything together does not suffice, everything goes.
 *
 * `shareOf`: the part of a load's power that counts here (a third of an even load on one phase); 0 is left alone.
 */
export const shed = (
  loads: readonly GuardLoad[],
  needW: number,
  shareOf: (load: GuardLoad) => number = () => 1,
): readonly Cut[] => {
  if (!(needW > 0)) return [];
  const cuts: Cut[] = [];
  for (const load of inOrder(loads)) {
    const left = needW - sum(cuts);
    const share = shareOf(load);
    const cut = left > 0 && share > 0 ? throttle(load, left, share) : null;
    if (cut) cuts.push(cut);
  }
  for (const load of inOrder(loads)) {
    const share = shareOf(load);
    if (sum(cuts) >= needW) break;
    if (load.off === null || load.drawW <= 0 || share <= 0) continue;
    const lowered = cuts.findIndex((cut) => cut.load.key === load.key);
    if (lowered >= 0) cuts.splice(lowered, 1);
    cuts.push({ load, kind: 'off', channel: load.off.channel, to: load.off.value, freesW: load.drawW * share });
  }
  // Switched off before turned down, the most important first: each is spared where the others suffice.
  const sparing = cuts.toSorted(
    (a, b) => Number(a.kind === 'throttle') - Number(b.kind === 'throttle') || a.load.priority - b.load.priority,
  );
  for (const cut of sparing) {
    const rest = cuts.filter((each) => each !== cut);
    const instead = cut.kind === 'off' ? throttle(cut.load, needW - sum(rest), shareOf(cut.load)) : null;
    if (sum(rest) >= needW) cuts.splice(cuts.indexOf(cut), 1);
    else if (instead && sum(rest) + instead.freesW >= needW) cuts.splice(cuts.indexOf(cut), 1, instead);
  }
  return cuts;
};
