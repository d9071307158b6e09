import { connectionSchema } from '../../../preload/contract/devices.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { ChannelActuator, ChannelSpec, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import type { CgminerAnswer } from './cgminer-answer.ts';
import {
  checkedSwitch,
  checkedWatts,
  miningControl,
  POWER_RANGE_OPTIONS,
  powerRange,
  powerTargetChannel,
} from './controls.ts';
import { notAMiner, unreadable } from './failures.ts';
import { isObject, type LooseObject, numberIn, textIn } from './loose-json.ts';
import { isMac, plainMac } from './mac.ts';
import { MINER_CHANNELS, minerReadings, miningChannel, NOTHING_MORE } from './report.ts';
import { createRestSpan } from './rest-span.ts';
import { createWhatsminerLink } from './whatsminer-link.ts';
import { whatsminerReport } from './whatsminer-readings.ts';

/** Between off and on lies half a minute, so a command may take longer on the wire. */
export const WHATSMINER_MINING = miningControl({ onAboveW: 200, offBelowW: 150, wireLimitMs: 60_000 });
export const RESTARTS = 'A new limit restarts mining: power follows after minutes.';
export const RESTART_DWELL_MS = 1_800_000;

const channelsWith = (options: Readonly<Record<string, string>> | undefined) => {
  const target = powerTargetChannel(powerRange(options), RESTARTS, RESTART_DWELL_MS);
  return { target, all: [miningChannel(WHATSMINER_MINING, NOTHING_MORE), target] satisfies readonly ChannelSpec[] };
};

const messageOf = (answer: CgminerAnswer): LooseObject | null => {
  const message = answer.members.get('Msg');
  return isObject(message) ? message : null;
};

/** `mineroff` and, on older firmware, `btmineroff`, both as text. */
const isOff = (message: LooseObject | null): boolean | null => {
  const said = message?.get('mineroff') ?? message?.get('btmineroff');
  return said === undefined ? null : said === true || said === 'true';
};

const positive = (value: number | null): number | null => (value !== null && value > 0 ? value : null);

const open = ({ connection, secret }: OpenOptions, { clock }: DriverDeps): OpenDevice => {
  const link = createWhatsminerLink({ host: connection.host, port: connection.port, secret, clock });
  const { target } = channelsWith(connection.options);
  const rest = createRestSpan(clock);
  const name = `The miner at ${link.address}`;
  let hasLimit = false;

  const status = async (
    signal: AbortSignal,
  ): Promise<Result<{ readonly off: boolean; readonly limitW: number | null }>> => {
    const answer = await link.read('status', signal);
    if (!answer.ok) return answer;
    const message = messageOf(answer.value);
    const off = isOff(message);
    return off === null
      ? unreadable(link.address, 'its status', 'it does not say whether it mines')
      : ok({ off, limitW: positive(numberIn(message?.get('power_limit_set'))) });
  };

  /** Null while the mining program rests: then it refuses. */
  const summary = async (signal: AbortSignal): Promise<Result<LooseObject | null>> => {
    const answer = await link.read('summary', signal);
    return answer.ok ? ok(answer.value.rows('SUMMARY')[0] ?? null) : answer;
  };

  const mining: ChannelActuator = {
    channelId: MINER_CHANNELS.mining,
    spec: WHATSMINER_MINING,
    write: async (value, { signal }) => {
      const on = checkedSwitch(value);
      if (!on.ok) return on;
      if (on.value) {
        await rest.beforeOn(signal);
        return link.write('power_on', {}, signal);
      }
      const written = await link.write('power_off', { respbefore: 'true' }, signal);
      if (written.ok) rest.switchedOff();
      return written;
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const said = await status(signal);
      return said.ok ? ok({ value: !said.value.off, leaseEndsAt: null, measuredAt }) : said;
    },
  };

  const powerTarget: ChannelActuator = {
    channelId: MINER_CHANNELS.powerTarget,
    spec: target.control,
    write: async (value, { signal }) => {
      const watt = checkedWatts(target.control, value, null, name);
      return watt.ok ? link.write('adjust_power_limit', { power_limit: String(watt.value) }, signal) : watt;
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const read = await summary(signal);
      if (!read.ok) return read;
      const limitW = positive(numberIn(read.value?.get('Power Limit')));
      if (limitW !== null) return ok({ value: limitW, leaseEndsAt: null, measuredAt });
      // Newer firmware says it in its status too, which answers while it rests.
      const said = await status(signal);
      if (!said.ok) return said;
      if (said.value.limitW !== null) return ok({ value: said.value.limitW, leaseEndsAt: null, measuredAt });
      return said.value.off
        ? temporary('device.not-running', `${name} does not say its limit while it rests.`, 'Resume it first.')
        : permanent('device.no-control', `${name} knows no power limit.`, 'Update its firmware, or leave it out.');
    },
  };

  return {
    reader: {
      identify: async (signal) => {
        const info = await link.read('get_miner_info', signal);
        if (!info.ok) return info;
        const said = messageOf(info.value);
        const mac = textIn(said?.get('mac'));
        const serial = mac && isMac(mac) ? plainMac(mac) : textIn(said?.get('minersn'));
        if (serial === null) return notAMiner(link.address, 'Whatsminer with the second interface');
        const version = await link.read('get_version', signal);
        if (!version.ok) return version;
        const firmware = textIn(messageOf(version.value)?.get('fw_ver'));
        return ok({ serial, model: 'Whatsminer', firmware });
      },
      read: async (signal) => {
        const measuredAt = clock.now();
        const said = await status(signal);
        if (!said.ok) return said;
        const read = await summary(signal);
        if (!read.ok) return read;
        // Asked only when the summary names no power: while it rests.
        const needsSupply = (numberIn(read.value?.get('Power')) ?? -1) < 0;
        const psu = needsSupply ? await link.read('get_psu', signal) : null;
        if (psu && !psu.ok) return psu;
        const report = whatsminerReport({
          summary: read.value,
          psu: psu ? messageOf(psu.value) : null,
          off: said.value.off,
          limitW: said.value.limitW,
        });
        hasLimit = report.powerLimitW !== null;
        return ok(minerReadings(MINER_CHANNELS.mining, report, { measuredAt, receivedAt: clock.now() }));
      },
      diagnostics: link.diagnostics,
    },
    actuators: [mining, powerTarget],
    present: () => (hasLimit ? [MINER_CHANNELS.mining, MINER_CHANNELS.powerTarget] : [MINER_CHANNELS.mining]),
    close: async () => link.close(),
  };
};

/** MicroBT Whatsminers with the second interface, JSON over TCP 4028. */
export const minerWhatsminer: Driver = {
  id: 'miner-whatsminer',
  label: 'Whatsminer (API 2, port 4028)',
  vendor: 'MicroBT',
  products: ['Whatsminer M20, M30, M50 and M60 series with API 2.0'],
  deviceClass: 'miner',
  reach: 'local',
  connectionSchema,
  defaultPort: 4028,
  needsUnitId: false,
  takesPassword: true,
  secret: { label: 'Password of admin', help: 'The one set with the vendor’s tool; as delivered nobody may write.' },
  options: POWER_RANGE_OPTIONS,
  discovery: {
    scanPort: 4028,
    recognise: async ({ host, port }, { clock }, signal) => {
      const link = createWhatsminerLink({ host, port, secret: null, clock });
      try {
        const info = await link.read('get_miner_info', signal);
        const mac = info.ok ? textIn(messageOf(info.value)?.get('mac')) : null;
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
