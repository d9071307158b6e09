import { afterEach, describe, expect, it } from 'vitest';
import { failureOf, openGxMqtt } from '../../../support/devices/gx-mqtt-bench.ts';
import { byName, unwrapped } from '../../../support/simulated-house.ts';

const PORTAL = 'c0619ab27f31';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const opened = openGxMqtt.bind(null, closers);

describe('settings over MQTT', () => {
  it('move the house by the volatile setpoint, and hand it back with 0', async () => {
    const { actuator, house, pass, broker } = await opened();
    const written: string[] = [];
    broker.onPublish(({ topic, payload, retain }) => {
      if (topic.startsWith('W/')) written.push(`${topic} ${payload.toString('utf8')} ${retain}`);
    });
    const setpoint = actuator('grid-setpoint');
    expect(unwrapped(await setpoint.readBack()).value).toBe(0);
    unwrapped(await setpoint.write(-3_000));
    expect(unwrapped(await setpoint.readBack()).value).toBe(-3_000);
    await pass(5_000);
    expect(house.state().gridW).toBe(-3_000);
    unwrapped(await setpoint.write(0));
    await pass(5_000);
    expect(house.state().gridW).toBe(50); // What is stored in the GX, and was not touched.
    expect(written).toEqual([
      `W/${PORTAL}/hub4/0/Overrides/Setpoint {"value":-3000} false`,
      `W/${PORTAL}/hub4/0/Overrides/Setpoint {"value":0} false`,
    ]);
  });

  it('hold the battery: minimum, charge current, discharge power', async () => {
    const { actuator, house, pass } = await opened();
    unwrapped(await actuator('charge-current-limit').write(20));
    await pass(2_000);
    expect(house.state().batteryCurrentA).toBeLessThan(20.5);
    expect(house.state().batteryCurrentA).toBeGreaterThan(15);
    unwrapped(await actuator('grid-setpoint').write(-9_000));
    unwrapped(await actuator('discharge-power-limit').write(700));
    await pass(2_000);
    expect(house.state().batteryW).toBe(-700);
    unwrapped(await actuator('discharge-power-limit').write(-1));
    unwrapped(await actuator('minimum-soc').write(80));
    await pass(2_000);
    expect(house.state().batteryW).toBe(0);
    expect(unwrapped(await actuator('discharge-power-limit').readBack()).value).toBe(-1);
    unwrapped(await actuator('relay:2').write(true));
    expect(unwrapped(await actuator('relay:2').readBack()).value).toBe(true);
  });

  it('in flash are written to the log before the first change, once', async () => {
    const { actuator, sink } = await opened();
    const minimum = actuator('minimum-soc');
    unwrapped(await minimum.write(40));
    unwrapped(await minimum.write(50));
    const lines = sink.lines.filter((line) => line.includes('before the first change'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/"original":10/);
  });

  it('are refused beside Dynamic ESS, but always handed back', async () => {
    const { actuator, gx } = await opened();
    gx.set('settings', 'Settings/DynamicEss/Mode', 1);
    expect(failureOf(await actuator('grid-setpoint').write(500)).code).toBe('victron.dynamic-ess');
    unwrapped(await actuator('grid-setpoint').write(0));
  });

  it('that old firmware lacks are said to be missing, and are not there', async () => {
    const { actuator, device, read } = await opened({ lacks: ['hub4/0/Overrides/Setpoint'] });
    expect(byName(unwrapped(await read()))).not.toHaveProperty('grid-setpoint.setpointW');
    expect(device.present?.()).not.toContain('grid-setpoint');
    expect(device.present?.()).toEqual(expect.arrayContaining(['minimum-soc', 'charge-current-limit', 'relay:1']));
    expect(failureOf(await actuator('grid-setpoint').write(500))).toMatchObject({
      kind: 'permanent',
      code: 'victron.no-such-setting',
    });
    expect(failureOf(await actuator('grid-setpoint').readBack()).code).toBe('victron.no-such-setting');
  });

  it('out of range never reach the wire', async () => {
    const { actuator, broker } = await opened();
    for (const [name, value] of [
      ['minimum-soc', 101],
      ['minimum-soc', true],
      ['grid-setpoint', Number.NaN],
      ['charge-current-limit', -2],
    ] as const)
      expect(failureOf(await actuator(name).write(value)).code).toBe('device.value-refused');
    expect(failureOf(await actuator('relay:1').write(1)).code).toBe('device.wrong-setpoint');
    expect(broker.clients()).toEqual([]);
  });

  it('are read anew: what a person changed at the display shows', async () => {
    const { actuator, gx } = await opened();
    const minimum = actuator('minimum-soc');
    unwrapped(await minimum.write(40));
    gx.set('settings', 'Settings/CGwacs/BatteryLife/MinimumSocLimit', 25);
    expect(unwrapped(await minimum.readBack()).value).toBe(25);
  });
});
