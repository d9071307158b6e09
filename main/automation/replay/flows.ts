import { createStepPower, createStepSoc } from '../../../models/battery/simulation.ts';
import type { ReplayData } from './types.ts';

/** The powers of the house at one step, W; null where they are not known. Grid + import, battery + charging. */
export interface Flows {
  readonly pvW: number | null;
  readonly loadW: number | null;
  readonly batteryW: number | null;
  readonly gridW: number | null;
  readonly socPct: number | null;
}

/** The house with its battery, run forward along what was measured. */
export interface House {
  /** The powers of a step with so much more load than was measured; nothing moves on. */
  flows(step: number, deltaW: number, reservePct: number | null): Flows;
  /** Ends the step with these powers: the charge moves on. */
  advance(step: number, flows: Flows): void;
}

const known = (column: Float64Array, step: number): number | null => {
  const value = column[step] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
};

/**
 * Self-consumption as the inverter does it: surplus is stored, lack drawn, within what the battery was seen to do before. A
 * home whose battery is not known by its capacity keeps the battery's measured power. Where sun or load are missing nothing is
 * known, and the charge goes on from there by as much as it was measured to change.
 */
export const createHouse = (data: ReplayData): House => {
  const hasPv = data.pvW.some((value) => !Number.isNaN(value));
  const stepHours = data.stepMs / 3_600_000;
  const { battery } = data;
  const hasSoc = data.socPct.some((value) => !Number.isNaN(value));
  const simulates = battery !== null && hasSoc;
  const socOf = battery === null ? null : createStepSoc(battery, stepHours);
  const powerBy = new Map<number | null, ReturnType<typeof createStepPower>>();
  const powerOf = (reservePct: number | null) => {
    const found = powerBy.get(reservePct);
    if (found !== undefined || battery === null) return found;
    const made = createStepPower(reservePct === null ? battery : { ...battery, reservePct }, stepHours);
    powerBy.set(reservePct, made);
    return made;
  };
  let socPct: number | null = null;
  let lastMeasured: number | null = null;
  let gap = false;

  const socAt = (step: number): number | null => {
    const measured = known(data.socPct, step);
    if (!simulates) return measured;
    if (measured === null) return socPct;
    if (socPct === null) socPct = measured;
    else if (gap && lastMeasured !== null) socPct = Math.min(100, Math.max(0, socPct + measured - lastMeasured));
    gap = false;
    lastMeasured = measured;
    return socPct;
  };

  return {
    flows: (step, deltaW, reservePct) => {
      const soc = socAt(step);
      const measuredLoadW = known(data.loadW, step);
      const pvW = hasPv ? known(data.pvW, step) : 0;
      const loadW = measuredLoadW === null ? null : Math.max(0, measuredLoadW + deltaW);
      if (pvW === null || loadW === null) return { pvW, loadW, batteryW: null, gridW: null, socPct: soc };
      const power = simulates && soc !== null ? powerOf(reservePct) : undefined;
      const batteryW = power !== undefined && soc !== null ? power(soc, pvW, loadW) : (known(data.batteryW, step) ?? 0);
      return { pvW, loadW, batteryW, gridW: loadW + batteryW - pvW, socPct: soc };
    },
    advance: (_step, flows) => {
      if (!simulates || socOf === null || socPct === null) return;
      if (flows.batteryW === null) gap = true;
      else socPct = socOf(socPct, flows.batteryW);
    },
  };
};
