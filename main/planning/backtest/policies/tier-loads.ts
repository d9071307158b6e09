import type { StepLoad } from '../loads.ts';
import { storageOf } from '../storage.ts';
import type { LoadWishes, Past, PolicyState, SimSite } from '../types.ts';
import { fixedLoads } from './fixed-loads.ts';

/** Below or at this lowest charge ahead only miners up to the next tier's priority may run, as the house's own rule has it. */
const TIERS = [
  { abovePct: 60, upTo: Number.POSITIVE_INFINITY },
  { abovePct: 50, upTo: 2 },
  { abovePct: 40, upTo: 1 },
] as const;
const LOOK_HOURS = 6;
/** A miner that its tier paused starts again only this far above it. */
const RESTART_MARGIN_PCT = 7;
/** What a home begins with. */
const MINERS = { pauseBelowSocPct: 50, resumeAboveSocPct: 80 } as const;

const tierOf = (priority: number): number =>
  Math.min(...TIERS.filter(({ upTo }) => priority <= upTo).map(({ abovePct }) => abovePct));

/**
 * Miners by the lowest charge that is expected while what runs runs on; all else as if nobody planned it, and miners too where
 * there is no battery. `surplusKw` is the sun beyond the household's load in a later step, as it is expected.
 */
export const tierLoads = (
  past: Past,
  site: SimSite,
  loads: readonly StepLoad[],
  surplusKw: (step: number, ahead: number) => number,
): { readonly decide: (state: PolicyState) => void; readonly wishes: LoadWishes } => {
  const fixed = fixedLoads(past, loads);
  const { battery } = site;
  if (battery === null) return { decide: () => undefined, wishes: fixed };
  const storage = storageOf(battery, past.hours);
  const look = Math.max(1, Math.round(LOOK_HOURS / past.hours));
  const { pauseBelowSocPct, resumeAboveSocPct } = site.miners ?? MINERS;
  const runs = loads.map(() => false);
  const locked = loads.map(() => false);
  let pausedLow = false;

  const lowestPct = ({ step, energyKwh, loads: standings }: PolicyState): number => {
    const runningKw = loads.reduce((sum, load, place) => sum + (standings[place]?.on === true ? load.powerKw : 0), 0);
    let stored = energyKwh;
    let lowest = stored;
    for (let ahead = step; ahead < Math.min(past.end, step + look); ahead += 1) {
      const kw = storage.within(stored, surplusKw(step, ahead) - runningKw);
      stored = storage.after(stored, kw);
      lowest = Math.min(lowest, stored);
    }
    return (100 * lowest) / battery.capacityKwh;
  };
  return {
    decide: (state) => {
      const lowest = lowestPct(state);
      pausedLow = state.socPct < pauseBelowSocPct || (pausedLow && state.socPct <= resumeAboveSocPct);
      for (const [place, load] of loads.entries()) {
        if (load.kind !== 'value') continue;
        const on = state.loads[place]?.on === true;
        const tierPct = tierOf(load.priority);
        const was = locked[place] === true;
        const forbidden = lowest <= tierPct;
        locked[place] = forbidden ? was || on : was && lowest <= tierPct + RESTART_MARGIN_PCT;
        runs[place] = !forbidden && (on ? state.socPct >= pauseBelowSocPct : !pausedLow && locked[place] !== true);
      }
    },
    wishes: (step, standings) => {
      const wished = fixed(step, standings);
      return wished.map((kw, place) => (loads[place]?.kind === 'value' && runs[place] !== true ? 0 : kw));
    },
  };
};
