import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evccReadings, presentIn } from '../../../main/devices/evcc/readings.ts';
import { changesOf, type EvccState, merged, stateOf } from '../../../main/devices/evcc/state.ts';

const PAYLOAD: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../fixtures/evcc/state_PARTIAL_ILLUSTRATIVE.json', import.meta.url), 'utf8'),
);
const TIMES = { measuredAt: 1, receivedAt: 2 };

const parsed = (answer: unknown): EvccState => {
  const state = stateOf(answer);
  if (!state) throw new Error('no state');
  return state;
};
const valuesOf = (state: EvccState, named?: readonly string[]) =>
  Object.fromEntries(
    evccReadings(state, TIMES, named).map(({ channelId, metric, value }) => [`${channelId} ${metric}`, value]),
  );

/** The same state as the WebSocket gives it. */
const flat = ({ loadpoints, ...site }: Record<string, unknown>): Record<string, unknown> => ({
  ...site,
  ...Object.fromEntries(
    (loadpoints as object[]).flatMap((loadpoint, index) =>
      Object.entries(loadpoint).map(([key, value]) => [`loadpoints.${index}.${key}`, value]),
    ),
  ),
});

const EXPECTED = {
  'grid powerW': -1_240,
  'pv powerW': 4_210,
  'battery powerW': 650,
  'battery socPct': 71,
  'battery capacityKwh': 14.2,
  'home powerW': 2_320,
  'loadpoint:1 powerW': 1_800,
  'loadpoint:1 on': 1,
  'loadpoint:1 energyKwh': 3.412,
  'loadpoint:1 socPct': 54,
  'loadpoint:1:limit-soc targetSocPct': 80,
  'loadpoint:1:min-current limitA': 6,
  'loadpoint:1:max-current limitA': 16,
};

describe("evcc's state", () => {
  it('is read as published, with the sign of the battery turned, and closes the balance of the house', () => {
    const values = valuesOf(parsed(PAYLOAD));
    expect(values).toEqual(EXPECTED);
    const { 'pv powerW': pv, 'grid powerW': grid, 'battery powerW': battery, 'home powerW': home } = EXPECTED;
    expect(pv + grid).toBe(home + battery);
  });

  it('is the same wrapped as by old releases and flat as over the WebSocket', () => {
    expect(parsed({ result: PAYLOAD })).toEqual(parsed(PAYLOAD));
    expect(parsed(flat(PAYLOAD))).toEqual(parsed(PAYLOAD));
  });

  it('reads the flat names of old releases', () => {
    const old = { gridPower: 500, pvPower: 0, batteryPower: 300, batterySoc: 40, homePower: 800, loadpoints: [] };
    expect(valuesOf(parsed({ result: old }))).toEqual({
      'grid powerW': 500,
      'battery powerW': -300,
      'battery socPct': 40,
      'home powerW': 800,
    });
  });

  it('leaves out what is not there instead of calling it 0', () => {
    const away = parsed({
      gridConfigured: false,
      grid: { power: 0 },
      pvPower: 0,
      batteryConfigured: false,
      battery: { power: 0, soc: 0 },
      homePower: null,
      loadpoints: [{ mode: 'pv', connected: false, charging: false, chargePower: 0, vehicleSoc: 0 }],
    });
    expect(valuesOf(away)).toEqual({ 'loadpoint:1 powerW': 0, 'loadpoint:1 on': 0 });
    expect(presentIn(away).filter((id) => !id.startsWith('loadpoint:1'))).toEqual([]);
    // A charger that does not say what it takes: nobody knows what the house takes.
    expect(valuesOf(parsed({ homePower: 300, loadpoints: [{ mode: 'pv' }] }))).toEqual({});
  });

  it('takes the state of charge of a heating rod for the temperature that it is', () => {
    const [charger] = PAYLOAD['loadpoints'] as object[];
    const values = valuesOf(parsed({ loadpoints: [{ ...charger, chargerFeatureHeating: true }] }));
    expect(values['loadpoint:1 tempC']).toBe(54);
    expect(values).not.toHaveProperty('loadpoint:1 socPct');
  });

  it('shows four chargers at most and counts the others into the house', () => {
    const charger = { mode: 'pv', connected: true, charging: true, chargePower: 1_000 };
    const state = parsed({ homePower: 500, loadpoints: [charger, charger, charger, charger, charger] });
    expect(valuesOf(state)['home powerW']).toBe(5_500);
    expect(presentIn(state).filter((id) => /^loadpoint:\d$/.test(id))).toHaveLength(4);
  });

  it('changes only what a message names, and tells only that', () => {
    const before = parsed(flat(PAYLOAD));
    const message = changesOf({ 'loadpoints.0.chargePower': 900, battery: { power: 200, soc: 70 } });
    if (!message) throw new Error('no changes');
    const after = merged(before, message);
    expect(valuesOf(after, message.keys)).toEqual({
      'battery powerW': -200,
      'battery socPct': 70,
      'home powerW': 1_420,
      'loadpoint:1 powerW': 900,
    });
    expect(valuesOf(after)['grid powerW']).toBe(-1_240);
  });

  it.each([
    ['a list', []],
    ['text', 'evcc'],
    ['another program', { status: 'ok', result: 1 }],
    ['nothing', null],
  ])('is not seen in %s', (_, answer) => {
    expect(stateOf(answer)).toBeNull();
  });

  it('is never anything but finite numbers, whatever is sent', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.dictionary(fc.string(), fc.jsonValue()), (value, changes) => {
        const state = stateOf(value) ?? stateOf({ loadpoints: value, homePower: value, ...changes });
        const message = changesOf(changes);
        const after = state && message ? merged(state, message) : state;
        if (after) for (const reading of evccReadings(after, TIMES)) expect(Number.isFinite(reading.value)).toBe(true);
      }),
    );
  });
});
