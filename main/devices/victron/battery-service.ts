import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { ok, type Result } from '../../result.ts';
import type { Block } from '../modbus/block.ts';
import type { BlockBus } from '../modbus/bus.ts';
import type { ModbusFailure } from '../modbus/failures.ts';
import { BATTERY_UNITS, BLOCKS } from './registers.ts';

/** Meter differences between the system's voltage and the battery's own. */
const SAME_BATTERY_V = 0.6;
const SEARCH_AGAIN_MS = 3_600_000;

export interface BatteryService {
  /** Temperature, health and limits; null where no battery service is known. */
  read(
    systemVoltageV: number,
    signal: AbortSignal,
  ): Promise<Result<{ readonly values: Block; readonly limits: Block | null } | null, ModbusFailure>>;
}

/**
 * The system service has neither temperature nor health: they are at the battery's own unit id. That one is configured,
 * or searched for among the usual ids: the one whose voltage is the system's.
 */
export const batteryService = (
  bus: BlockBus,
  configured: number | undefined,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): BatteryService => {
  let unitId = configured ?? null;
  let searchFromMs = Number.NEGATIVE_INFINITY;

  const search = async (systemVoltageV: number, signal: AbortSignal): Promise<Result<number | null, ModbusFailure>> => {
    for (const candidate of BATTERY_UNITS) {
      const found = await bus.readIfThere(candidate, BLOCKS.batteryService, signal);
      if (!found.ok) return found;
      const voltageV = found.value ? found.value.u16(259) / 100 : 0;
      if (voltageV > 0 && Math.abs(voltageV - systemVoltageV) <= SAME_BATTERY_V) return ok(candidate);
    }
    return ok(null);
  };

  return {
    read: async (systemVoltageV, signal) => {
      if (unitId === null && systemVoltageV > 0 && clock.monotonicMs() >= searchFromMs) {
        const found = await search(systemVoltageV, signal);
        if (!found.ok) return found;
        unitId = found.value;
        searchFromMs = clock.monotonicMs() + SEARCH_AGAIN_MS;
        log.info(unitId === null ? 'No battery service found' : 'Battery service found', { unitId });
      }
      if (unitId === null) return ok(null);
      const values = await bus.readIfThere(unitId, BLOCKS.batteryService, signal);
      if (!values.ok) return values;
      if (!values.value) {
        unitId = configured ?? null;
        return ok(null);
      }
      const limits = await bus.readIfThere(unitId, BLOCKS.batteryLimits, signal);
      return limits.ok ? ok({ values: values.value, limits: limits.value }) : limits;
    },
  };
};
