import fc from 'fast-check';
import { expect } from 'vitest';
import { blockFrom } from '../../../main/devices/modbus/block.ts';
import { createFraming } from '../../../main/devices/modbus/framing.ts';
import { encodeRequest } from '../../../main/devices/modbus/pdu.ts';
import { cloudChannels } from '../../../main/devices/solark/cloud/channels.ts';
import { cloudReadings } from '../../../main/devices/solark/cloud/readings.ts';
import {
  batterySchema,
  envelopeSchema,
  flowSchema,
  gridSchema,
  inputSchema,
  invertersSchema,
  plantsSchema,
  settingsSchema,
  tokenSchema,
} from '../../../main/devices/solark/cloud/shapes.ts';
import { bodyFor, tableOf } from '../../../main/devices/solark/cloud/table-settings.ts';
import { SINGLE, THREE_PHASE } from '../../../main/devices/solark/registers.ts';
import { tableIn, tableWords, writesOf } from '../../../main/devices/solark/table.ts';
import { parseTimeTable, timeTableText } from '../../../preload/contract/time-table.ts';

/** The parsers of this vendor with the inputs that may break them; the quick suite runs some, the long one many. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'NaN', '1e400', '-', true, [], {}, -0, '0x10', ' 5 ', 'true'),
  fc.double(),
  fc.string({ maxLength: 8 }),
  fc.integer().map(String),
);
const record = (names: readonly string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] });

const FLOW = [
  'pvPower',
  'minPower',
  'battPower',
  'gridOrMeterPower',
  'loadOrEpsPower',
  'genPower',
  'soc',
  'toBat',
  'batTo',
  'toGrid',
  'gridTo',
  'existsGen',
  'existsMeter',
  'bmsCommFaultFlag',
];
const BATTERY = ['power', 'current', 'voltage', 'temp', 'soc', 'etotalChg', 'etotalDischg', 'chargeCurrentLimit'];
const GRID = ['pac', 'fac', 'limiterTotalPower', 'etotalFrom', 'etotalTo'];

const specs = new Map(cloudChannels(false).map((spec) => [spec.channelId, spec]));

const parsedOr = <Shape>(found: { success: true; data: Shape } | { success: false }, fallback: Shape): Shape =>
  found.success ? found.data : fallback;

/** Whatever a cloud sends: finite values of declared metrics, or nothing. */
const cloudProperty = fc.property(
  record(FLOW),
  record(BATTERY),
  fc.tuple(record(GRID), fc.array(record(['volt']), { maxLength: 3 })),
  fc.array(record(['pvNo', 'vpv', 'ipv', 'ppv']), { maxLength: 6 }),
  (flow, battery, [grid, vip], pvIV) => {
    const poll = {
      flow: parsedOr(flowSchema.safeParse(flow), flowSchema.parse({})),
      battery: parsedOr(batterySchema.safeParse(battery), batterySchema.parse({})),
      grid: parsedOr(gridSchema.safeParse({ ...grid, vip }), gridSchema.parse({})),
      input: parsedOr(inputSchema.safeParse({ pvIV }), inputSchema.parse({})),
      status: 1,
    };
    for (const { channelId, metric, value } of cloudReadings(poll, { measuredAt: 1, receivedAt: 2 })) {
      expect(Number.isFinite(value)).toBe(true);
      expect(specs.get(channelId)?.metrics).toContain(metric);
    }
  },
);

const shapesProperty = fc.property(fc.jsonValue(), (value) => {
  for (const schema of [envelopeSchema, tokenSchema, plantsSchema, invertersSchema, settingsSchema])
    schema.safeParse(value);
  const settings = settingsSchema.safeParse(value);
  if (settings.success) expect(tableOf(settings.data).ok).toBe(false);
});

const slot = fc.record({
  powerW: fc.nat({ max: 12_000 }),
  socPct: fc.nat({ max: 100 }),
  gridCharge: fc.boolean(),
  generatorCharge: fc.boolean(),
  sell: fc.boolean(),
});
const table = fc
  .tuple(
    fc.uniqueArray(fc.nat({ max: 1_439 }), { minLength: 6, maxLength: 6 }),
    fc.array(slot, { minLength: 6, maxLength: 6 }),
  )
  .map(([starts, slots]) =>
    slots.map((one, at) => ({ ...one, startMinute: [...starts].sort((a, b) => a - b)[at] ?? 0 })),
  );

