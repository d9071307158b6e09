import fc from 'fast-check';
import { expect } from 'vitest';
import { axeosInfoSchema, axeosReport } from '../../../main/devices/miners/axeos-shapes.ts';
import {
  braiinsReport,
  coolingSchema,
  detailedSchema,
  detailsSchema,
  modeSchema,
  statsSchema,
} from '../../../main/devices/miners/braiins-shapes.ts';
import { cgminerAnswer } from '../../../main/devices/miners/cgminer-answer.ts';
import { cgminerReport } from '../../../main/devices/miners/cgminer-readings.ts';
import { isObject, isWholeAnswer, type LooseObject, parseLoose } from '../../../main/devices/miners/loose-json.ts';
import { MINER_CHANNELS, type MinerReport, minerReadings } from '../../../main/devices/miners/report.ts';
import { whatsminerReport, whatsminerV3Report } from '../../../main/devices/miners/whatsminer-readings.ts';
import { whatsminerSeal } from '../../../main/devices/miners/whatsminer-seal.ts';
import { v3Text } from '../../../main/devices/miners/whatsminer-v3-link.ts';
import { thermiaReadings } from '../../../main/devices/thermia/decode.ts';
import { fixtureText } from './fixture.ts';

/** Whatever comes out of a parser is finite and dated, or nothing. */
const sound = (report: MinerReport): void => {
  const readings = minerReadings(MINER_CHANNELS.mining, report, { measuredAt: 1, receivedAt: 2 });
  for (const { value, metric } of readings) {
    expect(Number.isFinite(value), metric).toBe(true);
    if (metric === 'tempC') expect(value).toBeGreaterThan(-273);
  }
};

const PIECES = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\0', '\n', 'nan', 'inf', 'true', 'null', '-273.0', '1e999', '0', ' '],
  ...['"STATUS"', '"S"', '"SUMMARY"', '"STATS"', '"DEVS"', '"MHS 5s"', '"temp2_1"', '"MM ID0"', '"TMax[78]"', '"Msg"'],
];
const looseText = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.json(),
  fc.string(),
);

const NAMES = [
  'MHS 5s',
  'GHS av',
  'temp1',
  'temp2_1',
  'temp_chip1',
  'MM ID0',
  'Power',
  'Watts',
  'PSU',
  'Status',
  'vin',
  'iin',
  'hash-realtime',
  'power-realtime',
  'board-temperature',
];
const scalar = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('-273', '0-61-59', 'TMax[999] WALLPOWER[-1]'),
);
const row: fc.Arbitrary<LooseObject> = fc
  .dictionary(fc.constantFrom(...NAMES), scalar)
  .map((members) => new Map(Object.entries(members)));
const rows = fc.array(row, { maxLength: 3 });

/** A captured answer with some of its bytes struck, doubled or replaced. */
const mutated = (text: string) =>
  fc
    .array(fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 0, max: 2 }), fc.constantFrom(...PIECES)), {
      minLength: 1,
      maxLength: 6,
    })
    .map((cuts) =>
      cuts.reduce((was, [at, how, piece]) => {
        if (how === 0) return was.slice(0, at) + was.slice(at + 1);
        return how === 1 ? was.slice(0, at) + piece + was.slice(at) : was.slice(0, at);
      }, text),
    );

const readAll = (text: string): void => {
  const parsed = parseLoose(text);
  isWholeAnswer(Buffer.from(text));
  if (!parsed.ok) return;
  const answer = cgminerAnswer(parsed.value);
  if (!answer) return;
  sound(
    cgminerReport({
      summary: answer.rows('SUMMARY'),
      stats: answer.rows('STATS'),
      devs: answer.rows('DEVS'),
      power: answer.rows('POWER'),
      paused: false,
    }),
  );
};

