import type { WriteFacts } from './facts.ts';

const HAIR = 1e-6;
/** Beyond this the poor case is no reason any more. */
const HOURS_AHEAD = 6;

const running = (value: WriteFacts['value']): boolean =>
  value === true || (typeof value === 'number' && value > 0) || (typeof value === 'string' && value !== 'off');

interface Reckoned {
  readonly machine: boolean;
  readonly consumes: boolean;
  /** What the wish adds to the load at the very least, W. */
  readonly addsW: number;
  readonly highestSlotW: number;
}

/** The guard of the house may only take away. */
const guardViolations = (facts: WriteFacts, consumes: boolean): readonly string[] => {
  const { value, state, role, range } = facts;
  const found: string[] = [];
  const before = typeof state === 'number' ? state : null;
  if (consumes && running(value) && (state === undefined || !running(state))) found.push('guard-starts');
  if (consumes && typeof value === 'number' && value > 0 && before !== null && value > before)
    found.push('guard-raises');
  if (facts.table) found.push('guard-table');
  if ((role === 'battery' || role === 'grid') && range && typeof value === 'number') {
    if (range.unit === '%' && (before === null || value < before)) found.push('guard-reserve');
    if (range.unit === 'W' && value < 0 && (before === null || value < before)) found.push('guard-discharges');
    if (range.unit === 'W' && value > 0 && (before === null || value > before)) found.push('guard-charges');
  }
  return found;
};

const batteryViolations = (facts: WriteFacts, { machine, highestSlotW }: Reckoned): readonly string[] => {
  const { value, role, range, envelope } = facts;
  const found: string[] = [];
  if (role === 'battery' && facts.table && highestSlotW > envelope.mostOutW) found.push('table-rating');
  if ((role !== 'battery' && role !== 'grid') || range?.unit !== 'W' || typeof value !== 'number') return found;
  if (role === 'battery') {
    if (envelope.limits !== 'discharge' && value > envelope.mostInW + HAIR) found.push('charge-rating');
    if (envelope.limits === 'discharge' ? value > envelope.mostOutW + HAIR : value < -envelope.mostOutW - HAIR)
      found.push('discharge-rating');
  }
  const { batteryC, batteryLowC, batteryHighC } = envelope;
  if (!machine || envelope.limits !== null || value === 0 || batteryC === null) return found;
  if (batteryLowC === null && batteryHighC === null) return found;
  if (!batteryC.usable) found.push('battery-warmth-unknown');
  else if (batteryHighC !== null && batteryC.value > batteryHighC) found.push('battery-hot');
  else if (batteryLowC !== null && batteryC.value < batteryLowC) found.push('battery-cold');
  return found;
};

const loadViolations = (facts: WriteFacts, { machine, addsW }: Reckoned): readonly string[] => {
  const { envelope, grid } = facts;
  const found: string[] = [];
  if (addsW <= 0) return found;
  if (envelope.inverterW !== null) {
    const mostW = envelope.inverterW + facts.importLimitW;
    if (envelope.houseW?.usable === true && envelope.houseW.value + addsW > mostW + HAIR) found.push('inverter');
    if (machine && envelope.houseW?.usable !== true) found.push('house-unknown');
  }
  if (envelope.fuseA !== null) {
    const addsA = addsW / envelope.volts / envelope.drawsOn;
    const fuseA = envelope.fuseA;
    if (envelope.ownPhasesA.some((amperes) => amperes + addsA > fuseA + HAIR)) found.push('fuse');
    // One phase carries everything, whether somebody measures it apart or not.
    const whole = envelope.phases === 1 && envelope.ownPhasesA.length === 0 && grid?.usable === true;
    if (whole && (grid.value + addsW) / envelope.volts > fuseA + HAIR) found.push('fuse-one-phase');
  }
  return found;
};

const rampViolations = ({ value, state, safeState, range, envelope, sinceChangeMs }: WriteFacts): readonly string[] => {
  if (envelope.upAMinute === null || range === null || range.unit === '%' || typeof value !== 'number') return [];
  if (value === 0 || value === safeState) return [];
  if (typeof state !== 'number') return ['ramp-unknown'];
  const from = value > 0 === state > 0 || envelope.limits !== null ? Math.abs(state) : 0;
  const minutes = sinceChangeMs === null ? 1 : Math.min(1, sinceChangeMs / 60_000);
  return Math.abs(value) > from && Math.abs(value) > from + envelope.upAMinute * minutes + 1e-3 ? ['ramp'] : [];
};

/** In the poor case the battery would fall below its floor within hours, and a machine asked for it. */
const outlookViolations = (facts: WriteFacts, { machine, addsW }: Reckoned): readonly string[] => {
  const { envelope, grid, value, role, range } = facts;
  const { capacityKwh, poor, hours } = envelope;
  if (!machine || capacityKwh === null || capacityKwh === 0 || facts.noBattery) return [];
  const gives = role === 'battery' && range?.unit === 'W' && typeof value === 'number' ? Math.max(0, -value) : 0;
  const sunW = grid?.usable === true ? Math.max(0, -grid.value) : 0;
  const takenW = Math.max(gives, addsW - sunW);
  if (takenW <= 0) return [];
  const floorPct = Math.max(facts.minimumPct, facts.criticalPct);
  const falls = poor.some(({ hoursAhead, pct }) => {
    const takenPct = (takenW * Math.min(hours, hoursAhead)) / 10 / capacityKwh;
    return hoursAhead > 0 && hoursAhead <= HOURS_AHEAD && Math.max(0, pct - takenPct) < floorPct - HAIR;
  });
  return falls ? ['poor-case'] : [];
};

/** Every way in which a write leaves what a person wrote down for the house. */
export const envelopeViolations = (facts: WriteFacts, reckoned: Reckoned): readonly string[] => {
  const { envelope, value, state, origin } = facts;
  const { machine, consumes } = reckoned;
  const found: string[] = [...batteryViolations(facts, reckoned), ...loadViolations(facts, reckoned)];
  if (origin === 'safety')
    return [...found.filter((name) => !name.startsWith('fuse')), ...guardViolations(facts, consumes)];
  found.push(...rampViolations(facts), ...outlookViolations(facts, reckoned));
  const keeps = facts.role === 'battery' && facts.range?.unit === '%';
  const turnsOn = running(value) && !keeps && (state === undefined || !running(state));
  if (machine && envelope.lost && turnsOn && value !== facts.safeState) found.push('limits-lost');
  if (!turnsOn) return found;
  if (envelope.apart.includes('runs')) found.push('together');
  if (envelope.apart.includes('unknown')) found.push('together-unknown');
  if (envelope.batteryLoose && !facts.noBattery) found.push('battery-loose');
  if (machine && envelope.quiet) found.push('quiet');
  for (const { c, low, high } of envelope.warmth) {
    if (c !== null && high !== null && c > high) found.push('hot');
    if (c !== null && low !== null && c < low) found.push('cold');
    if (machine && c === null) found.push('warmth-unknown');
  }
  return found;
};
