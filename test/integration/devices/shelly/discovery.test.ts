import { describe, expect, it } from 'vitest';
import { shellyGen2 } from '../../../../main/devices/shelly/driver.ts';
import { shellyGen1, shellyGen1Valve } from '../../../../main/devices/shelly/gen1-driver.ts';
import { startShellyGen1Simulator } from '../../../../main/devices/simulator/shelly-gen1-server.ts';
import { startShellySimulator } from '../../../../main/devices/simulator/shelly-server.ts';
import type { Driver, Sighting } from '../../../../main/devices/types.ts';
import { MINER, smallHouse } from '../../../support/devices/small-house.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { deviceBenches, never } from '../../../support/shelly/device-bench.ts';

const bench = deviceBenches();
const LOCAL: readonly Driver[] = [shellyGen2, shellyGen1, shellyGen1Valve];
const seen = (name: string, txt: Record<string, string> = {}): Sighting => ({ host: '10.0.0.9', port: 80, name, txt });
const claimants = (sighting: Sighting, service: string): readonly string[] =>
  LOCAL.filter(({ discovery }) => discovery?.services?.includes(service) && discovery.claims?.(sighting)).map(
    ({ id }) => id,
  );

describe('what announces itself', () => {
  it.each([
    ['_shelly._tcp', 'shellyplus1pm-aabbccddeeff', { gen: '2', app: 'Plus1PM', ver: '1.4.4' }, ['shelly-gen2']],
    ['_http._tcp', 'ShellyWallDisplay-AABBCCDDEEFF', { gen: '2' }, ['shelly-gen2']],
    // Without a generation both are asked.
    ['_http._tcp', 'shellyplug-s-DDEEFF', {}, ['shelly-gen2', 'shelly-gen1']],
    ['_http._tcp', 'shellytrv-8cf681e9a780', {}, ['shelly-gen2', 'shelly-trv']],
    ['_http._tcp', 'Brother HL-L2350DW', {}, []],
    ['_shelly._tcp', 'shelly1minig4-aabbccddeeff', { gen: '4' }, ['shelly-gen2']],
  ])('%s %s', (service, name, txt, ids) => expect(claimants(seen(name, txt), service)).toEqual(ids));
});

describe('who answers', () => {
  const recogniseAll = async (on: ReturnType<typeof bench>, port: number) =>
    Object.fromEntries(
      await Promise.all(
        LOCAL.map(async ({ id, discovery }) => {
          const sighting = { host: '127.0.0.1', port, name: '', txt: {} };
          return [id, (await discovery?.recognise?.(sighting, on.deps, never)) ?? null] as const;
        }),
      ),
    );

  it('is one of the three, also where a password is set', async () => {
    const on = bench();
    const house = smallHouse(on.clock);
    const { clock, keep } = on;
    const later = keep(
      await startShellySimulator({ house, clock, loadId: MINER.id, model: 'Pro4PM', password: 'correct horse' }),
    );
    expect(await recogniseAll(on, later.port)).toEqual({
      'shelly-gen2': { identity: later.mac, model: 'Pro4PM' },
      'shelly-gen1': null,
      'shelly-trv': null,
    });
    const plug = keep(
      await startShellyGen1Simulator({ house, clock, loadIds: [MINER.id], model: 'PlugS', password: 'correct horse' }),
    );
    expect(await recogniseAll(on, plug.port)).toEqual({
      'shelly-gen2': null,
      'shelly-gen1': { identity: plug.mac, model: 'SHPLG-S' },
      'shelly-trv': null,
    });
    const valve = keep(await startShellyGen1Simulator({ house, clock, loadIds: [], model: 'Trv' }));
    expect(await recogniseAll(on, valve.port)).toMatchObject({
      'shelly-gen1': null,
      'shelly-trv': { identity: valve.mac, model: 'SHTRV-01' },
    });
  });

  it.each([
    ['a web page', 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<html></html>'],
    ['not found', 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'],
    ['another device with a MAC', 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"mac":"AABBCCDDEEFF","product":"cam"}'],
    ['no HTTP at all', '\u0001\u0002\u0003'],
  ])('is nobody of ours: %s', async (_, answer) => {
    const on = bench();
    const server = on.keep(await startRawServer((socket) => socket.end(answer)));
    expect(await recogniseAll(on, server.port)).toEqual({
      'shelly-gen2': null,
      'shelly-gen1': null,
      'shelly-trv': null,
    });
  });
});
