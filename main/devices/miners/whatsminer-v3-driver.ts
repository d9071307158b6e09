import { connectionSchema } from '../../../preload/contract/devices.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import { checkedNumber } from '../modbus/setting.ts';
import type {
  ChannelActuator,
  ChannelSpec,
  ControlSpec,
  Driver,
  DriverDeps,
  OpenDevice,
  OpenOptions,
} from '../types.ts';
import { checkedSwitch, checkedWatts, POWER_RANGE_OPTIONS, powerRange, powerTargetChannel } from './controls.ts';
import { notAMiner } from './failures.ts';
import { isObject, type LooseObject, type LooseValue, numberIn, textIn } from './loose-json.ts';
import { isMac, plainMac } from './mac.ts';
import { MINER_CHANNELS, minerReadings, miningChannel, NOTHING_MORE } from './report.ts';
import { createRestSpan } from './rest-span.ts';
import { RESTART_DWELL_MS, RESTARTS, WHATSMINER_MINING } from './whatsminer-driver.ts';
import { whatsminerV3Report } from './whatsminer-readings.ts';
import { createWhatsminerV3Link } from './whatsminer-v3-link.ts';

/** Faster and gentler than a limit: mining goes on. */
const PERCENT: ControlSpec = {
  control: { kind: 'number', unit: '%', minimum: 10, maximum: 100, step: 1 },
  defaultSafeState: 10,
  defaultRules: { minOnMs: 600_000, minOffMs: 600_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 48 },
  readBackAfterMs: 2_000,
  readBackWithinMs: 120_000,
  effect: { kind: 'none', because: 'How far power follows depends on the limit and on how far the miner can go down.' },
  deviceLease: false,
  wireLimitMs: 20_000,
  readEveryMs: 10_000,
  reconcileEveryMs: 60_000,
};

const percentChannel: ChannelSpec = {
  channelId: MINER_CHANNELS.powerPercent,
  label: 'Share of full power',
  suggestedRole: 'none',
  metrics: [],
  bounds: {},
  control: PERCENT,
};

const channelsWith = (options: Readonly<Record<string, string>> | undefined) => {
  const target = powerTargetChannel(powerRange(options), RESTARTS, RESTART_DWELL_MS);
  return {
    target,
    all: [miningChannel(WHATSMINER_MINING, NOTHING_MORE), target, percentChannel] satisfies readonly ChannelSpec[],
  };
};

const inside = (value: LooseValue | undefined, name: string): LooseObject | null => {
  const found = isObject(value) ? value.get(name) : undefined;
  return isObject(found) ? found : null;
};

