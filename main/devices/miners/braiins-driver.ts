import { connectionSchema } from '../../../preload/contract/devices.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { ChannelActuator, ChannelSpec, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { createBraiinsApi } from './braiins-api.ts';
import {
  type BraiinsDetailed,
  type BraiinsFacts,
  braiinsReport,
  constraintsSchema,
  coolingSchema,
  detailedSchema,
  detailsSchema,
  isBraiinsPaused,
  modeSchema,
  powerTargetOf,
  statsSchema,
} from './braiins-shapes.ts';
import {
  checkedSwitch,
  checkedWatts,
  miningControl,
  POWER_RANGE_OPTIONS,
  powerRange,
  powerTargetChannel,
} from './controls.ts';
import { notAMiner } from './failures.ts';
import { isMac, plainMac } from './mac.ts';
import { MINER_CHANNELS, minerReadings, miningChannel, NOTHING_MORE } from './report.ts';

/** Fans and control board draw some tens of watts while it rests. */
const MINING = miningControl({ onAboveW: 200, offBelowW: 150, readBackWithinMs: 300_000 });
const TUNES_FOR_MINUTES = 'The miner tunes itself to a new target for minutes; its power estimate follows slowly.';

const channelsWith = (options: Readonly<Record<string, string>> | undefined) => {
  const target = powerTargetChannel(powerRange(options), TUNES_FOR_MINUTES);
  return { target, all: [miningChannel(MINING, NOTHING_MORE), target] satisfies readonly ChannelSpec[] };
};

