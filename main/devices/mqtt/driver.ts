import { createHash } from 'node:crypto';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { ChannelActuator, DeviceIdentity, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { linesOf, mqttChannels, mqttConnectionSchema, TOPICS } from './channels.ts';
import { createHeldValues } from './held-values.ts';
import { createMqttLink, type MqttMessage } from './mqtt-link.ts';
import { commandPayload } from './payload.ts';
import type { TopicLine } from './topic-line.ts';

/** After the connection stands, devices that speak by themselves are waited for so long. */
const FIRST_WORD_MS = 10_000;
/** A device that was asked answers within this, or not at all. */
const ANSWER_MS = 3_000;

const silent = (name: string, topics: readonly string[]) =>
  temporary(
    'device.silent',
    `${name} is connected, but no usable value came on ${topics.slice(0, 5).join(', ')}.`,
    'Check the topics against what the device publishes; a value that the broker kept has no age and does not count.',
  );
const away = (name: string) =>
  temporary(
    'device.offline',
    `The device behind these topics of ${name} is away, as its availability topic says or does not say.`,
    'Check that the device has power and network, and the words after online= and offline=.',
  );

const open = ({ connection, secret }: OpenOptions, { clock }: DriverDeps): OpenDevice => {
  const lines = linesOf(connection);
  const name = `The MQTT broker at ${connection.host}:${connection.port}`;
  const listeners = new Set<(readings: readonly Reading[]) => void>();
  const waiting = new Set<() => void>();
  const life = new AbortController();
  let upSinceMs = 0;

  const link = createMqttLink({
    connection,
    user: connection.options?.['account'] || null,
    password: secret,
    name,
    clock,
    onChange: (state) => {
      if (state === 'down') values.forget();
      else upSinceMs = clock.monotonicMs();
    },
  });
  const values = createHeldValues({ lines, clock, onRejected: link.countRejected });

  const hear = (line: TopicLine, message: MqttMessage): void => {
    if (!values.hear(line, message)) return;
    const readings = values.readingOf(line);
    if (readings.length > 0) for (const listener of listeners) listener(readings);
    for (const wake of [...waiting]) wake();
  };
  for (const line of lines) {
    link.subscribe(line.state, (message) => hear(line, message));
    if (line.availability !== null)
      link.subscribe(line.availability.topic, (message) => values.hearAvailability(line, message));
  }

  /** Resolves with whether it came true in time; every new value is a reason to look again. */
  const until = (isTrue: () => boolean, limitMs: number, asked: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const { signal, end } = eitherSignal(asked, life.signal);
      const finish = (result: boolean): void => {
        cancelTimer();
        waiting.delete(look);
        signal.removeEventListener('abort', onAbort);
        end();
        resolve(result);
      };
      const look = (): void => {
        if (isTrue()) finish(true);
      };
      const onAbort = (): void => finish(false);
      const cancelTimer = clock.after(limitMs, () => finish(isTrue()));
      waiting.add(look);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      else look();
    });

  const ask = async ({ ask: question }: TopicLine): Promise<Result<void>> =>
    question === null ? ok(undefined) : link.publish(question.topic, question.payload, { qos: 1 });

  const read = async (signal: AbortSignal): Promise<Result<readonly Reading[]>> => {
    const alive = await link.alive(signal);
    if (!alive.ok) return alive;
    for (const line of lines) {
      if (values.holds(line)) continue;
      const asked = await ask(line);
      if (!asked.ok) return asked;
    }
    const patienceMs = FIRST_WORD_MS - (clock.monotonicMs() - upSinceMs);
    if (patienceMs > 0) await until(() => lines.every(values.holds), patienceMs, signal);
    const readings = values.readings();
    if (readings.length > 0) return ok(readings);
    // Asked again, a broken connection says why.
    const still = await link.connected(signal);
    if (!still.ok) return still;
    return lines.every(values.isAway)
      ? away(name)
      : silent(
          name,
          lines.map(({ state }) => state),
        );
  };

  const identity: DeviceIdentity = {
    // Nobody behind a topic says a serial number; the first topic is what stays when the broker moves.
    serial: `topic-${createHash('sha256')
      .update(lines[0]?.state ?? '')
      .digest('hex')
      .slice(0, 16)}`,
    model: 'MQTT topics',
    firmware: null,
  };

  const actuatorOf = (line: TopicLine): readonly ChannelActuator[] => {
    const spec = mqttChannels(connection).find((candidate) => candidate.channelId === line.channel)?.control ?? null;
    const { command } = line;
    if (command === null || spec === null) return [];
    return [
      {
        channelId: channelId(line.channel),
        spec,
        write: async (value, { signal }) => {
          const payload = commandPayload(value, line.value, command);
          if (payload === null)
            return permanent(
              'device.wrong-setpoint',
              `${line.channel} does not take this value.`,
              'Ask for a value within what its line in the topics allows.',
            );
          const connected = await link.connected(signal);
          if (!connected.ok) return connected;
          values.wrote(line.channel);
          // Never kept by the broker: a command must not act again when the device comes back.
          return link.publish(command.topic, payload, { qos: 1, retain: false });
        },
        readBack: async (signal) => {
          const connected = await link.connected(signal);
          if (!connected.ok) return connected;
          const askedAt = clock.now();
          if (line.ask !== null) {
            const asked = await ask(line);
            if (!asked.ok) return asked;
            await until(() => (values.said(line)?.receivedAt ?? 0) >= askedAt, ANSWER_MS, signal);
          } else await until(() => values.said(line) !== null, ANSWER_MS, signal);
          const said = values.said(line);
          if (said !== null) return ok({ value: said.value, leaseEndsAt: null, measuredAt: said.measuredAt });
          const still = await link.connected(signal);
          if (!still.ok) return still;
          return values.isAway(line) ? away(name) : silent(name, [line.state]);
        },
      },
    ];
  };

  return {
    reader: {
      identify: async (signal) => {
        const connected = await link.connected(signal);
        return connected.ok ? ok(identity) : connected;
      },
      read,
      listen: (onReadings) => {
        listeners.add(onReadings);
        link.start();
        return () => void listeners.delete(onReadings);
      },
      diagnostics: link.diagnostics,
    },
    actuators: lines.flatMap(actuatorOf),
    close: async () => {
      life.abort();
      listeners.clear();
      await link.close();
    },
  };
};

