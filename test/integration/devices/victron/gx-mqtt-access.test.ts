import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { startMqttBroker } from '../../../../main/devices/simulator/mqtt-broker.ts';
import { victronGxMqtt } from '../../../../main/devices/victron/gx-mqtt-driver.ts';
import { failureOf, openGxMqtt } from '../../../support/devices/gx-mqtt-bench.ts';
import { makeTestCertificate } from '../../../support/mqtt/test-certificate.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { byName, hastyClock, quietLog, unwrapped } from '../../../support/simulated-house.ts';

const PORTAL = 'c0619ab27f31';
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const opened = openGxMqtt.bind(null, closers);
const certificate = makeTestCertificate();
afterAll(certificate.remove);

describe('what stands between', () => {
  const users = { '': 'gx-password-77', person: 'gx-password-77' };

  it('a password that is missing or wrong is said, and never told', async () => {
    for (const secret of [null, 'wrong-password-1']) {
      const { read, sink } = await opened({ users }, {}, secret);
      const failure = failureOf(await read());
      expect(failure).toMatchObject({ kind: 'permanent', code: 'device.password-wrong' });
      expect(JSON.stringify(failure) + sink.lines.join('')).not.toMatch(/wrong-password-1|gx-password-77/);
    }
  });

  it('the right one lets in, with a user or without', async () => {
    for (const options of [{}, { account: 'person' }]) {
      const { read } = await opened({ users }, { options }, 'gx-password-77');
      unwrapped(await read());
    }
  });

  it('a certificate of its own is trusted only after the person agreed to it', async () => {
    const tls = { key: certificate.key, cert: certificate.cert };
    const unknown = await opened({ tls }, { encryption: 'verify' });
    const failure = failureOf(await unknown.read());
    expect(failure).toMatchObject({
      kind: 'permanent',
      code: 'device.untrusted',
      fingerprint: certificate.fingerprint,
    });
    const agreed = await opened({ tls }, { encryption: 'pinned', fingerprint: certificate.fingerprint });
    unwrapped(await agreed.read());
    const other = await opened({ tls }, { encryption: 'pinned', fingerprint: 'AA:BB' });
    expect(failureOf(await other.read()).code).toBe('device.untrusted');
  });

  it('a broker without a GX is told from a GX that is silent', async () => {
    const clock = hastyClock();
    const broker = await startMqttBroker({ clock });
    closers.push(broker.close);
    const ask = async (options: Record<string, string>) => {
      const device = victronGxMqtt.open(
        { connection: { host: broker.host, port: broker.port, options }, secret: null },
        createDriverDeps({ clock, log: quietLog(clock) }),
      );
      closers.push(device.close);
      return failureOf(await device.reader.read(never));
    };
    expect(await ask({})).toMatchObject({ kind: 'temporary', code: 'victron.no-portal' });
    const silent = await ask({ portal: 'ABCDEF123456' });
    expect(silent).toMatchObject({ kind: 'temporary', code: 'device.timeout' });
    expect(silent.message).toContain('abcdef123456');
  });

  it('several GX devices at one broker are listed until one is chosen', async () => {
    const several = await opened();
    several.broker.publish('N/d0619ab27f99/system/0/Serial', '{"value":"d0619ab27f99"}', { retain: true });
    const failure = failureOf(await several.read());
    expect(failure).toMatchObject({ kind: 'permanent', code: 'victron.choose-portal' });
    expect(failure.message).toContain('d0619ab27f99');
    const chosen = await opened({}, { options: { portal: PORTAL.toUpperCase() } });
    chosen.broker.publish('N/d0619ab27f99/system/0/Serial', '{"value":"d0619ab27f99"}', { retain: true });
    unwrapped(await chosen.read());
  });

  it('a value that a broker kept is not taken: nobody knows how old it is', async () => {
    const { broker, read } = await opened({ lacks: ['settings/0/Settings/CGwacs/BatteryLife/MinimumSocLimit'] });
    broker.publish(`N/${PORTAL}/settings/0/Settings/CGwacs/BatteryLife/MinimumSocLimit`, '{"value":95}', {
      retain: true,
    });
    expect(byName(unwrapped(await read()))).not.toHaveProperty('minimum-soc.minSocPct');
  });

  it('malformed messages are counted and change nothing', async () => {
    const { broker, device, read } = await opened();
    const before = byName(unwrapped(await read()));
    for (const text of ['{"value":', 'on', '[]']) broker.publish(`N/${PORTAL}/system/0/Dc/Battery/Soc`, text);
    await expect.poll(() => device.reader.diagnostics?.().rejected).toBe(3);
    expect(byName(unwrapped(await read()))['battery.socPct']).toBeCloseTo(before['battery.socPct'] ?? 0, 1);
  });

  it.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', /not MQTT/],
    ['silence', '', /did not answer/],
  ])('%s instead of a broker is said as such', async (_, answer, message) => {
    const server = await startRawServer((socket) => {
      if (answer !== '') socket.write(answer);
    });
    closers.push(server.close);
    const clock: Clock = answer === '' ? hastyClock() : systemClock();
    const device = victronGxMqtt.open(
      { connection: { host: '127.0.0.1', port: server.port }, secret: null },
      createDriverDeps({ clock, log: quietLog(clock) }),
    );
    closers.push(device.close);
    const failure = failureOf(await device.reader.read(never));
    expect(failure.kind).toBe('temporary');
    expect(failure.message).toMatch(message);
  });
});
