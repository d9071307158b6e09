import { parseTimeTable, type TimeTableSlot, timeTableText } from '../../../../preload/contract/time-table.ts';
import { ok, permanent, type Result, temporary } from '../../../result.ts';
import { SLOTS } from '../table.ts';
import type { CloudSettings } from './shapes.ts';

const EACH = Array.from({ length: SLOTS }, (_, slot) => slot + 1);
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => `${day}On`);
/** Sic. */
const IN_FORCE = 'peakAndVallery';
/** Settings that the cloud writes together with the table; a body without one of them resets it. */
const COMPANIONS = [
  'safetyType',
  'battMode',
  'sysWorkMode',
  'energyMode',
  'solarSell',
  'pvMaxLimit',
  'solarMaxSellPower',
  'zeroExportPower',
];

const start = (slot: number): string => `sellTime${slot}`;
const power = (slot: number): string => `sellTime${slot}Pac`;
const volts = (slot: number): string => `sellTime${slot}Volt`;
const level = (slot: number): string => `cap${slot}`;
/** Both spellings occur, the one with words and the other with digits. */
const gridNames = (slot: number): readonly string[] => [`time${slot}on`, `time${slot}On`];
const generator = (slot: number): string => `genTime${slot}on`;

const isOn = (text: string | null | undefined): boolean => text === 'true' || text === '1';
const asBefore = (before: string | null | undefined, on: boolean): string =>
  before === '0' || before === '1' ? (on ? '1' : '0') : on ? 'true' : 'false';

const incomplete = (name: string) =>
  temporary(
    'device.malformed',
    `The cloud does not say all of the time-of-use table: "${name}" is missing.`,
    'It is asked again by itself; set the six slots once in the vendor’s app when this goes on.',
  );

const unequal = () =>
  permanent(
    'device.value-refused',
    'Only the first inverter of a parallel set takes its settings.',
    'Choose the serial number of the master.',
  );

const NUMBER = /^\d{1,6}(\.0+)?$/;
const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** The table as canonical text, or which part of it the cloud does not say. */
export const tableOf = (settings: CloudSettings): Result<string> => {
  const slots: TimeTableSlot[] = [];
  for (const slot of EACH) {
    const clock = CLOCK.exec(settings[start(slot)] ?? '');
    const powerW = settings[power(slot)] ?? '';
    const socPct = settings[level(slot)] ?? '';
    const gridName = gridNames(slot).find((name) => settings[name] !== undefined && settings[name] !== null);
    if (!clock) return incomplete(start(slot));
    if (!NUMBER.test(powerW)) return incomplete(power(slot));
    if (!NUMBER.test(socPct) || Number(socPct) > 100) return incomplete(level(slot));
    if (gridName === undefined) return incomplete(`time${slot}on`);
    slots.push({
      startMinute: Number(clock[1]) * 60 + Number(clock[2]),
      powerW: Number(powerW),
      socPct: Number(socPct),
      gridCharge: isOn(settings[gridName]),
      generatorCharge: isOn(settings[generator(slot)]),
      // The cloud keeps no such flag under a name that is known.
      sell: false,
    });
  }
  if (settings[IN_FORCE] === undefined || settings[IN_FORCE] === null) return incomplete(IN_FORCE);
  const days = DAYS.filter((day) => settings[day] !== undefined && settings[day] !== null);
  const inForce = isOn(settings[IN_FORCE]) && (days.length === 0 || days.some((day) => isOn(settings[day])));
  return ok(timeTableText(slots, inForce));
};

/** The body of a write: the whole group as it was read, with the table changed. `null` where it stands already. */
export const bodyFor = (
  text: string,
  settings: CloudSettings,
  sn: string,
): Result<Readonly<Record<string, string>> | null> => {
  const wished = parseTimeTable(text);
  const refused = (message: string, advice: string) => permanent('device.value-refused', message, advice);
  if ('problem' in wished) return refused(wished.problem, 'Write all six slots in rising order.');
  const { slots, inForce } = wished;
  if (slots.length !== SLOTS)
    return refused(`The inverter has ${SLOTS} slots, not ${slots.length}.`, `Write all ${SLOTS} slots.`);
  if (slots.some(({ sell }) => sell))
    return refused('Selling in a slot cannot be set through this cloud.', 'Leave it out, or use a local link.');
  const stands = tableOf(settings);
  if (!stands.ok) return stands;
  const master = settings['equipMode'];
  if (master !== undefined && master !== null && !['0', '1'].includes(master)) return unequal();
  if (stands.value === text) return ok(null);

  const group = [
    ...COMPANIONS,
    IN_FORCE,
    ...DAYS,
    ...EACH.flatMap((slot) => [
      start(slot),
      power(slot),
      volts(slot),
      level(slot),
      ...gridNames(slot),
      generator(slot),
    ]),
  ];
  const body: Record<string, string> = { sn };
  for (const name of group) {
    const value = settings[name];
    if (value !== undefined && value !== null) body[name] = value;
  }
  const set = (name: string, on: boolean): void => {
    if (name in body) body[name] = asBefore(body[name], on);
  };
  for (const [index, { startMinute, powerW, socPct, gridCharge, generatorCharge }] of slots.entries()) {
    const slot = index + 1;
    const two = (value: number): string => String(value).padStart(2, '0');
    body[start(slot)] = `${two(Math.floor(startMinute / 60))}:${two(startMinute % 60)}`;
    body[power(slot)] = String(powerW);
    body[level(slot)] = String(socPct);
    for (const name of gridNames(slot)) set(name, gridCharge);
    if (generatorCharge && !(generator(slot) in body)) return incomplete(generator(slot));
    set(generator(slot), generatorCharge);
  }
  set(IN_FORCE, inForce);
  // Days that were chosen stay chosen; where none is, the table of a day means every day.
  if (inForce && !DAYS.some((day) => isOn(body[day]))) for (const day of DAYS) set(day, true);
  return ok(body);
};