const EXAMPLE = [
  'grid state=tele/meter/SENSOR path=SML.Power unit=W role=grid',
  'boiler state=stat/boiler/POWER command=cmnd/boiler/POWER on=ON off=OFF role=water-heater',
].join(' — ');

/** Whatever speaks over a broker: the person says which topic means what. */
export const mqttDevice: Driver = {
  id: 'mqtt',
  label: 'MQTT topics (Tasmota, Zigbee2MQTT, ESPHome and others)',
  vendor: 'MQTT',
  products: [
    'MQTT 3.1.1 brokers: Mosquitto, EMQX, HiveMQ',
    'Tasmota',
    'Zigbee2MQTT',
    'ESPHome',
    'OpenDTU',
    'own devices',
  ],
  deviceClass: 'hub',
  reach: 'local',
  connectionSchema: mqttConnectionSchema,
  defaultPort: 1883,
  needsUnitId: false,
  takesPassword: true,
  secret: {
    label: 'Password',
    help: 'The password of the user at the broker; empty where the broker lets everybody in.',
  },
  encryption: 'off',
  options: [
    {
      name: 'account',
      label: 'User',
      help: 'The user at the broker; empty where it lets everybody in.',
      kind: 'text',
      required: false,
    },
    {
      name: TOPICS,
      label: 'Topics',
      help: `One line a value: a name, then what is known of it. For example: ${EXAMPLE}`,
      kind: 'lines',
      required: true,
    },
  ],
  discovery: { services: ['_mqtt._tcp'] },
  pollPeriodMs: 10_000,
  freshnessLimitMs: 120_000,
  parallelRequests: 1,
  channels: [],
  channelsFor: mqttChannels,
  busKey: ({ host, port }) => `mqtt:${host}:${port}`,
  open,
};
