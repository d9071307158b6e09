import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../main/clock.ts';
import { createMqttLink, type MqttLink, type MqttLinkOptions } from '../../../../main/devices/mqtt/mqtt-link.ts';
import { startMqttBroker } from '../../../../main/devices/simulator/mqtt-broker.ts';
import type { Result } from '../../../../main/result.ts';
import {
  freePort,
  mosquittoMissing,
  mosquittoPub,
  mosquittoSub,
  startMosquitto,
} from '../../../support/mqtt/mosquitto.ts';
import { makeTestCertificate } from '../../../support/mqtt/test-certificate.ts';
import { startRawServer } from '../../../support/raw-server.ts';

const clock = systemClock();
const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const certificate = makeTestCertificate();
afterAll(certificate.remove);

const linkTo = (port: number, more: Partial<MqttLinkOptions> = {}): MqttLink => {
  const link = createMqttLink({
    connection: { host: '127.0.0.1', port },
    name: 'The broker',
    clock,
    random: () => 0,
    ...more,
  });
  ends.push(link.close);
  return link;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);
const secure = (port: number, encryption: 'verify' | 'pinned', fingerprint?: string) => ({
  connection: { host: '127.0.0.1', port, encryption, fingerprint },
});

interface TestBroker {
  readonly port: number;
  /** Ends without a word, and comes back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const ownBroker = async (options: {
  users?: Readonly<Record<string, string>>;
  tls?: boolean;
  denied?: string;
}): Promise<TestBroker> => {
  const { users, tls, denied } = options;
  const port = await freePort();
  const launch = () =>
    startMqttBroker({
      clock,
      port,
      ...(users === undefined ? {} : { users }),
      ...(denied === undefined ? {} : { mayRead: (_, filter) => filter !== denied }),
      ...(tls ? { tls: certificate } : {}),
    });
  let broker = await launch();
  return {
    port,
    stop: () => broker.close(),
    start: async () => {
      broker = await launch();
    },
    close: () => broker.close(),
  };
};

const realBroker: typeof ownBroker = ({ users, tls }) =>
  startMosquitto({ ...(users === undefined ? {} : { users }), ...(tls ? { tls: certificate } : {}) });

const BROKERS = [
  ['the broker of ours', ownBroker, null],
  ['Mosquitto', realBroker, mosquittoMissing],
] as const;

describe.each(BROKERS)('with %s', (_, launch, missing) => {
  it.skipIf(missing)('publishes and hears, kept messages marked as such', async () => {
    const broker = await launch({});
    ends.push(broker.close);
    const [speaker, hearer] = [linkTo(broker.port), linkTo(broker.port)];
    expect(codeOf(await speaker.publish('too/early', 'x'))).toBe('temporary device.unreachable');
    expect(codeOf(await speaker.connected(never))).toBe('ok');
    expect(codeOf(await speaker.publish('home/kept', 'old', { qos: 1, retain: true }))).toBe('ok');
    const heard: string[] = [];
    hearer.subscribe('home/+', ({ topic, payload, retained }) =>
      heard.push(`${topic} ${payload.toString()} ${retained}`),
    );
    expect(codeOf(await hearer.connected(never))).toBe('ok');
    expect(codeOf(await speaker.publish('home/live', 'new', { qos: 1 }))).toBe('ok');
    expect(codeOf(await speaker.publish('home/deep/er', 'not asked for', { qos: 1 }))).toBe('ok');
    expect(codeOf(await speaker.publish('home/live', 'last'))).toBe('ok');
    await expect.poll(() => heard).toEqual(['home/kept old true', 'home/live new false', 'home/live last false']);
    expect(hearer.diagnostics()).toMatchObject({ messages: 3, connections: 1, rejected: 0 });
  });

  it.skipIf(missing)('says that user or password is wrong, and does not knock again at once', async () => {
    const broker = await launch({ users: { me: 'right one' } });
    ends.push(broker.close);
    const wrong = linkTo(broker.port, { user: 'me', password: 'wrong one' });
    const answer = await wrong.connected(never);
    expect(codeOf(answer)).toBe('permanent device.password-wrong');
    expect(JSON.stringify(answer)).not.toContain('wrong one');
    expect(codeOf(await wrong.connected(never))).toBe('permanent device.password-wrong');
    expect(wrong.diagnostics().requests).toBe(1);
    expect(codeOf(await linkTo(broker.port).connected(never))).toBe('permanent device.password-wrong');
    expect(codeOf(await linkTo(broker.port, { user: 'me', password: 'right one' }).connected(never))).toBe('ok');
  });

  it.skipIf(missing)('trusts the pinned certificate and no other', async () => {
    const broker = await launch({ tls: true, users: { me: 'secret' } });
    ends.push(broker.close);
    const login = { user: 'me', password: 'secret' };
    const unknown = await linkTo(broker.port, { ...login, ...secure(broker.port, 'verify') }).connected(never);
    expect(unknown).toMatchObject({
      ok: false,
      error: { code: 'device.untrusted', kind: 'permanent', fingerprint: certificate.fingerprint },
    });
    const other = secure(broker.port, 'pinned', 'AA:BB');
    expect(codeOf(await linkTo(broker.port, { ...login, ...other }).connected(never))).toBe(
      'permanent device.untrusted',
    );
    const pinned = linkTo(broker.port, { ...login, ...secure(broker.port, 'pinned', certificate.fingerprint) });
    expect(codeOf(await pinned.connected(never))).toBe('ok');
    expect(codeOf(await pinned.publish('a', 'b', { qos: 1 }))).toBe('ok');
  });

  it.skipIf(missing)('comes back by itself after the broker was away, and hears its topics again', async () => {
    const broker = await launch({});
    ends.push(broker.close);
    const changes: string[] = [];
    const link = linkTo(broker.port, { onChange: (state, why) => changes.push(`${state} ${why?.code ?? ''}`.trim()) });
    const heard: string[] = [];
    link.subscribe('topic/#', ({ payload }) => heard.push(payload.toString()));
    link.start();
    await expect.poll(() => link.isUp()).toBe(true);
    await broker.stop();
    await expect.poll(() => link.isUp()).toBe(false);
    expect(codeOf(await link.publish('topic/a', 'lost'))).toBe('temporary device.unreachable');
    await broker.start();
    await expect.poll(() => changes, { timeout: 10_000 }).toEqual(['up', 'down device.unreachable', 'up']);
    await link.publish('topic/a', 'again', { qos: 1 });
    await expect.poll(() => heard).toEqual(['again']);
    expect(link.diagnostics().connections).toBe(2);
  });

  it.skipIf(missing)('has its last will sent when it breaks, and not after a goodbye', async () => {
    const broker = await launch({});
    ends.push(broker.close);
    const heard: string[] = [];
    const watcher = linkTo(broker.port);
    watcher.subscribe('+/availability', ({ topic, payload }) => heard.push(`${topic} ${payload.toString()}`));
    await watcher.connected(never);
    const will = (name: string) => ({ will: { topic: `${name}/availability`, payload: 'offline', retain: true } });
    const polite = linkTo(broker.port, { ...will('polite'), clientId: 'polite' });
    await polite.connected(never);
    await polite.close();
    const first = linkTo(broker.port, { ...will('rude'), clientId: 'rude' });
    await first.connected(never);
    // The second of the same name takes its place, as a lost connection looks to the broker.
    await linkTo(broker.port, { clientId: 'rude' }).connected(never);
    await expect.poll(() => heard).toEqual(['rude/availability offline']);
  });

  it.skipIf(missing)('hears nothing after it has unsubscribed', async () => {
    const broker = await launch({});
    ends.push(broker.close);
    const link = linkTo(broker.port);
    const heard: string[] = [];
    const end = link.subscribe('a', ({ payload }) => heard.push(payload.toString()));
    link.subscribe('b', ({ payload }) => heard.push(payload.toString()));
    await link.connected(never);
    end();
    await link.publish('a', 'one', { qos: 1 });
    await link.publish('b', 'two', { qos: 1 });
    await expect.poll(() => heard).toEqual(['two']);
  });
});

describe.skipIf(mosquittoMissing)('the broker of ours with the clients of Mosquitto', () => {
  it('lets them speak and listen with a user, QoS 1, and kept messages', async () => {
    const broker = await startMqttBroker({ clock, users: { me: 'secret' } });
    ends.push(broker.close);
    const login = ['-u', 'me', '-P', 'secret'];
    expect(await mosquittoPub(broker.port, ['-t', 'a/kept', '-m', 'one', '-r', '-q', '1', ...login])).toBe(0);
    expect(await mosquittoPub(broker.port, ['-t', 'a/twice', '-m', 'exactly', '-r', '-q', '2', ...login])).toBe(0);
    const listener = mosquittoSub(broker.port, ['-t', 'a/#', '-q', '1', '-C', '3', ...login]);
    await expect.poll(() => listener.lines.length).toBe(2);
    broker.publish('a/b/c', 'three');
    expect(await listener.ended).toBe(0);
    expect(listener.lines).toEqual(['a/kept one', 'a/twice exactly', 'a/b/c three']);
    expect(broker.retained('a/kept')).toBe('one');
    expect(await mosquittoPub(broker.port, ['-t', 'a', '-m', 'x', '-u', 'me', '-P', 'wrong'])).not.toBe(0);
  });

  it('sends the last will of one that dies', async () => {
    const broker = await startMqttBroker({ clock });
    ends.push(broker.close);
    const wills: string[] = [];
    broker.onPublish(({ topic, payload }) => wills.push(`${topic} ${payload.toString()}`));
    const dying = mosquittoSub(broker.port, ['-t', 'x', '--will-topic', 'gone', '--will-payload', 'bye']);
    await expect.poll(() => broker.clients().length).toBe(1);
    await dying.close();
    await expect.poll(() => wills).toEqual(['gone bye']);
  });
});

describe('a broker that misbehaves', () => {
  const raw = async (say: (chunk: Buffer) => Buffer | null) => {
    const server = await startRawServer((socket, chunk) => {
      const answer = say(chunk);
      if (answer !== null) socket.write(answer);
    });
    ends.push(server.close);
    return server;
  };

  it('is told apart: nothing there, no MQTT, refused version, too large', async () => {
    expect(codeOf(await linkTo(await freePort()).connected(never))).toBe('temporary device.unreachable');
    const web = await raw(() => Buffer.from('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n<html></html>'));
    expect(codeOf(await linkTo(web.port).connected(never))).toBe('temporary device.malformed');
    const old = await raw(() => Buffer.from([0x20, 0x02, 0x00, 0x01]));
    expect(codeOf(await linkTo(old.port).connected(never))).toBe('permanent device.refused');
    const away = await raw(() => Buffer.from([0x20, 0x02, 0x00, 0x03]));
    expect(codeOf(await linkTo(away.port).connected(never))).toBe('temporary device.their-fault');
    const huge = await raw(() =>
      Buffer.concat([Buffer.from([0x20, 0x02, 0, 0, 0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(5_000_000)]),
    );
    const link = linkTo(huge.port);
    await link.connected(never);
    await expect.poll(() => link.diagnostics().rejected).toBe(1);
  });

  it('that is silent ends with the signal, and close leaves nothing behind', async () => {
    const silent = await raw(() => null);
    const ending = new AbortController();
    const link = linkTo(silent.port);
    const waiting = link.connected(ending.signal);
    ending.abort();
    expect(codeOf(await waiting)).toBe('temporary device.cancelled');
    await link.close();
    expect(codeOf(await link.connected(never))).toBe('temporary device.cancelled');
  });

  it('that forbids a topic is named, the other topics go on', async () => {
    const broker = await ownBroker({ denied: 'secret/#' });
    ends.push(broker.close);
    const link = linkTo(broker.port);
    const heard: string[] = [];
    link.subscribe('open', ({ payload }) => heard.push(payload.toString()));
    const end = link.subscribe('secret/#', () => undefined);
    expect(codeOf(await link.connected(never))).toBe('permanent device.topic-refused');
    end();
    expect(codeOf(await link.connected(never))).toBe('ok');
    await link.publish('open', 'yes', { qos: 1 });
    await expect.poll(() => heard).toEqual(['yes']);
    link.subscribe('wrong#', () => undefined);
    expect(codeOf(await link.connected(never))).toBe('permanent device.wrong-topic');
  });

  it('leaves no socket and no timer after close', async () => {
    const resources = (): number =>
      process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|Timeout/.test(name)).length;
    const broker = await startMqttBroker({ clock });
    const quiet = resources();
    const link = linkTo(broker.port);
    await link.connected(never);
    expect(resources()).toBeGreaterThan(quiet);
    broker.setFault('offline');
    await expect.poll(() => link.isUp()).toBe(false);
    await link.close();
    await broker.close();
    await expect.poll(resources).toBeLessThanOrEqual(quiet);
  });
});
