import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cloudSettings } from '../../../../main/devices/simulator/solark-cloud-answers.ts';
import { flowPowers, wholeFlow } from '../../../../main/devices/solark/cloud/flow.ts';
import { cloudReadings } from '../../../../main/devices/solark/cloud/readings.ts';
import { signatureForKey, signatureForLogin } from '../../../../main/devices/solark/cloud/seal.ts';
import { hostOf } from '../../../../main/devices/solark/cloud/services.ts';
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
} from '../../../../main/devices/solark/cloud/shapes.ts';
import { bodyFor, tableOf } from '../../../../main/devices/solark/cloud/table-settings.ts';
import { byName, unwrapped } from '../../../support/simulated-house.ts';

const payload = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/solark', `${name}.json`), 'utf8'));
const dataOf = <Shape>(name: string, schema: z.ZodType<Shape>): Shape =>
  schema.parse(envelopeSchema.parse(payload(name)).data);

const EMPTY_FLOW = flowSchema.parse({});
const battery = () => dataOf('sunsynk_inverter_realtime_battery', batterySchema);
const grid = () => dataOf('sunsynk_inverter_realtime_grid', gridSchema);
const input = () => dataOf('sunsynk_inverter_realtime_input', inputSchema);

describe('genuine payloads', () => {
  it('are accepted unchanged', () => {
    expect(dataOf('sunsynk_plants', plantsSchema)).toEqual({ infos: [{ id: '12345', name: 'John Smith' }] });
    expect(dataOf('sunsynk_inverters', invertersSchema).infos[0]).toMatchObject({
      sn: '1029384756',
      status: 1,
      updateAt: '2023-01-07T15:40:02Z',
    });
    expect(dataOf('solark_token_response', tokenSchema)).toEqual({
      access_token: 'test-access-token',
      refresh_token: 'test-refresh-token',
      expires_in: 3599,
    });
    const failure = envelopeSchema.parse(payload('solark_token_failure_http200'));
    expect(failure).toMatchObject({ success: false, code: 1 });
    expect(tokenSchema.safeParse(failure.data).success).toBe(false);
    expect(envelopeSchema.parse(payload('error_no_permissions'))).toMatchObject({ success: false, code: 2 });
  });

  it('give readings in the product’s signs: a battery that takes 18 W, 610 W from the grid', () => {
    const read = byName(
      cloudReadings(
        { flow: EMPTY_FLOW, battery: battery(), grid: grid(), input: input(), status: 1 },
        { measuredAt: 1, receivedAt: 2 },
      ),
    );
    expect(read).toMatchObject({
      'battery.powerW': 18,
      'battery.currentA': 0.4,
      'battery.voltageV': 53.3,
      'battery.socPct': 20,
      'battery.tempC': 18.7,
      'battery.chargeLimitA': 50,
      'battery.energyImportKwh': 188.5,
      'battery.energyExportKwh': 147.9,
      'grid.powerW': 610,
      'grid.voltageV': 233.6,
      'grid.frequencyHz': 50.08,
      'grid.energyImportKwh': 998.5,
      'grid.energyExportKwh': 48.2,
      'pv:1.powerW': 9,
      'pv:1.voltageV': 91.5,
      'pv.energyKwh': 375.2,
      'today:pv.energyKwh': 1.8,
      'today:battery.energyImportKwh': 1.1,
      'today:grid.energyImportKwh': 12.2,
    });
    // No flow, no solar power: nothing is made up.
    expect(read).not.toHaveProperty(['pv.powerW']);
    expect(read).not.toHaveProperty(['load.powerW']);
    expect(read).not.toHaveProperty(['pv:3.powerW']);
  });
});