const open = ({ connection, secret }: OpenOptions, { clock }: DriverDeps): OpenDevice => {
  const link = createWhatsminerV3Link({ host: connection.host, port: connection.port, secret, clock });
  const { target } = channelsWith(connection.options);
  const rest = createRestSpan(clock);
  const name = `The miner at ${link.address}`;

  const isOff = async (signal: AbortSignal): Promise<Result<boolean>> => {
    const device = await link.read('get.device.info', 'miner', signal);
    if (!device.ok) return device;
    const working = inside(device.value, 'miner')?.get('working');
    if (working === undefined) return notAMiner(link.address, 'Whatsminer with the third interface');
    return ok(working !== true && working !== 'true');
  };

  const mining: ChannelActuator = {
    channelId: MINER_CHANNELS.mining,
    spec: WHATSMINER_MINING,
    write: async (value, { signal }) => {
      const on = checkedSwitch(value);
      if (!on.ok) return on;
      if (on.value) await rest.beforeOn(signal);
      const written = await link.write('set.miner.service', on.value ? 'start' : 'stop', signal);
      if (written.ok && !on.value) rest.switchedOff();
      return written;
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const off = await isOff(signal);
      return off.ok ? ok({ value: !off.value, leaseEndsAt: null, measuredAt }) : off;
    },
  };

  /** A number that stands among the settings. */
  const setting = (
    channelId: ChannelActuator['channelId'],
    spec: ControlSpec,
    member: string,
    write: ChannelActuator['write'],
  ): ChannelActuator => ({
    channelId,
    spec,
    write,
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const settings = await link.read('get.miner.setting', null, signal);
      if (!settings.ok) return settings;
      const value = isObject(settings.value) ? numberIn(settings.value.get(member)) : null;
      if (value !== null) return ok({ value, leaseEndsAt: null, measuredAt });
      return isObject(settings.value)
        ? permanent('device.no-control', `${name} has no ${member}.`, 'Update its firmware, or leave it out.')
        : temporary('device.not-running', `${name} does not say its settings now.`, 'It is asked again by itself.');
    },
  });

  return {
    reader: {
      identify: async (signal) => {
        const device = await link.read('get.device.info', null, signal);
        if (!device.ok) return device;
        const mac = textIn(inside(device.value, 'network')?.get('mac'));
        const miner = inside(device.value, 'miner');
        const serial = mac && isMac(mac) ? plainMac(mac) : textIn(miner?.get('miner-sn'));
        if (serial === null) return notAMiner(link.address, 'Whatsminer with the third interface');
        return ok({
          serial,
          model: ['Whatsminer', textIn(miner?.get('type'))].filter(Boolean).join(' '),
          firmware: textIn(inside(device.value, 'system')?.get('fwversion')),
        });
      },
      read: async (signal) => {
        const measuredAt = clock.now();
        const off = await isOff(signal);
        if (!off.ok) return off;
        const status = await link.read('get.miner.status', 'summary', signal);
        if (!status.ok) return status;
        const summary = inside(status.value, 'summary') ?? undefined;
        const report = whatsminerV3Report({ summary, off: off.value });
        return ok(minerReadings(MINER_CHANNELS.mining, report, { measuredAt, receivedAt: clock.now() }));
      },
      diagnostics: link.diagnostics,
    },
    actuators: [
      mining,
      setting(MINER_CHANNELS.powerTarget, target.control, 'power-limit', async (value, { signal }) => {
        const watt = checkedWatts(target.control, value, null, name);
        return watt.ok ? link.write('set.miner.power_limit', watt.value, signal) : watt;
      }),
      setting(MINER_CHANNELS.powerPercent, PERCENT, 'power-percent', async (value, { signal }) => {
        const percent = checkedNumber(PERCENT.control, value);
        return percent.ok
          ? link.write('set.miner.power_percent', { percent: String(Math.round(percent.value)) }, signal)
          : percent;
      }),
    ],
    close: async () => link.close(),
  };
};

/** MicroBT Whatsminers with the third interface, framed JSON over TCP 4433. */
export const minerWhatsminerV3: Driver = {
  id: 'miner-whatsminer-v3',
  label: 'Whatsminer (API 3, port 4433)',
  vendor: 'MicroBT',
  products: ['Whatsminer with API 3.0 (firmware of late 2024 and later)'],
  deviceClass: 'miner',
  reach: 'local',
  connectionSchema,
  defaultPort: 4433,
  needsUnitId: false,
  takesPassword: true,
  secret: { label: 'Password of super', help: 'The one set with the vendor’s tool.' },
  options: POWER_RANGE_OPTIONS,
  discovery: {
    scanPort: 4433,
    recognise: async ({ host, port }, { clock }, signal) => {
      const link = createWhatsminerV3Link({ host, port, secret: null, clock });
      try {
        const device = await link.read('get.device.info', null, signal);
        const mac = device.ok ? textIn(inside(device.value, 'network')?.get('mac')) : null;
        return mac && isMac(mac) ? { identity: plainMac(mac), model: 'Whatsminer' } : null;
      } finally {
        link.close();
      }
    },
  },
  pollPeriodMs: 60_000,
  freshnessLimitMs: 210_000,
  parallelRequests: 1,
  channels: channelsWith(undefined).all,
  channelsFor: ({ options }) => channelsWith(options).all,
  busKey: ({ host, port }) => `miner:${host.toLowerCase()}:${port}`,
  open,
};
