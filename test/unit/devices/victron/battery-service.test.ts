import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../../main/clock.ts';
import { blockBus } from '../../../../main/devices/modbus/bus.ts';
import { createModbusClient } from '../../../../main/devices/modbus/client.ts';
import { startModbusServer } from '../../../../main/devices/modbus/server.ts';
import { batteryService } from '../../../../main/devices/victron/battery-service.ts';
import { fail, ok } from '../../../../main/result.ts';
import { NOON, quietLog, unwrapped } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A GX with battery services at the given units; each shows its unit as temperature. */
const withBatteries = async (voltages: Map<number, number>, configured?: number) => {
  const server = await startModbusServer({
    label: 'batteries',
    clock: systemClock(),
    bank: {
      read: (unitId, address, count) => {
        const voltageV = voltages.get(unitId);
        if (voltageV === undefined) return fail(10);
        const word = (at: number) => (at === 259 ? voltageV * 100 : at === 262 ? unitId : 0);
        return ok(Array.from({ length: count }, (_, at) => word(address + at)));
      },
      write: () => fail(2),
    },
  });
  const clock = replayClock(NOON);
  const client = createModbusClient({ host: server.host, port: server.port, clock: systemClock() });
  closers.push(
    () => server.close(),
    () => client.close(),
  );
  const service = batteryService(blockBus(client), configured, { clock, log: quietLog(clock) });
  const signal = AbortSignal.timeout(10_000);
  return {
    clock,
    voltages,
    server,
    foundUnit: async () => unwrapped(await service.read(52.8, signal))?.values.u16(262) ?? null,
  };
};

describe('the battery’s own unit', () => {
  it('is the one with the system’s voltage, not a starter battery that is met first', async () => {
    const { foundUnit } = await withBatteries(
      new Map([
        [225, 12.9],
        [223, 52.7],
      ]),
    );
    expect(await foundUnit()).toBe(223);
  });

  it('is none where no voltage fits', async () => {
    const { foundUnit } = await withBatteries(new Map([[225, 12.9]]));
    expect(await foundUnit()).toBeNull();
  });

  it('is the configured one, whatever its voltage', async () => {
    const { foundUnit } = await withBatteries(
      new Map([
        [225, 52.8],
        [9, 51],
      ]),
      9,
    );
    expect(await foundUnit()).toBe(9);
  });

  it('is searched for again an hour later, not with every poll', async () => {
    const { foundUnit, voltages, server, clock } = await withBatteries(new Map());
    expect(await foundUnit()).toBeNull();
    const asked = server.requests();
    expect(await foundUnit()).toBeNull();
    expect(server.requests()).toBe(asked);
    voltages.set(239, 52.9);
    await clock.advance(3_600_000);
    expect(await foundUnit()).toBe(239);
    voltages.delete(239); // Its cable is pulled: nothing is read, and it may come back elsewhere.
    expect(await foundUnit()).toBeNull();
    voltages.set(226, 52.9);
    await clock.advance(3_600_000);
    expect(await foundUnit()).toBe(226);
  });
});
