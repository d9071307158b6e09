import { describe, expect, it } from 'vitest';
import { mqttChannels, mqttConnectionSchema } from '../../../../main/devices/mqtt/channels.ts';
import { mqttDevice } from '../../../../main/devices/mqtt/driver.ts';
import { parseTopicLines } from '../../../../main/devices/mqtt/topic-line.ts';
import { MQTT_HOME_TOPICS } from '../../../../main/devices/simulator/mqtt-home.ts';

const problemOf = (line: string): string =>
  parseTopicLines(line)
    .problems.map(({ message }) => message)
    .join('; ');
const connection = (topics: string) => ({ host: 'broker', port: 1883, options: { topics } });

describe('a line of the topics', () => {
  it('reads a meter, a switch, a number and a choice', () => {
    const { lines, problems } = parseTopicLines(MQTT_HOME_TOPICS);
    expect(problems).toEqual([]);
    expect(lines.map(({ channel, number }) => `${number} ${channel}`)).toEqual([
      ...['3 grid', '4 grid', '5 boiler', '6 boiler', '7 boiler', '8 limit', '9 pump'],
    ]);
    expect(lines[0]).toMatchObject({
      label: 'Grid meter',
      path: ['SML', 'Power'],
      timePath: ['Time'],
      expireMs: 120_000,
    });
    expect(lines[5]?.command).toEqual({
      topic: 'inverter/limit/set',
      template: '{"limit": {value}}',
      range: { unit: 'W', minimum: 0, maximum: 5_000, step: 10 },
      safe: null,
    });
  });

  it.each([
    ['grid', 'state= is missing'],
    ['grid state=a', 'say what it is'],
    ['grid state=a unit=Watt', '"Watt" is unknown; one of mW, W, kW'],
    ['grid state=a stat=b', 'unknown word "stat"; known are label, role, state'],
    ['grid state=a/# unit=W', '"+" and "#" stand for several topics'],
    ['grid state=a unit=W unit=kW', '"unit" stands there twice'],
    ['grid state=a unit=W scale=abc', '"abc" is no number'],
    ['grid state=a unit=W scale=0', 'every value 0'],
    ['grid state=a unit=W metric=tempC', 'a value in W is no tempC'],
    ['grid state=a unit=W role=metre', '"metre" is unknown; one of pv, battery'],
    ['grid state=a unit=W path=a..b', '"a..b" is no path'],
    ['grid state=a unit=W oops', '"oops" is not of the form key=value'],
    ['grid/1 state=a unit=W', '"grid/1" is no name'],
    ['state=a unit=W', 'does not begin with a name'],
    ['x state=a command=b unit=W', 'needs min= and a larger max='],
    ['x state=a command=b unit=W min=5 max=5', 'needs min= and a larger max='],
    ['x state=a command=b unit=W min=0 max=5 step=0', 'step= must be above 0'],
    ['x state=a command=b unit=W min=0 max=5 safe=6', 'safe= must lie between'],
    ['x state=a command=b unit=W min=0 max=5 payload=5', 'payload= must hold {value}'],
    ['x state=a command=b on=1 unit=W', 'either a switch'],
    ['x state=a command=b on=x off=x', 'must differ'],
    ['x state=a unit=W min=3', 'min= needs command='],
    ['x state=a options=a,b', 'needs command='],
    ['x state=a options=a,a command=b', 'at least two different values'],
    ['x state=a options=a,b command=c safe=d', 'safe= must be one of options='],
    ['x state=a unit=W expire=0', 'needs availability='],
    ['x state=a unit=W expire=0 availability=b', 'a measured value grows old'],
    ['x state=a unit=W expire=9999', '0 to 3600 seconds'],
    ['x state=a unit=W\nx state=b unit=kW', 'line 1 brings powerW of x already'],
    ['x state=a on=1\nx state=b command=c min=0 max=3\nx state=d command=e options=a,b', 'line 2 controls x already'],
    ['# nothing', 'there is no line'],
  ])('says what is wrong with %j', (line, why) => {
    expect(problemOf(line)).toContain(why);
  });

  it('names the line in the failure of the form', () => {
    const parsed = mqttConnectionSchema.safeParse(connection('ok state=a unit=W\n\nbad state=b unit=X'));
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['options', 'topics'] });
    expect(parsed.error?.issues[0]?.message).toMatch(/^line 3: unit=: "X" is unknown/);
    expect(mqttDevice.connectionSchema.safeParse({ host: 'b', port: 1 }).success).toBe(false);
  });

  it('makes one channel of all lines with a name', () => {
    const channels = mqttChannels(connection(MQTT_HOME_TOPICS));
    expect(
      channels.map(({ channelId, metrics, suggestedRole }) => [channelId, metrics.join(' '), suggestedRole]),
    ).toEqual([
      ['grid', 'powerW voltageV', 'grid'],
      ['boiler', 'on powerW energyKwh', 'water-heater'],
      ['limit', 'setpointW', 'other-load'],
      ['pump', '', 'heat-pump'],
    ]);
    expect(channels[1]?.control?.effect.kind).toBe('power-follows-switch');
    expect(channels[2]?.control).toMatchObject({ defaultSafeState: 0, effect: { kind: 'none' } });
    expect(channels[3]?.control).toMatchObject({ defaultSafeState: 'off', control: { kind: 'choice' } });
  });
});