const SAMPLES = [
  'cgminer_avalon_devs',
  'bmminer_antminer_version',
  'ccminer_hammer_summary',
  'ccminer_hammer_stats',
].map((name) => fixtureText(`miners/${name}.json`));
const seal = whatsminerSeal('word', { salt: 'a', newsalt: 'b', time: '1' });
const json = fc.jsonValue();
const word = fc.integer({ min: 0, max: 0xffff });
const words = (count: number) => fc.option(fc.array(word, { minLength: 0, maxLength: count }));
const bits = (count: number) => fc.option(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: count }));

/** Every parser of miners and heat pumps against `numRuns` inputs each: nothing throws, nothing unsound comes out. */
export const FUZZ: Readonly<Record<string, (numRuns: number) => void>> = {
  'loose JSON of pieces': (numRuns) => fc.assert(fc.property(looseText, readAll), { numRuns }),
  'captured answers with damage': (numRuns) =>
    fc.assert(fc.property(fc.constantFrom(...SAMPLES).chain(mutated), readAll), { numRuns }),
  'good JSON stays as it is': (numRuns) =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (members) => {
        const parsed = parseLoose(JSON.stringify(members));
        if (!parsed.ok || !isObject(parsed.value)) throw new Error('refused');
        expect(parsed.repaired).toBe(false);
        expect(Object.fromEntries(parsed.value)).toEqual(members);
      }),
      { numRuns },
    ),
  'rows of cgminer': (numRuns) =>
    fc.assert(
      fc.property(fc.record({ summary: rows, stats: rows, devs: rows, power: rows, paused: fc.boolean() }), (facts) =>
        sound(cgminerReport(facts)),
      ),
      { numRuns },
    ),
  'rows of Whatsminers': (numRuns) =>
    fc.assert(
      fc.property(fc.option(row), fc.option(row), fc.boolean(), (summary, psu, off) => {
        sound(whatsminerReport({ summary, psu, off, limitW: null }));
        sound(whatsminerV3Report({ summary: summary ?? 'down', off }));
      }),
      { numRuns },
    ),
  'frames and seals of Whatsminers': (numRuns) =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        const text = v3Text(buffer);
        if (text !== null) expect(buffer.readUInt32LE(0)).toBe(buffer.length - 4);
        seal.open(buffer.toString('base64'));
        seal.open(buffer.toString('latin1'));
      }),
      { numRuns },
    ),
  'answers of Braiins OS': (numRuns) =>
    fc.assert(
      fc.property(json, json, json, json, json, (one, two, three, four, five) => {
        const pick = <Value>(parsed: { success: boolean; data?: Value }): Value | null => parsed.data ?? null;
        const details = detailsSchema.safeParse(one);
        if (!details.success) return;
        sound(
          braiinsReport({
            details: details.data,
            stats: pick(statsSchema.safeParse(two)),
            cooling: pick(coolingSchema.safeParse(three)),
            mode: pick(modeSchema.safeParse(four)),
            detailed: pick(detailedSchema.safeParse(five)),
          }),
        );
      }),
      { numRuns },
    ),
  'answers of AxeOS': (numRuns) =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('power', 'temp', 'hashRate', 'ASICModel', 'miningPaused', 'macAddr'), json),
        (one) => {
          const info = axeosInfoSchema.safeParse(one);
          if (info.success) sound(axeosReport(info.data));
        },
      ),
      { numRuns },
    ),
  'registers of a Thermia': (numRuns) =>
    fc.assert(
      fc.property(
        fc.record({
          inputs: fc.record({
            demand: words(1),
            temperatures: words(7),
            tank: words(4),
            power: words(3),
            energy: words(2),
            room: words(1),
          }),
          holdings: fc.record({ comfort: words(1), hotWater: words(2) }),
          coils: fc.record({ allowed: bits(3) }),
          discrete: fc.record({ alarms: bits(3), compressor: bits(1) }),
        }),
        (poll) => {
          for (const { value, metric } of thermiaReadings(poll, { measuredAt: 1, receivedAt: 2 })) {
            expect(Number.isFinite(value)).toBe(true);
            if (metric === 'tempC') expect(value).not.toBe(327.67);
          }
        },
      ),
      { numRuns },
    ),
};
