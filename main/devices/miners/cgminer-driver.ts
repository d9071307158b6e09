import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import { ok, type Result } from '../../result.ts';
import type { ChannelActuator, DeviceIdentity, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { createCgminerLink } from './cgminer-link.ts';
import { createCgminerPause } from './cgminer-pause.ts';
import { type CgminerRows, cgminerReport } from './cgminer-readings.ts';
import { type CgminerWorld, cgminerIdentity, worldOf } from './cgminer-world.ts';
import { checkedSwitch, miningControl } from './controls.ts';
import { cannotPause, notAMiner } from './failures.ts';
import type { LooseObject } from './loose-json.ts';
import { MINER_CHANNELS, minerReadings, miningChannel, NOTHING_MORE, readOnlyChannel } from './report.ts';

/** The smallest that can pause here (a tuned-down Avalon or S9) hashes at several hundred watts; paused, tens remain. */
const CONTROL = miningControl({ onAboveW: 200, offBelowW: 150 });

interface Known {
  readonly world: CgminerWorld;
  readonly version: LooseObject;
}

const open = ({ connection }: OpenOptions, { clock, log }: DriverDeps): OpenDevice => {
  const link = createCgminerLink({ host: connection.host, port: connection.port, clock });
  const pause = createCgminerPause(link, clock, log);
  let known: Known | null = null;
  /** False where the model turned out to have no soft off. */
  let canPause = true;

  /** Asked anew by `identify`, because another miner may have come to this address. */
  const look = async (signal: AbortSignal): Promise<Result<Known>> => {
    const answer = await link.ask('version', signal);
    if (!answer.ok) return answer;
    const version = answer.value.rows('VERSION')[0];
    const world = version ? worldOf(version) : null;
    if (!version || world === null) return notAMiner(link.address, 'cgminer, BMminer, LuxOS or Avalon');
    known = { world, version };
    canPause = world !== 'stock';
    return ok(known);
  };
  const sure = async (signal: AbortSignal): Promise<Result<Known>> => (known ? ok(known) : look(signal));

  const identify = async (signal: AbortSignal): Promise<Result<DeviceIdentity>> => {
    const found = await look(signal);
    if (!found.ok) return found;
    const { world, version } = found.value;
    if (world !== 'luxos') return ok(cgminerIdentity(version, null, link.address));
    const config = await link.ask('config', signal);
    if (!config.ok) return config;
    return ok(cgminerIdentity(version, config.value.rows('CONFIG')[0] ?? null, link.address));
  };

  /** What a firmware refuses to tell is left out; what could not be asked at all is a failure. */
  const rowsOf = async (
    command: string,
    list: string,
    signal: AbortSignal,
  ): Promise<Result<readonly LooseObject[]>> => {
    const answer = await link.send({ command }, command, signal);
    return answer.ok ? ok(answer.value.rows(list)) : answer;
  };

  const poll = async (world: CgminerWorld, signal: AbortSignal): Promise<Result<CgminerRows>> => {
    const summary = await rowsOf('summary', 'SUMMARY', signal);
    if (!summary.ok) return summary;
    const stats = await rowsOf('stats', 'STATS', signal);
    if (!stats.ok) return stats;
    const devs = await rowsOf('devs', 'DEVS', signal);
    if (!devs.ok) return devs;
    const power = world === 'luxos' ? await rowsOf('power', 'POWER', signal) : ok([]);
    if (!power.ok) return power;
    const paused = await pause.isPaused(world, signal);
    if (!paused.ok) return paused;
    if (paused.value === null) canPause = false;
    return ok({
      summary: summary.value,
      stats: stats.value,
      devs: devs.value,
      power: power.value,
      paused: paused.value === true,
    });
  };

  const mining: ChannelActuator = {
    channelId: MINER_CHANNELS.mining,
    spec: CONTROL,
    write: async (value, { signal }) => {
      const on = checkedSwitch(value);
      if (!on.ok) return on;
      const found = await sure(signal);
      return found.ok ? pause.setMining(found.value.world, on.value, signal) : found;
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const found = await sure(signal);
      if (!found.ok) return found;
      const paused = await pause.isPaused(found.value.world, signal);
      if (!paused.ok) return paused;
      return paused.value === null
        ? cannotPause(link.address)
        : ok({ value: !paused.value, leaseEndsAt: null, measuredAt });
    },
  };

  const channel = () => (canPause ? MINER_CHANNELS.mining : MINER_CHANNELS.readOnly);
  return {
    reader: {
      identify,
      read: async (signal) => {
        const measuredAt = clock.now();
        const found = await sure(signal);
        if (!found.ok) return found;
        const rows = await poll(found.value.world, signal);
        if (!rows.ok) return rows;
        return ok(minerReadings(channel(), cgminerReport(rows.value), { measuredAt, receivedAt: clock.now() }));
      },
      diagnostics: link.diagnostics,
    },
    actuators: [mining],
    present: () => [channel()],
    close: async () => link.close(),
  };
};

/** Knocks politely once; null where no miner of this API answers. */
const recognise = async (
  host: string,
  port: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly identity: string | null; readonly model: string } | null> => {
  const link = createCgminerLink({ host, port, clock });
  try {
    const answer = await link.ask('version', signal);
    const version = answer.ok ? answer.value.rows('VERSION')[0] : undefined;
    if (!version || worldOf(version) === null) return null;
    const { model } = cgminerIdentity(version, null, link.address);
    return { identity: null, model };
  } finally {
    link.close();
  }
};

/** Every miner that speaks the cgminer API on TCP 4028, whatever its firmware. */
export const minerCgminer: Driver = {
  id: 'miner-cgminer',
  label: 'Miner with cgminer API (Antminer, LuxOS, Avalon)',
  vendor: 'cgminer',
  products: [
    'LuxOS on Antminer 19 and 21 series',
    'Canaan Avalon 10 to 15 series, Avalon Q and Mini',
    'Braiins OS over its 4028 port',
    'Antminer and other miners with stock cgminer or BMminer (read only)',
  ],
  deviceClass: 'miner',
  reach: 'local',
  connectionSchema,
  defaultPort: 4028,
  needsUnitId: false,
  takesPassword: false,
  discovery: {
    scanPort: 4028,
    recognise: ({ host, port }, { clock }, signal) => recognise(host, port, clock, signal),
  },
  pollPeriodMs: 60_000,
  freshnessLimitMs: 210_000,
  parallelRequests: 1,
  channels: [miningChannel(CONTROL, NOTHING_MORE), readOnlyChannel(NOTHING_MORE)],
  busKey: ({ host, port }) => `miner:${host.toLowerCase()}:${port}`,
  open,
};