/** Any six slots over any registers: what is written reads back as asked, with every other bit as it was. */
const tableProperty = fc.property(
  table,
  fc.boolean(),
  fc.constantFrom(SINGLE.table, THREE_PHASE.table),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 300, maxLength: 300 }),
  (slots, inForce, at, found) => {
    const before = blockFrom((address) => found[address]);
    const writes = writesOf(tableWords(slots, inForce, before, at), (address, word) => found[address] === word, at);
    const after = [...found];
    for (const { start, values } of writes) {
      expect(values.length).toBeLessThanOrEqual(20);
      for (const [offset, word] of values.entries()) {
        expect(after[start + offset]).not.toBe(word);
        after[start + offset] = word;
      }
    }
    const block = blockFrom((address) => after[address]);
    expect(tableIn(block, at)).toBe(timeTableText(slots, inForce));
    const mine = new Set([
      at.enable,
      ...[at.starts, at.powers, at.socs, at.flags].flatMap((first) => [0, 1, 2, 3, 4, 5].map((index) => first + index)),
    ]);
    expect(found.filter((word, address) => !mine.has(address) && after[address] !== word)).toEqual([]);
    const kept = ~(3 | at.sellBit);
    const flags = (words: readonly number[]) => words.slice(at.flags, at.flags + 6).map((word) => word & kept);
    expect(flags(after)).toEqual(flags(found));
    const again = writesOf(tableWords(slots, inForce, block, at), (address, word) => after[address] === word, at);
    expect(again).toEqual([]);
  },
);

/** Any registers: a canonical text or null, never a throw; a text of rising slots is what the contract reads. */
const foundTableProperty = fc.property(
  fc.constantFrom(SINGLE.table, THREE_PHASE.table),
  fc.array(fc.integer({ min: 0, max: 2_500 }), { minLength: 300, maxLength: 300 }),
  (at, words) => {
    const text = tableIn(
      blockFrom((address) => words[address]),
      at,
    );
    if (text === null) return;
    const read = parseTimeTable(text);
    if ('slots' in read) expect(timeTableText(read.slots, read.inForce)).toBe(text);
    else expect(read.problem).toMatch(/does not start after/);
  },
);

const tableTextProperty = fc.property(fc.string({ maxLength: 80 }), record(['sellTime1', 'cap1']), (text, settings) => {
  const parsed = settingsSchema.parse(settings);
  expect(bodyFor(text, parsed, '1').ok).toBe(false);
});

const framingProperty = fc.property(
  fc.constantFrom('tcp' as const, 'rtu' as const),
  fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }),
  fc.integer({ min: 1, max: 20 }),
  (name, chunks, count) => {
    const framing = createFraming(name);
    framing.wrap(1, encodeRequest({ fn: 3, address: 0, count }));
    for (const chunk of chunks) {
      const { answers, foreign } = framing.take(Buffer.from(chunk));
      expect(foreign).toBeGreaterThanOrEqual(0);
      for (const answer of answers) expect(answer.length).toBeGreaterThan(0);
    }
  },
);

type Run = (numRuns: number) => void;

/** Each parser by name: run it with so many inputs. */
export const SOLARK_FUZZ: readonly (readonly [string, Run])[] = [
  ['what a cloud sends of its live values', (numRuns) => fc.assert(cloudProperty, { numRuns })],
  ['any JSON as an answer of the cloud', (numRuns) => fc.assert(shapesProperty, { numRuns })],
  ['any table over any registers', (numRuns) => fc.assert(tableProperty, { numRuns })],
  ['any registers as a table', (numRuns) => fc.assert(foundTableProperty, { numRuns })],
  ['any text as a table for the cloud', (numRuns) => fc.assert(tableTextProperty, { numRuns })],
  ['any bytes in either framing', (numRuns) => fc.assert(framingProperty, { numRuns })],
];
