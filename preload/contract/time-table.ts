import { z } from 'zod';

/**
 * The daily table by which slot-table inverters (Sol-Ark, Deye, Sunsynk) are steered. It is one setting: windows that are
 * written slot by slot get truncated or act on the wrong day, so the table is written, read back and compared as a whole.
 * A slot lasts until the next one starts; the last one runs over midnight.
 */
export const timeTableSlotSchema = z.strictObject({
  /** Minutes after the inverter's own midnight. */
  startMinute: z.number().int().min(0).max(1439),
  /** Most power out of the battery, W. */
  powerW: z.number().int().min(0).max(100_000),
  /** The floor while discharging and the target while charging, %. */
  socPct: z.number().int().min(0).max(100),
  gridCharge: z.boolean(),
  generatorCharge: z.boolean(),
  /** Whether the battery may feed the grid. */
  sell: z.boolean(),
});
export type TimeTableSlot = z.infer<typeof timeTableSlotSchema>;

const SLOT = /^([01]\d|2[0-3]):([0-5]\d) (\d{1,6})W (\d{1,3})%((?: (?:grid|generator|sell))*)$/;
const FLAGS = [
  ['grid', 'gridCharge'],
  ['generator', 'generatorCharge'],
  ['sell', 'sell'],
] as const;

const two = (value: number): string => String(value).padStart(2, '0');

const slotText = (slot: TimeTableSlot): string =>
  [
    `${two(Math.floor(slot.startMinute / 60))}:${two(slot.startMinute % 60)}`,
    `${slot.powerW}W`,
    `${slot.socPct}%`,
    ...FLAGS.flatMap(([word, name]) => (slot[name] ? [word] : [])),
  ].join(' ');

/** Before a table that stands in the inverter and is not followed. */
const NOT_IN_FORCE = 'off; ';

/** The canonical text: equal tables are equal texts. `00:00 5000W 30%; 02:00 5000W 100% grid; …` */
export const timeTableText = (slots: readonly TimeTableSlot[], inForce = true): string =>
  `${inForce ? '' : NOT_IN_FORCE}${slots.map(slotText).join('; ')}`;

const parseSlot = (text: string): TimeTableSlot | null => {
  const found = SLOT.exec(text.trim());
  if (!found) return null;
  const [, hour, minute, powerW, socPct, flags] = found;
  const words = new Set((flags ?? '').trim().split(' '));
  const slot = timeTableSlotSchema.safeParse({
    startMinute: Number(hour) * 60 + Number(minute),
    powerW: Number(powerW),
    socPct: Number(socPct),
    gridCharge: words.has('grid'),
    generatorCharge: words.has('generator'),
    sell: words.has('sell'),
  });
  return slot.success ? slot.data : null;
};

/**
 * Reads a table; answers a sentence that says what is wrong where it is none. Slots must ascend, from midnight on. A table
 * that begins with `off;` is kept in the inverter and not followed.
 */
export const parseTimeTable = (
  text: string,
): { readonly slots: readonly TimeTableSlot[]; readonly inForce: boolean } | { readonly problem: string } => {
  const slots: TimeTableSlot[] = [];
  const inForce = !text.startsWith(NOT_IN_FORCE);
  for (const [index, part] of (inForce ? text : text.slice(NOT_IN_FORCE.length)).split(';').entries()) {
    const slot = parseSlot(part);
    if (!slot)
      return { problem: `Slot ${index + 1} cannot be read: "${part.trim()}". Write it as 02:00 5000W 80% grid.` };
    const before = slots.at(-1);
    if (before && slot.startMinute <= before.startMinute)
      return { problem: `Slot ${index + 1} does not start after slot ${index}.` };
    slots.push(slot);
  }
  return { slots, inForce };
};
