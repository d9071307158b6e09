import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { blockFrom, blockOf } from '../../../main/devices/modbus/block.ts';
import { solarkReadings } from '../../../main/devices/solark/decode.ts';
import { solark } from '../../../main/devices/solark/driver.ts';
import { familyOf } from '../../../main/devices/solark/model.ts';
import { channelsOf, type Driver } from '../../../main/devices/types.ts';
import { gxReadings } from '../../../main/devices/victron/decode.ts';
import { victronGx } from '../../../main/devices/victron/driver.ts';
import type { Reading } from '../../../main/reading.ts';
import { startRawServer } from '../../support/raw-server.ts';
import { hastyClock, quietLog } from '../../support/simulated-house.ts';

const times = { measuredAt: 1, receivedAt: 2 };
const block = (start: number, count: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: count, maxLength: count }).map((w) => blockOf(start, w));

const sound = (driver: Pick<Driver, 'channels'>, readings: readonly Reading[]): void => {
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

  it.each([
    [3, 'single-phase'],
    [5, 'three-phase-lv'],
    [6, 'three-phase-hv'],
  ] as const)(
    'of an inverter of class %i give finite values of declared metrics with bounds',
    (deviceClass, choice) => {
      const found = familyOf(deviceClass, choice);
      if (!found.ok) throw new Error(found.error.message);
      const family = found.value;
      const words = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 720, maxLength: 720 });
      const shown = fc.record({ strings: fc.constantFrom(0, 3, 4), hasGenerator: fc.boolean(), wide: fc.boolean() });
      const connection = { host: 'h', port: 1, options: { family: choice } };
      fc.assert(
        fc.property(words, shown, fc.boolean(), (registers, seen, slow) => {
          const block = blockFrom((address) => registers[address]);
          const readings = solarkReadings(family, { fast: block, ...(slow ? { slow: block } : {}) }, seen, times);
          sound({ channels: channelsOf(solark, connection) }, readings);
        }),
      );
    },
  );
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