const open = ({ connection, secret }: OpenOptions, { clock, http }: DriverDeps): OpenDevice => {
  const api = createBraiinsApi({ connection, secret, clock, http });
  const { target } = channelsWith(connection.options);
  const name = `The miner at ${api.address}`;
  let range: { readonly leastW: number; readonly mostW: number } | null = null;
  let tunesForPower = false;
  /** The newest firmwares stream this answer without end: then it is not asked again. */
  let saysInDetail = true;

  const details = (signal: AbortSignal) => api.read('/miner/details', detailsSchema, 'its details', signal);

  const detailed = async (signal: AbortSignal): Promise<Result<BraiinsDetailed | null>> => {
    if (!saysInDetail) return ok(null);
    const answer = await api.readIfThere('/miner/status/detailed', detailedSchema, 'its status', signal, 3_000);
    if (answer.ok) {
      saysInDetail = answer.value !== null;
      return answer;
    }
    const streams = answer.error.code === 'device.timeout' || answer.error.code === 'device.malformed';
    if (!streams || signal.aborted) return answer;
    saysInDetail = false;
    return ok(null);
  };

  const loadRange = async (signal: AbortSignal): Promise<Result<void>> => {
    const found = await api.readIfThere('/configuration/constraints', constraintsSchema, 'its limits', signal);
    if (!found.ok) return found;
    const power = found.value?.tuner_constraints?.power_target;
    range = power?.min && power.max ? { leastW: power.min.watt, mostW: power.max.watt } : null;
    return ok(undefined);
  };

  const mode = async (signal: AbortSignal) => {
    const found = await api.readIfThere('/performance/mode', modeSchema, 'its power target', signal);
    if (found.ok) tunesForPower = powerTargetOf(found.value) !== null;
    return found;
  };

  const facts = async (signal: AbortSignal): Promise<Result<BraiinsFacts>> => {
    const known = await details(signal);
    if (!known.ok) return known;
    const stats = await api.readIfThere('/miner/stats', statsSchema, 'its statistics', signal);
    if (!stats.ok) return stats;
    const cooling = await api.readIfThere('/cooling/state', coolingSchema, 'its temperatures', signal);
    if (!cooling.ok) return cooling;
    const tuned = await mode(signal);
    if (!tuned.ok) return tuned;
    if (range === null) {
      const loaded = await loadRange(signal);
      if (!loaded.ok) return loaded;
    }
    const said = await detailed(signal);
    if (!said.ok) return said;
    return ok({
      details: known.value,
      stats: stats.value,
      cooling: cooling.value,
      mode: tuned.value,
      detailed: said.value,
    });
  };

  /** After a plain stop the service must be started; `resume` answers 412 then. */
  const setMining = async (on: boolean, signal: AbortSignal): Promise<Result<void>> => {
    const asked = await api.put(on ? '/actions/resume' : '/actions/pause', null, on ? 'to resume' : 'to pause', signal);
    if (!asked.ok) return asked;
    if (asked.value !== 412 || !on) return ok(undefined); // A service that rests needs no pause.
    const started = await api.put('/actions/start', null, 'to start', signal);
    return started.ok ? ok(undefined) : started;
  };

  const mining: ChannelActuator = {
    channelId: MINER_CHANNELS.mining,
    spec: MINING,
    write: async (value, { signal }) => {
      const on = checkedSwitch(value);
      return on.ok ? setMining(on.value, signal) : on;
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const known = await details(signal);
      if (!known.ok) return known;
      const said = await detailed(signal);
      if (!said.ok) return said;
      return ok({ value: !isBraiinsPaused(known.value, said.value), leaseEndsAt: null, measuredAt });
    },
  };

  const powerTarget: ChannelActuator = {
    channelId: MINER_CHANNELS.powerTarget,
    spec: target.control,
    write: async (value, { signal }) => {
      if (range === null) {
        const loaded = await loadRange(signal);
        if (!loaded.ok) return loaded;
      }
      const watt = checkedWatts(target.control, value, range, name);
      if (!watt.ok) return watt;
      const asked = await api.put('/performance/power-target', { watt: watt.value }, 'a power target', signal);
      if (!asked.ok) return asked;
      return asked.value === 412
        ? temporary(
            'device.not-running',
            `${name} takes no power target while its mining service rests.`,
            'Resume it first; it is tried again by itself.',
          )
        : ok(undefined);
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const found = await mode(signal);
      if (!found.ok) return found;
      const watt = powerTargetOf(found.value);
      return watt === null
        ? permanent(
            'device.no-control',
            `${name} does not tune for a power target.`,
            'Set its tuner to a power target in its own web page, once.',
          )
        : ok({ value: watt, leaseEndsAt: null, measuredAt });
    },
  };

  return {
    reader: {
      identify: async (signal) => {
        range = null;
        saysInDetail = true;
        const found = await details(signal);
        if (!found.ok) return found;
        const { mac_address: mac, uid, hostname, miner_identity: miner, bos_version: version } = found.value;
        const serial = mac && isMac(mac) ? plainMac(mac) : uid;
        if (!serial) return notAMiner(api.address, 'Braiins OS miner');
        return ok({
          serial,
          model: miner?.miner_model ?? miner?.name ?? hostname ?? 'Braiins OS miner',
          firmware: version?.current ?? null,
        });
      },
      read: async (signal) => {
        const measuredAt = clock.now();
        const found = await facts(signal);
        if (!found.ok) return found;
        const times = { measuredAt, receivedAt: clock.now() };
        return ok(minerReadings(MINER_CHANNELS.mining, braiinsReport(found.value), times));
      },
      diagnostics: api.diagnostics,
    },
    actuators: [mining, powerTarget],
    present: () => (tunesForPower ? [MINER_CHANNELS.mining, MINER_CHANNELS.powerTarget] : [MINER_CHANNELS.mining]),
    close: async () => api.close(),
  };
};

/** Braiins OS over its own REST interface: state with its reason, pause and resume, power target. */
export const minerBraiins: Driver = {
  id: 'miner-braiins',
  label: 'Miner with Braiins OS',
  vendor: 'Braiins',
  products: [
    'Braiins OS with the public REST interface /api/v1 (23.03 and later) on Antminer, Braiins BMM 100 and 101',
  ],
  deviceClass: 'miner',
  reach: 'local',
  connectionSchema,
  defaultPort: 80,
  needsUnitId: false,
  takesPassword: true,
  secret: { label: 'Password', help: 'The one of the miner’s own web page.' },
  options: [
    {
      name: 'account',
      label: 'User',
      help: 'Usually root.',
      kind: 'text',
      required: false,
      default: 'root',
    },
    ...POWER_RANGE_OPTIONS,
  ],
  pollPeriodMs: 60_000,
  freshnessLimitMs: 210_000,
  parallelRequests: 1,
  channels: channelsWith(undefined).all,
  channelsFor: ({ options }) => channelsWith(options).all,
  busKey: ({ host, port }) => `miner:${host.toLowerCase()}:${port}`,
  open,
};
