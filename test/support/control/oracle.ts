import type { WriteFacts } from './facts.ts';
import { envelopeViolations } from './oracle-envelope.ts';

const PRIORITY = ['advisor', 'plan', 'rule', 'manual', 'safety', 'stop'];
const MOVABLE = ['miner', 'water-heater', 'ev', 'heat-pump', 'climate', 'other-load'];
const CONSUMERS = ['load', 'none', ...MOVABLE];
/** Room for the last digit of a step. */
const HAIR = 1e-6;

const running = (value: WriteFacts['value']): boolean =>
  value === true || (typeof value === 'number' && value > 0) || (typeof value === 'string' && value !== 'off');

interface Slot {
  readonly minute: number;
  readonly watts: number;
  readonly pct: number;
  readonly flags: string;
}

const WORDS = ['grid', 'generator', 'sell'];
const unsigned = (text: string | undefined, end: string): number =>
  text?.endsWith(end) && /^\d+$/.test(text.slice(0, text.length - end.length))
    ? Number(text.slice(0, text.length - end.length))
    : Number.NaN;

const slotOf = (text: string): Slot | null => {
  const [time, watts, pct, ...flags] = text.split(' ').filter((word) => word !== '');
  const [hour, minute] = (time ?? '').split(':').map((part) => unsigned(part, ''));
  const slot = {
    minute: (hour ?? Number.NaN) < 24 && (minute ?? Number.NaN) < 60 ? (hour ?? 0) * 60 + (minute ?? 0) : Number.NaN,
    watts: unsigned(watts, 'W'),
    pct: unsigned(pct, '%'),
    flags: WORDS.filter((word) => flags.includes(word)).join(),
  };
  const whole = [slot.minute, slot.watts, slot.pct].every(Number.isFinite) && slot.pct <= 100;
  return whole && flags.every((word) => WORDS.includes(word)) ? slot : null;
};

/** The slots as the inverter would get them, read here once more; null where the text is no table. */
const slotsOf = (value: WriteFacts['value'] | undefined): readonly Slot[] | null => {
  if (typeof value !== 'string') return null;
  const slots = value.replace(/^off;/, '').split(';').map(slotOf);
  const read = slots.filter((slot) => slot !== null);
  return read.length === slots.length ? read : null;
};

const tableViolations = ({ value, table }: WriteFacts): readonly string[] => {
  if (table === null) return [];
  const slots = slotsOf(value);
  if (slots === null) return ['table-form'];
  const found: string[] = [];
  if (slots.length !== table.slots) found.push('table-slots');
  if (slots.some(({ minute }, index) => index > 0 && minute <= (slots[index - 1]?.minute ?? 0)))
    found.push('table-order');
  if (slots.some(({ watts }) => watts > table.mostW)) found.push('table-power');
  return found;
};

/** Nothing would change: a table may be spelt in more than one way. */
const isSame = ({ table, value, state }: WriteFacts): boolean => {
  if (state === value) return true;
  const [wished, standing] = table ? [slotsOf(value), slotsOf(state)] : [null, null];
  if (wished === null || standing === null || String(value).startsWith('off;') !== String(state).startsWith('off;'))
    return false;
  return JSON.stringify(wished) === JSON.stringify(standing);
};

const insideRange = ({ range, names, table, value }: WriteFacts): boolean => {
  if (names !== null || table !== null) return true;
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
  if (facts.range === null) {
    const stands = facts.state === undefined || !running(facts.state);
    return running(facts.value) && stands ? (facts.ratedW ?? 0) : 0;
  }
  return facts.range.unit === 'W' && typeof facts.value === 'number' ? facts.value - (facts.ownW ?? 0) : 0;
};

/** Every way in which one write leaves the envelope, one name each; empty when it is inside. */
export const violationsOf = (facts: WriteFacts): readonly string[] => {
  const found: string[] = [];
  const { origin, value } = facts;
  const machine = PRIORITY.indexOf(origin) < PRIORITY.indexOf('manual');
  const guard = origin === 'safety';
  if (!facts.controllable) found.push('not-allowed');
  if (!insideRange(facts)) found.push('range');
  if (facts.names && !facts.names.some((name) => name === value)) found.push('choice');
  found.push(...tableViolations(facts));
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
  if (!facts.busy && facts.state !== undefined && isSame(facts)) found.push('identical');
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
  if (!facts.noBattery && facts.table && slotsOf(value)?.some(({ pct }) => pct < floorPct)) found.push('table-floor');

  const added = addsAtLeastW(facts);
  if (!guard && facts.grid?.usable === true && added > 0 && facts.grid.value + added > facts.importLimitW + HAIR)
    found.push('import');
  if (facts.role === 'grid' && facts.range?.unit === 'W' && typeof value === 'number')
    if (value > facts.importLimitW + HAIR || value < -facts.exportLimitW - HAIR) found.push('grid-setpoint');

  if (!guard && facts.state !== undefined && running(facts.state) !== running(value)) {
    const rest = running(value) ? facts.minOffMs : facts.minOnMs;
    if (facts.sinceChangeMs !== null && facts.sinceChangeMs < rest) found.push('dwell');
    if (facts.switchesLastHour >= facts.switchesAnHour) found.push('switches');
  }
  if (facts.writesToday >= facts.writesADay && !(guard && CONSUMERS.includes(facts.role))) found.push('budget');
  found.push(
    ...envelopeViolations(facts, {
      machine,
      consumes: CONSUMERS.includes(facts.role),
      addsW: guard ? 0 : added,
      highestSlotW: Math.max(0, ...((facts.table && slotsOf(value)) ?? []).map(({ watts }) => watts)),
    }),
  );
  return found;
};
