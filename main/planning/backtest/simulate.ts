import { fleetOf } from './fleet.ts';
import { stepLoads } from './loads.ts';
import { fixedLoads } from './policies/fixed-loads.ts';
import { holdsKw, storageOf } from './storage.ts';
import type { Intent, Past, Played, SimPolicy, SimSite } from './types.ts';

const MINUTE_MS = 60_000;
/** So often a run tells how far it is, in steps. */
const TELL_EVERY = 200;

export interface PlayOptions {
  /** The time between two decisions; a step that is longer has one of its own. */
  readonly controlMinutes: number;
  readonly nowMs: () => number;
  /** Told now and then how much is done, 0 to 1; answers false to end the run. */
  readonly onProgress?: (share: number) => Promise<boolean>;
}

/**
 * Plays the home step by step. A policy decides for a control period; within it the fast loop follows the load and sun of each
 * step, keeps the limits of battery and grid, and holds sun back only where it has to, or may and exporting costs money.
 * Null where the run was ended.
 */
export const play = async (
  past: Past,
  site: SimSite,
  policy: SimPolicy,
  options: PlayOptions,
): Promise<Played | null> => {
  const { first, end, stepMs, hours } = past;
  const count = Math.max(0, end - first);
  const column = (): Float64Array => new Float64Array(count);
  const [importKw, exportKw, batteryKw, curtailKw, energyKwh] = [column(), column(), column(), column(), column()];
  const decideMs: number[] = [];
  const storage = site.battery === null ? null : storageOf(site.battery, hours);
  const { maxImportKw, maxExportKw } = site.grid;
  const controlMs = options.controlMinutes * MINUTE_MS;
  const periodOf = (step: number): number => Math.floor((past.startAt + step * stepMs) / controlMs);
  const loads = stepLoads(past, site.loads);
  const fleet = fleetOf(past, loads);
  const wishes = policy.wishes ?? fixedLoads(past, loads);
  const loadsKw = loads.map(column);
  let energy = storage?.startKwh ?? 0;
  let intent: Intent = { kind: 'rest' };
  let peaks: number[] = [];
  let peakDay = -1;

  const wishOf = (step: number, loadKw: number, pvKw: number): number => {
    switch (intent.kind) {
      case 'rest':
        return 0;
      case 'follow': {
        const surplus = pvKw - loadKw;
        return surplus > 0 ? (intent.charge ? surplus : 0) : intent.discharge ? surplus : 0;
      }
      case 'power':
        return intent.kw;
      case 'value':
        return intent.dispatch(step, { loadKw, pvKw, energyKwh: energy });
    }
  };

  for (let step = first; step < end; step += 1) {
    const place = step - first;
    const pvKw = past.pvKw[step] ?? 0;
    const today = past.day[step] ?? 0;
    if (today !== peakDay) {
      if (past.days[today]?.month !== past.days[peakDay]?.month) peaks = [];
      peaks.push(0);
      peakDay = today;
    }
    if ((storage !== null || loads.length > 0) && (place === 0 || periodOf(step) !== periodOf(step - 1))) {
      const begunMs = options.nowMs();
      intent = policy.decide({
        step,
        at: past.startAt + step * stepMs,
        energyKwh: energy,
        socPct: (100 * energy) / (site.battery?.capacityKwh ?? 1),
        dailyPeaksKw: peaks,
        loads: fleet.standings(step),
      });
      decideMs.push(options.nowMs() - begunMs);
    }
    let loadKw = past.loadKw[step] ?? 0;
    if (loads.length > 0) {
      // What the grid gives beside the battery's most is left for loads.
      const given = storage?.within(energy, Number.NEGATIVE_INFINITY) ?? 0;
      loadKw += fleet.draw(step, wishes(step, fleet.standings(step)), maxImportKw - loadKw + pvKw - given);
      for (const [load, kw] of loadsKw.entries()) kw[place] = fleet.kwOf(load);
    }
    const net = loadKw - pvKw;
    let kw = 0;
    if (storage !== null && site.battery !== null) {
      const { fromGrid, toGrid } = site.battery;
      let wish = wishOf(step, loadKw, pvKw);
      if (!fromGrid) wish = Math.min(wish, Math.max(-net, holdsKw(site.battery, hours)));
      if (!toGrid) wish = Math.max(wish, -Math.max(0, net));
      // The meter comes before the wish: less import than allowed, and no more export than the sun alone would be cut to.
      wish = Math.min(wish, maxImportKw - net);
      if (wish < 0) wish = Math.max(wish, Math.min(0, -maxExportKw - net));
      kw = storage.within(energy, wish);
      energy = Math.min(storage.mostKwh, storage.after(energy, kw));
    }
    const grid = net + kw;
    // Where the battery gives less than it was to give, less sun is held back, instead of buying.
    const asked = intent.kind === 'power' ? (intent.curtailKw ?? 0) - Math.max(0, kw - intent.kw) : 0;
    const tooMuch = Math.max(0, -grid - maxExportKw);
    const costly = policy.holdsBack && (past.exportPrice[step] ?? 0) < 0 && grid < 0 ? -grid : 0;
    const paid = policy.holdsBack && (past.importPrice[step] ?? 0) < 0 ? Math.max(0, maxImportKw - grid) : 0;
    const held = Math.min(pvKw, Math.max(asked, tooMuch, costly, paid));
    const meter = grid + held;
    importKw[place] = Math.max(0, meter);
    exportKw[place] = Math.max(0, -meter);
    batteryKw[place] = kw;
    curtailKw[place] = held;
    energyKwh[place] = energy;
    peaks[peaks.length - 1] = Math.max(peaks.at(-1) ?? 0, meter);
    if (place % TELL_EVERY === 0 && (await options.onProgress?.(place / count)) === false) return null;
  }
  return { importKw, exportKw, batteryKw, curtailKw, energyKwh, loadsKw, decideMs };
};
