import { describe, expect, it } from 'vitest';
import { commandPayload, findIn, meant, measured, timeOf } from '../../../../main/devices/mqtt/payload.ts';
import { parsePath } from '../../../../main/devices/mqtt/payload-path.ts';
import { filterProblem, topicMatches } from '../../../../main/devices/mqtt/topic.ts';
import { parseTopicLines, type TopicLine } from '../../../../main/devices/mqtt/topic-line.ts';

const lineOf = (text: string): TopicLine => {
  const [line] = parseTopicLines(text).lines;
  if (!line) throw new Error(parseTopicLines(text).problems[0]?.message);
  return line;
};
/** What a payload becomes in the end: the measured number, or what is in its place. */
const read = (text: string, payload: string): number | string | null => {
  const line = lineOf(text);
  const found = findIn(payload, line.path);
  if (found.kind !== 'value') return found.kind;
  const said = meant(found.value, line.value);
  return said === null ? 'not meant' : measured(said, line.value);
};

describe('payloads', () => {
  it.each([
    ['x state=a unit=W', '1432.5', 1_432.5],
    ['x state=a unit=kW scale=-1', ' 1.5 ', -1_500],
    ['x state=a unit=°F', '212', 100],
    ['x state=a unit=Wh', '1500', 1.5],
    ['x state=a unit=W', '', 'absent'],
    ['x state=a unit=W', 'unavailable', 'absent'],
    ['x state=a unit=W', 'NaN', 'absent'],
    ['x state=a unit=W', 'Infinity', 'not meant'],
    ['x state=a unit=W', '12 W', 'not meant'],
    ['x state=a unit=W', '1e999', 'not meant'],
    ['x state=a unit=W', 'true', 'not meant'],
    ['x state=a unit=W path=ENERGY.Power', '{"ENERGY":{"Power":0}}', 0],
    ['x state=a unit=W path=ENERGY.Power', '{"ENERGY":{"Power":"12"}}', 12],
    ['x state=a unit=W path=ENERGY.Power', '{"ENERGY":{"Power":null}}', 'absent'],
    ['x state=a unit=W path=ENERGY.Power', '{"ENERGY":{}}', 'absent'],
    ['x state=a unit=W path=ENERGY.Power', '{"ENERGY":{"Power":{}}}', 'malformed'],
    ['x state=a unit=W path=ENERGY.Power', '{"ENERGY":{"Pow', 'malformed'],
    ['x state=a unit=W path=ENERGY.Power', '<html>', 'malformed'],
    ['x state=a unit=W path=ENERGY.Power', '3', 'malformed'],
    ['x state=a unit=W path=__proto__.x', '{"a":1}', 'absent'],
    ['x state=a unit=W path=list[1].w', '{"list":[{"w":1},{"w":2}]}', 2],
    ['x state=a unit=°C path=DS18B20-1.Temperature', '{"DS18B20-1":{"Temperature":21.5}}', 21.5],
    ['x state=a on=ON', 'on', 1],
    ['x state=a on=ON', 'off', 0],
    ['x state=a on=ON path=state', '{"state":true}', 1],
    ['x state=a on=Open off=Closed', 'closed', 0],
    ['x state=a on=ON', 'maybe', 'not meant'],
  ])('%s with %j is %j', (line, payload, value) => {
    const got = read(line, payload);
    if (typeof value === 'number') expect(got).toBeCloseTo(value, 9);
    else expect(got).toBe(value);
  });

  it('makes commands of setpoints, and refuses what the channel does not take', () => {
    const say = (text: string, value: boolean | number | string): string | null => {
      const line = lineOf(text);
      return line.command && commandPayload(value, line.value, line.command);
    };
    expect(say('x state=a command=b', true)).toBe('ON');
    expect(say(`x state=a command=b on=on off=off payload='{"state":"{value}"}'`, false)).toBe('{"state":"off"}');
    expect(say('x state=a command=b', 1)).toBeNull();
    const limit = `x state=a command=b unit=A min=6 max=16 step=0.1 payload='{"amps":{value}}'`;
    expect(say(limit, 6.3)).toBe('{"amps":6.3}');
    expect(say(limit, 16)).toBe('{"amps":16}');
    expect(say(limit, 5.9)).toBeNull();
    expect(say(limit, Number.NaN)).toBeNull();
    expect(say('x state=a command=b options=off,eco', 'eco')).toBe('eco');
    expect(say('x state=a command=b options=off,eco', 'boost')).toBeNull();
  });

  it('knows times only where the zone is known', () => {
    const at = Date.UTC(2026, 10, 21, 11, 0, 0);
    const of = (value: unknown) => timeOf(JSON.stringify({ t: value }), ['t']);
    expect(of(at / 1000)).toBe(at);
    expect(of(`${at}`)).toBe(at);
    expect(of('2026-11-21T12:00:00+01:00')).toBe(at);
    expect(of('2026-11-21T11:00:00Z')).toBe(at);
    expect(of('2026-11-21T11:00:00')).toBeNull();
    expect(of(12)).toBeNull();
    expect(of(true)).toBeNull();
    expect(of(undefined)).toBeNull();
  });

  it('reads paths', () => {
    expect(parsePath('$.a.b[2].c')).toEqual(['a', 'b', 2, 'c']);
    expect(parsePath('[0]')).toEqual([0]);
    expect(parsePath('')).toEqual([]);
    for (const wrong of ['a.', 'a[b]', 'a[1', 'a..b']) expect(parsePath(wrong), wrong).toBeNull();
  });
});

it.each([
  ['a/+/c', 'a/b/c', true],
  ['a/+', 'a/b/c', false],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['#', '$SYS/broker', false],
  ['$SYS/#', '$SYS/broker', true],
  ['+', 'a', true],
  ['+/+', 'a', false],
  ['a//b', 'a//b', true],
])('the filter %s and the topic %s: %s', (filter, topic, matches) => {
  expect(topicMatches(filter, topic)).toBe(matches);
  expect(filterProblem(filter)).toBeNull();
});
