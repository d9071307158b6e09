import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { blockOf } from '../../../main/devices/modbus/block.ts';
import { solarkReadings } from '../../../main/devices/solark/decode.ts';
import { solark } from '../../../main/devices/solark/driver.ts';
import type { Driver } from '../../../main/devices/types.ts';
import { gxReadings } from '../../../main/devices/victron/decode.ts';
import { victronGx } from '../../../main/devices/victron/driver.ts';
import type { Reading } from '../../../main/reading.ts';
import { startRawServer } from '../../support/raw-server.ts';
import { hastyClock, quietLog } from '../../support/simulated-house.ts';

const times = { measuredAt: 1, receivedAt: 2 };
const block = (start: number, count: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: count, maxLength: count }).map((w) => blockOf(start, w));

const sound = (driver: Driver, readings: readonly Reading[]): void => {
  for (const { channelId, metric, value } of readings) {
    expect(Number.isFinite(value)).toBe(true);
    const spec = driver.channels.find((channel) => channel.channelId === channelId);
    expect(spec?.metrics).toContain(metric);
    expect(spec?.bounds[metric]).toBeDefined();
  }
};

describe('any registers', () => {
  it('of a GX give finite values of declared metrics with bounds', () => {
    const poll = fc.record({
      battery: block(840, 5),
      narrowAc: block(806, 21),
      wideAc: fc.option(block(872, 42)),
      dcPv: block(850, 1),
      dcLoads: block(860, 1),
      setpoint: fc.option(block(2716, 2)),
      minimumSoc: fc.option(block(2901, 1)),
      limits: fc.option(block(2704, 2)),
      wideDischargeLimit: fc.option(block(2720, 2)),
      service: fc.option(fc.record({ values: block(256, 11), limits: fc.option(block(303, 7)) })),
    });
    fc.assert(fc.property(poll, (words) => sound(victronGx, gxReadings(words, times))));
  });

  it('of an inverter give finite values of declared metrics with bounds', () => {
    const poll = fc.record({
      fastGrid: block(150, 20),
      fastPower: block(170, 20),
      fastBattery: block(190, 5),
      strings: block(103, 12),
      runState: block(59, 1),
      gridCharge: block(230, 1),
      energy: block(70, 17),
      temperatures: block(90, 2),
    });
    fc.assert(fc.property(poll, (words) => sound(solark, solarkReadings(words, times))));
  });
});

describe('any bytes on the line', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  it.each([victronGx, solark])('$id: never a crash, never a reading', async (driver) => {
    const clock = hastyClock();
    const kind = fc.constantFrom('random', 'in-frame', 'cut', 'drop' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(kind, fc.uint8Array({ minLength: 1, maxLength: 60 })), { minLength: 1, maxLength: 4 }),
        async (replies) => {
          let turn = 0;
          const server = await startRawServer((socket, chunk) => {
            const [how, bytes] = replies[turn % replies.length] ?? ['drop', new Uint8Array()];
            turn += 1;
            const header = Buffer.from([chunk[0] ?? 0, chunk[1] ?? 0, 0, 0, 0, bytes.length + 1, chunk[6] ?? 0]);
            if (how === 'drop') socket.destroy();
            else if (how === 'random') socket.write(Buffer.concat([Buffer.from([0, 0, 1]), bytes]));
            else if (how === 'cut') socket.write(header.subarray(0, 5));
            else socket.write(Buffer.concat([header, bytes]));
          });
          const connection = { host: '127.0.0.1', port: server.port, unitId: 1 };
          const device = driver.open({ connection, secret: null }, createDriverDeps({ clock, log: quietLog(clock) }));
          closers.push(
            () => server.close(),
            () => device.close(),
          );
          const read = await device.reader.read(AbortSignal.timeout(5_000));
          const identity = await device.reader.identify(AbortSignal.timeout(5_000));
          await device.close();
          await server.close();
          closers.length = 0;
          expect(read.ok).toBe(false);
          expect(identity.ok).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });
});
