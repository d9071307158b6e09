import { describe, expect, it } from 'vitest';
import { cgminerAnswer } from '../../../../main/devices/miners/cgminer-answer.ts';
import { isWholeAnswer, type LooseValue, numberIn, parseLoose } from '../../../../main/devices/miners/loose-json.ts';
import { fixtureText } from '../../../support/devices/fixture.ts';

const plain = (value: LooseValue): unknown =>
  value instanceof Map
    ? Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]))
    : Array.isArray(value)
      ? value.map(plain)
      : value;

const read = (text: string): unknown => {
  const answer = parseLoose(text);
  return answer.ok ? plain(answer.value) : answer.why;
};

const CASES = new Map(
  fixtureText('miners/cgminer_malformed_CONSTRUCTED.jsonl')
    .trim()
    .split('\n')
    .map((line): [string, string] => {
      const { case: name, raw } = JSON.parse(line);
      return [name, raw];
    }),
);
const named = (start: string): string => {
  const found = [...CASES].find(([name]) => name.startsWith(start));
  if (!found) throw new Error(`no case ${start}`);
  return found[1];
};

describe('answers as miners write them', () => {
  it.each([
    'cgminer_avalon_stats.json',
    'cgminer_avalon_devs.json',
    'cgminer_avalon_version.json',
    'bmminer_antminer_stats.json',
    'bmminer_antminer_version.json',
    'ccminer_hammer_stats.json',
    'ccminer_hammer_summary.json',
    'vnish_summary_PARTIAL.json',
  ])('reads the captured %s as strict JSON does, without a repair', (name) => {
    const text = fixtureText(`miners/${name}`);
    const answer = parseLoose(text);
    expect(answer).toMatchObject({ ok: true, repaired: false });
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['trailing NUL', { SUMMARY: [{ 'MHS av': 1 }] }],
    ['missing comma', { STATS: [{ A: 1 }, { B: 2 }] }],
    ['leading comma', { STATUS: [{ STATUS: 'S' }] }],
    ['trailing comma', { STATUS: [{ STATUS: 'S' }] }],
    ['line breaks', { STATUS: [{ STATUS: 'S', Msg: 'a\nb' }] }],
    ['nan and inf', { STATS: [{ x: null, y: null }] }],
    ['repeated key', { STATS: [{ temp1: 42, 'temp1#1': 21 }] }],
  ])('mends: %s', (name, expected) => {
    expect(read(named(name))).toMatchObject(expected);
  });

  it('covers every case of the list', () => {
    expect([...CASES.keys()]).toHaveLength(10);
    expect(read(named('truncated'))).toBe('cut-short');
    expect(read(named('plain text'))).toBe('not-json');
    const refused = parseLoose(named('error status'));
    if (!refused.ok) throw new Error(refused.why);
    expect(cgminerAnswer(refused.value)?.status).toEqual({
      letter: 'E',
      code: 45,
      message: "Access denied to 'restart' command",
    });
  });

  it('mends a missing comma before a name, a list in curly brackets, and a lost beginning', () => {
    expect(read('{"a":"x""temp0":3}')).toEqual({ a: 'x', temp0: 3 });
    expect(read('{"DEVS":{{"A":1},{"A":2}},"id":1}')).toEqual({ DEVS: [{ A: 1 }, { A: 2 }], id: 1 });
    expect(read(',"id":1}')).toEqual({ id: 1 });
    expect(read('{"a":1')).toBe('cut-short');
    expect(read('{"a":12')).toBe('cut-short');
    expect(read('')).toBe('not-json');
    expect(read('<html></html>')).toBe('not-json');
    expect(read('{"a":1} x')).toBe('not-json');
    expect(read(`${'['.repeat(60)}${']'.repeat(60)}`)).toBe('not-json');
    expect(read('{"__proto__":{"x":1}}')).toEqual(JSON.parse('{"__proto__":{"x":1}}'));
  });

  it('never takes a cut answer for a whole one, wherever it is cut', () => {
    const whole = fixtureText('miners/ccminer_hammer_summary.json').trim();
    for (let length = 1; length < whole.length; length += 1) expect(parseLoose(whole.slice(0, length)).ok).toBe(false);
  });

  it('knows the end of an answer by its brackets or a NUL, not by brackets inside text', () => {
    const whole = (text: string): boolean => isWholeAnswer(Buffer.from(text));
    expect(whole('{"a":[1,2]}')).toBe(true);
    expect(whole('{"a":"}]"')).toBe(false);
    expect(whole('{"a":"\\"}"}')).toBe(true);
    expect(whole('{"a":1\0')).toBe(true);
    expect(whole('Socket connect failed')).toBe(false);
    expect(whole('')).toBe(false);
  });

  it('reads numbers that come as text, and nothing from text that is none', () => {
    expect(['4885.0813', 12, '-3', '1e3'].map(numberIn)).toEqual([4885.0813, 12, -3, 1000]);
    expect(['', 'nan', 'inf', '12 W', null, true, '0x10', ' '].map(numberIn)).toEqual(Array(8).fill(null));
  });
});
