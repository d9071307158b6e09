import type { WriteFacts } from './facts.ts';

const PRIORITY = ['advisor', 'plan', 'rule', 'manual', 'stop'];
const CONSUMERS = ['load', 'none', 'miner', 'water-heater', 'other-load'];
const MOVABLE = ['miner', 'water-heater', 'other-load'];
/** Room for the last digit of a step. */
const HAIR = 1e-6;

const running = (value: WriteFacts['value']): boolean =>
  value === true || (typeof value === 'number' && value > 0) || (typeof value === 'string' && value !== 'off');

const insideRange = ({ range, value }: WriteFacts): boolean => {
  if (range === null) return typeof value === 'boolean';
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const steps = (value - range.min) / range.step;
  return (
    value >= range.min - HAIR &&
    value <= range.max + HAIR &&
    (Math.abs(steps - Math.round(steps)) < 1e-4 || Math.abs(value - range.max) < HAIR)
  );
};

/** What the wish adds to the import at the very least, W: the oracle knows less than the envelope and is never stricter. */
const addsAtLeastW = (facts: WriteFacts): number => {
  if (!CONSUMERS.includes(facts.role)) return 0;
  if (facts.range === null) return facts.value === true && facts.state !== true ? (facts.ratedW ?? 0) : 0;
  return facts.range.unit === 'W' && typeof facts.value === 'number' ? facts.value - (facts.ownW ?? 0) : 0;
};

/** Every way in which one write leaves the envelope, one name each; empty when it is inside. */
export const violationsOf = (facts: WriteFacts): readonly string[] => {
  const found: string[] = [];
  const { origin, value } = facts;
  const machine = PRIORITY.indexOf(origin) < PRIORITY.indexOf('manual');
  if (!facts.controllable) found.push('not-allowed');
  if (!insideRange(facts)) found.push('range');
  if (origin === 'stop') {
    if (value !== facts.safeState) found.push('stop-not-safe');
    return found;
  }
  if (facts.stopped) found.push('stopped');
  if (machine && facts.mode === 'watch') found.push('watch');
  if (!facts.reachable) found.push('unreachable');
  if (machine && !facts.punctual) found.push('late-device');
  if (machine && !facts.noBattery && facts.soc?.usable !== true) found.push('soc-stale');
  if (machine && facts.grid?.usable !== true) found.push('grid-stale');
  if (machine && facts.state === undefined) found.push('state-unknown');
  if (!facts.busy && facts.state !== undefined && facts.state === value) found.push('identical');
  if (facts.busy) found.push('busy');
  if (
    facts.heldBy &&
    facts.heldBy.untilAt > facts.at &&
    PRIORITY.indexOf(facts.heldBy.origin) > PRIORITY.indexOf(origin)
  )
    found.push('held');

  const floorPct = machine ? Math.max(facts.minimumPct, facts.criticalPct) : facts.criticalPct;
  if (!facts.noBattery && facts.soc?.usable === true && facts.soc.value < floorPct) {
    const turnsOn = running(value) && (facts.state === undefined || !running(facts.state));
    if (turnsOn && (machine ? CONSUMERS : MOVABLE).includes(facts.role)) found.push('soc-floor');
    const gives = facts.role === 'battery' || facts.role === 'grid';
    if (gives && facts.range?.unit === 'W' && typeof value === 'number' && value < 0) found.push('soc-discharge');
  }
  if (
    !facts.noBattery &&
    facts.role === 'battery' &&
    facts.range?.unit === '%' &&
    typeof value === 'number' &&
    value < floorPct - HAIR &&
    value < facts.range.max - HAIR
  )
    found.push('reserve');

  const added = addsAtLeastW(facts);
  if (facts.grid?.usable === true && added > 0 && facts.grid.value + added > facts.importLimitW + HAIR)
    found.push('import');
  if (facts.role === 'grid' && facts.range?.unit === 'W' && typeof value === 'number')
    if (value > facts.importLimitW + HAIR || value < -facts.exportLimitW - HAIR) found.push('grid-setpoint');

  if (facts.state !== undefined && running(facts.state) !== running(value)) {
    const rest = running(value) ? facts.minOffMs : facts.minOnMs;
    if (facts.sinceChangeMs !== null && facts.sinceChangeMs < rest) found.push('dwell');
    if (facts.switchesLastHour >= facts.switchesAnHour) found.push('switches');
  }
  if (facts.writesToday >= facts.writesADay) found.push('budget');
  return found;
};
