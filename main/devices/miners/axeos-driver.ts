import { connectionSchema } from '../../../preload/contract/devices.ts';
import { jsonAnswer, troubleFailure } from '../../http/json-answer.ts';
import type { HttpAnswer, HttpTrouble } from '../../http/types.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { ChannelActuator, ChannelSpec, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import { type AxeosInfo, axeosInfoSchema, axeosReport, axeosSerial, isAxeosPaused } from './axeos-shapes.ts';
import { checkedSwitch, miningControl } from './controls.ts';
import { cannotPause, minerAt } from './failures.ts';
import { MINER_CHANNELS, minerReadings, miningChannel, readOnlyChannel } from './report.ts';
import { createTurns } from './turn.ts';

/** A board with one chip draws 8 W at its slowest; paused, controller, fan and screen draw a few. */
const CONTROL = miningControl({ onAboveW: 7, offBelowW: 6 });
const INFO = '/api/system/info';
const TIMEOUT_MS = 5_000;

/** What the board's own sensor measures behind its supply. */
const BOARD: Pick<ChannelSpec, 'metrics' | 'bounds'> = {
  metrics: ['voltageV', 'currentA'],
  bounds: { voltageV: [0, 60], currentA: [0, 60] },
};

const privateOnly = (name: string) =>
  permanent(
    'device.access',
    `${name} refuses this computer (401): AxeOS answers only addresses of private networks.`,
    'Put both into one private network (10.x, 172.16–31.x or 192.168.x); a network with public addresses is refused by design.',
  );

const open = ({ connection }: OpenOptions, { clock, http }: DriverDeps): OpenDevice => {
  const base = webAddress(connection, 'off');
  const address = `${connection.host}:${connection.port}`;
  const counters = { requests: 0, failures: 0, rejected: 0 };
  const life = new AbortController();
  const inTurn = createTurns();
  let canPause = true;

  /** No `Origin` is sent: a foreign one is refused. */
  const send = async (
    method: 'GET' | 'POST',
    path: string,
    asked: AbortSignal,
  ): Promise<Result<HttpAnswer, HttpTrouble>> => {
    const { signal, end } = eitherSignal(asked, life.signal);
    counters.requests += 1;
    const request = {
      method,
      url: `${base}${path}`,
      timeoutMs: TIMEOUT_MS,
      fingerprint: agreedFingerprint(connection),
      signal,
    };
    return inTurn(() => http.send(request)).finally(end);
  };

  const info = async (signal: AbortSignal): Promise<Result<AxeosInfo>> => {
    const answer = await send('GET', INFO, signal);
    const found =
      answer.ok && answer.value.status === 401
        ? privateOnly(`The miner at ${address}`)
        : jsonAnswer(answer, axeosInfoSchema, minerAt(address, 'its state', ''), clock.now());
    if (found.ok) canPause = isAxeosPaused(found.value) !== null;
    else {
      counters.failures += 1;
      if (found.error.code === 'device.malformed') counters.rejected += 1;
    }
    return found;
  };

  const setMining = async (on: boolean, signal: AbortSignal): Promise<Result<void>> => {
    const what = on ? 'to resume' : 'to pause';
    const answer = await send('POST', on ? '/api/system/resume' : '/api/system/pause', signal);
    if (!answer.ok) return troubleFailure(answer.error, minerAt(address, what, ''));
    const { status } = answer.value;
    if (status >= 200 && status < 300) return ok(undefined);
    counters.failures += 1;
    if (status === 401) return privateOnly(`The miner at ${address}`);
    if (status === 404 || status === 405) return cannotPause(address);
    return permanent('device.refused', `The miner at ${address} refused ${what} (${status}).`, 'Update its firmware.');
  };

  const mining: ChannelActuator = {
    channelId: MINER_CHANNELS.mining,
    spec: CONTROL,
    write: async (value, { signal }) => {
      const on = checkedSwitch(value);
      return on.ok ? setMining(on.value, signal) : on;
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const found = await info(signal);
      if (!found.ok) return found;
      const paused = isAxeosPaused(found.value);
      return paused === null ? cannotPause(address) : ok({ value: !paused, leaseEndsAt: null, measuredAt });
    },
  };

  const channel = () => (canPause ? MINER_CHANNELS.mining : MINER_CHANNELS.readOnly);
  return {
    reader: {
      identify: async (signal) => {
        const found = await info(signal);
        if (!found.ok) return found;
        const { deviceModel, ASICModel, boardVersion, version } = found.value;
        return ok({
          serial: axeosSerial(found.value),
          model: [deviceModel ?? 'AxeOS', ASICModel, boardVersion].filter(Boolean).join(' '),
          firmware: version ?? null,
        });
      },
      read: async (signal) => {
        const measuredAt = clock.now();
        const found = await info(signal);
        if (!found.ok) return found;
        const times = { measuredAt, receivedAt: clock.now() };
        const { voltage, current } = found.value;
        const sensed = (
          [
            ['voltageV', voltage],
            ['currentA', current],
          ] as const
        ).flatMap(([metric, milli]) =>
          milli === null || milli === undefined || milli < 0
            ? []
            : [{ channelId: channel(), metric, value: milli / 1000, quality: 'good' as const, ...times }],
        );
        return ok([...minerReadings(channel(), axeosReport(found.value), times, { measuredPower: true }), ...sensed]);
      },
      diagnostics: () => ({ ...counters }),
    },
    actuators: [mining],
    present: () => [channel()],
    close: async () => life.abort(),
  };
};

/** Bitaxe and other boards with ESP-Miner. */
export const minerAxeos: Driver = {
  id: 'miner-axeos',
  label: 'Bitaxe or other AxeOS miner',
  vendor: 'Bitaxe',
  products: [
    'Bitaxe (AxeOS 2.14 and later: pause and resume)',
    'Bitaxe with older AxeOS (read only)',
    'NerdQAxe+ and ++ (read only)',
  ],
  deviceClass: 'miner',
  reach: 'local',
  connectionSchema,
  defaultPort: 80,
  needsUnitId: false,
  takesPassword: false,
  discovery: {
    scanPort: 80,
    recognise: async ({ host, port }, { http, clock }, signal) => {
      const url = `${webAddress({ host, port }, 'off')}${INFO}`;
      const answer = await http.send({ url, timeoutMs: 3_000, maxBytes: 65_536, signal });
      const info = jsonAnswer(answer, axeosInfoSchema, minerAt(host, 'its state', ''), clock.now());
      if (!info.ok) return null;
      const { deviceModel, ASICModel } = info.value;
      return {
        identity: axeosSerial(info.value),
        model: [deviceModel ?? 'AxeOS', ASICModel].filter(Boolean).join(' '),
      };
    },
  },
  pollPeriodMs: 30_000,
  freshnessLimitMs: 105_000,
  parallelRequests: 1,
  channels: [miningChannel(CONTROL, BOARD), readOnlyChannel(BOARD)],
  busKey: ({ host, port }) => `miner:${host.toLowerCase()}:${port}`,
  open,
};
