import type { ChannelId } from '../../../preload/contract/base.ts';
import type { Connection } from '../../../preload/contract/devices.ts';
import { ok, type Result } from '../../result.ts';
import type { Block } from '../modbus/block.ts';
import { createModbusClient } from '../modbus/client.ts';
import { laneOf } from '../modbus/lane.ts';
import { channelsOf, type Driver, type OpenDevice } from '../types.ts';
import { createSeenCurrents, hasTable, solarkActuators } from './actuators.ts';
import { CHANNELS, solarkChannels, tableControl } from './channels.ts';
import { type SolarkPoll, solarkReadings } from './decode.ts';
import { createInverter } from './inverter.ts';
import type { Family } from './model.ts';
import { chosenOf, SOLARK_OPTIONS, solarkConnectionSchema } from './options.ts';
import { DEFAULT_UNIT, PAUSE_MS, SOLARK_EXCEPTIONS } from './registers.ts';
import { singleHasGenerator, singleStrings } from './single-phase.ts';
import { isWide, threePhaseHasGenerator, threePhaseStrings } from './three-phase.ts';
import type { Shown } from './values.ts';

const SLOW_EVERY_MS = 60_000;

const busKey = ({ host, port }: Connection): string => `modbus-tcp:${host.toLowerCase()}:${port}`;

const shownAfter = (before: Shown, family: Family, { fast, slow }: SolarkPoll): Shown => {
  const single = family.phases === 1;
  const generator = slow ? (single ? singleHasGenerator : threePhaseHasGenerator)(slow) : null;
  return {
    strings: Math.max(before.strings, (single ? singleStrings : threePhaseStrings)(fast)),
    hasGenerator: generator ?? before.hasGenerator,
    wide: before.wide || (!single && isWide(fast)),
  };
};

/** Sol-Ark, Deye and Sunsynk hybrids behind a gateway that turns TCP into the inverter's RS-485. */
export const solark: Driver = {
  id: 'solark',
  label: 'Sol-Ark, Deye or Sunsynk inverter',
  vendor: 'Sol-Ark',
  products: [
    'Sol-Ark 5K, 8K, 12K, 15K',
    'Deye SUN-SG hybrids, single and three-phase',
    'Sunsynk ECCO and MAX hybrids, single and three-phase',
  ],
  deviceClass: 'inverter',
  reach: 'local',
  connectionSchema: solarkConnectionSchema,
  defaultPort: 502,
  needsUnitId: true,
  takesPassword: false,
  options: SOLARK_OPTIONS,
  pollPeriodMs: 5_000,
  freshnessLimitMs: 17_500,
  parallelRequests: 1,
  channels: solarkChannels('auto'),
  channelsFor: (connection) => solarkChannels(chosenOf(connection).family),
  busKey,
  open: ({ connection }, { clock }): OpenDevice => {
    const chosen = chosenOf(connection);
    const client = createModbusClient({
      host: connection.host,
      port: connection.port,
      clock,
      pauseMs: PAUSE_MS,
      framing: chosen.framing,
      lane: laneOf(clock, busKey(connection)),
      meanings: SOLARK_EXCEPTIONS,
    });
    const inverter = createInverter({
      client,
      unitId: connection.unitId ?? DEFAULT_UNIT,
      host: connection.host,
      choice: chosen.family,
    });
    const seen = createSeenCurrents();
    let shown: Shown = {
      strings: chosen.strings === 'auto' ? 0 : Number(chosen.strings),
      hasGenerator: null,
      wide: false,
    };
    let present: readonly ChannelId[] | null = null;
    let slowMs = Number.NEGATIVE_INFINITY;

    const noteLimits = (slow: Block, { registers }: Family): void => {
      for (const address of [registers.bmsChargeA, registers.bmsDischargeA])
        if (slow.has(address)) seen.see(address, slow.i16(address));
    };

    const poll = async ({ registers }: Family, signal: AbortSignal): Promise<Result<SolarkPoll>> => {
      const fast = await inverter.read(registers.fast, signal);
      if (!fast.ok) return fast;
      const nowMs = clock.monotonicMs();
      if (nowMs - slowMs < SLOW_EVERY_MS) return ok({ fast: fast.value });
      const slow = await inverter.read(registers.slow, signal);
      if (!slow.ok) return slow;
      slowMs = nowMs;
      return ok({ fast: fast.value, slow: slow.value });
    };

    const specs = channelsOf(solark, connection);
    const spec = specs.find(({ channelId }) => channelId === CHANNELS.table)?.control ?? tableControl(1);
    return {
      reader: {
        identify: inverter.identify,
        read: async (signal) => {
          const family = await inverter.family(signal);
          if (!family.ok) return family;
          const measuredAt = clock.now();
          const polled = await poll(family.value, signal);
          if (!polled.ok) return polled;
          shown = shownAfter(shown, family.value, polled.value);
          if (polled.value.slow) noteLimits(polled.value.slow, family.value);
          const readings = solarkReadings(family.value, polled.value, shown, { measuredAt, receivedAt: clock.now() });
          if (polled.value.slow) {
            const shownNow = new Set(readings.map(({ channelId }) => channelId));
            if (!hasTable(family.value)) shownNow.delete(CHANNELS.table);
            present = [...shownNow];
          }
          return ok(readings);
        },
        diagnostics: () => {
          const { requests, failures, malformed, unmatched } = client.counters();
          return { requests, failures, rejected: malformed + unmatched };
        },
      },
      actuators: solarkActuators({ inverter, clock, seen }, spec),
      present: () => present ?? specs.map(({ channelId }) => channelId),
      close: () => client.close(),
    };
  },
};