describe('a flow', () => {
  const variants = z
    .array(
      z.object({
        note: z.string(),
        data: z.unknown(),
        expected: z.record(z.string(), z.number().nullable()),
      }),
    )
    .parse(payload('flow_sign_variants'));

  it.each(variants.map(({ note, data, expected }) => [note, data, expected] as const))('%s', (_, data, expected) => {
    expect(flowPowers(flowSchema.parse(data))).toMatchObject(expected);
  });

  it('of the documented shape', () => {
    const powers = flowPowers(dataOf('flow_ILLUSTRATIVE', flowSchema));
    expect(powers).toEqual({
      pvPowerW: 2_890,
      batteryPowerW: 1_450,
      gridPowerW: -310,
      loadPowerW: 1_130,
      generatorPowerW: null,
    });
  });

  it('counts AC-coupled panels in', () => {
    expect(flowPowers(flowSchema.parse({ pvPower: 1_000, minPower: '700' })).pvPowerW).toBe(1_700);
    expect(flowPowers(flowSchema.parse({ minPower: 700 })).pvPowerW).toBe(700);
  });

  it('with both flags knows no direction', () => {
    expect(flowPowers(flowSchema.parse({ battPower: 300, toBat: true, batTo: true })).batteryPowerW).toBeNull();
    expect(flowPowers(flowSchema.parse({ battPower: 300, toBat: false, batTo: false })).batteryPowerW).toBeNull();
    expect(flowPowers(flowSchema.parse({ battPower: 0 })).batteryPowerW).toBe(0);
  });

  it('without flags takes the inverter’s own signed values, and the load from the balance', () => {
    const flow = flowSchema.parse({ pvPower: 160, battPower: -279, gridOrMeterPower: 10, loadOrEpsPower: 0 });
    const whole = wholeFlow(flow, { ...battery(), power: 279 }, { ...grid(), limiterTotalPower: 0, pac: 10 });
    expect(whole).toMatchObject({ batteryPowerW: -279, gridPowerW: 10, loadPowerW: 449, loadIsBalanced: true });
    const unknown = wholeFlow(flow, { ...battery(), power: null }, grid());
    expect(unknown).toMatchObject({ batteryPowerW: null, loadPowerW: null, loadIsBalanced: false });
  });
});

describe('the login', () => {
  it('is signed as the published check values', () => {
    expect(signatureForKey(1_700_000_000_000, 'sunsynk')).toBe('6175e79a4c0ba73147ec272adee76611');
    expect(signatureForLogin(1_700_000_000_000, 'sunsynk', 'MIIBIjANBgkqh')).toBe('453f6d7000e021fb5307f9941822109c');
  });

  it('goes to the host of the chosen cloud unless the person names another', () => {
    const at = (host: string) => hostOf({ host, port: 443 }, 'sunsynk');
    expect(at('p2.api.solarkcloud.com')).toBe('api.sunsynk.net');
    expect(at('api.sunsynk.net')).toBe('api.sunsynk.net');
    expect(at('api2.sunsynk.example')).toBe('api2.sunsynk.example');
  });
});

describe('the table in the settings', () => {
  const SLOTS = '00:00 3000W 30%; 04:00 3000W 30%; 08:00 3000W 30%; 12:00 3000W 30%; 16:00 3000W 30%; 20:00 3000W 30%';
  const WISH = SLOTS.replace('04:00 3000W 30%', '03:30 4000W 95% grid');

  it('says what is missing in a partial capture', () => {
    const partial = tableOf(dataOf('settings_read_PARTIAL', settingsSchema));
    expect(partial.ok ? 'read' : partial.error.message).toContain('"sellTime3" is missing');
  });

  it('is read as canonical text, out of force where it is switched off', () => {
    expect(unwrapped(tableOf(cloudSettings('1')))).toBe(SLOTS);
    expect(unwrapped(tableOf({ ...cloudSettings('1'), peakAndVallery: '0' }))).toBe(`off; ${SLOTS}`);
  });

  it('is written as the whole group with both spellings of a flag, and nothing else is changed', () => {
    const before = cloudSettings('77');
    const body = unwrapped(bodyFor(WISH, before, '77'));
    expect(body).toMatchObject({
      sn: '77',
      sellTime2: '03:30',
      sellTime2Pac: '4000',
      cap2: '95',
      time2on: 'true',
      time2On: '1',
      genTime2on: 'false',
    });
    const changed = Object.entries(body ?? {}).filter(([name, value]) => before[name] !== value);
    expect(changed.map(([name]) => name).sort()).toEqual(
      ['cap2', 'sellTime2', 'sellTime2Pac', 'sn', 'time2On', 'time2on'].filter((name) => name !== 'sn'),
    );
    for (let slot = 1; slot <= 6; slot += 1) expect(body).toHaveProperty(`sellTime${slot}Volt`, '49');
    expect(unwrapped(tableOf({ ...before, ...body }))).toBe(WISH);
  });

  it('is not written where it stands already', () => {
    expect(unwrapped(bodyFor(SLOTS, cloudSettings('1'), '1'))).toBeNull();
  });

  it.each([
    ['selling', WISH.replace('grid', 'grid sell'), 'device.value-refused', {}],
    ['five slots', WISH.split('; ').slice(1).join('; '), 'device.value-refused', {}],
    ['no table', 'now', 'device.value-refused', {}],
    ['the second of a parallel set', WISH, 'device.value-refused', { equipMode: '2' }],
    [
      'a generator that the cloud does not name',
      WISH.replace('grid', 'generator'),
      'device.malformed',
      { genTime2on: null },
    ],
  ])('refuses %s', (_, text, expected, change) => {
    const body = bodyFor(text, { ...cloudSettings('1'), ...change }, '1');
    expect(body.ok ? 'accepted' : body.error.code).toBe(expected);
  });
});
