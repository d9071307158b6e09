import type { Clock } from '../../clock.ts';
import type { ShellyShape } from './shelly-models.ts';
import { type MethodTable, needId, parameters, RpcError } from './shelly-rpc.ts';

/** A valve speaks about this often; what was set is seen from then on. */
const VALVE_SPEAKS_EVERY_MS = 2_000;

interface Valve {
  readonly targetC: number;
  /** What it will say when it speaks next. */
  readonly pendingC: number | null;
  readonly setAtMs: number;
}

const temperatureIn = (value: unknown, least: number, most: number): number => {
  if (typeof value !== 'number' || value < least || value > most)
    throw new RpcError(-103, "Invalid argument 'target_C'!");
  return value;
};

/** Thermometers, the thermostat of a wall display, and radiator valves behind a BLU gateway. */
export const createShellyClimate = (options: {
  readonly shape: ShellyShape;
  readonly clock: Clock;
  readonly tell: (patch: Readonly<Record<string, unknown>>) => void;
}): { readonly status: () => Record<string, unknown>; readonly methods: MethodTable } => {
  const { shape, clock, tell } = options;
  let wallTargetC = 21;
  const valves = new Map<number, Valve>(
    (shape.valves ?? []).map((id) => [id, { targetC: 19, pendingC: null, setAtMs: 0 }]),
  );

  const thermostat = (): object => ({
    current_C: shape.temperatureC ?? 20,
    enable: true,
    id: 0,
    output: wallTargetC > (shape.temperatureC ?? 20),
    schedules: { enable: false },
    target_C: wallTargetC,
  });

  const valveAt = (id: number): Valve => {
    const valve = valves.get(id);
    if (!valve) throw new RpcError(-105, `Argument 'id', value ${id} not found!`);
    if (valve.pendingC === null || clock.monotonicMs() - valve.setAtMs < VALVE_SPEAKS_EVERY_MS) return valve;
    const spoken = { ...valve, targetC: valve.pendingC, pendingC: null };
    valves.set(id, spoken);
    return spoken;
  };

  const valveStatus = (id: number): object => {
    const { targetC, pendingC, setAtMs } = valveAt(id);
    const silentMs = pendingC === null ? 0 : clock.monotonicMs() - setAtMs;
    return {
      battery: 100,
      current_C: 21,
      errors: [],
      id,
      last_updated_ts: Math.floor((clock.now() - silentMs) / 1000),
      packet_id: 109,
      paired: true,
      pos: targetC > 21 ? 100 : 0,
      rpc: true,
      rssi: -74,
      rsv: 14,
      target_C: targetC,
    };
  };

  const wallMethods: MethodTable = {
    'Thermostat.GetStatus': (params) => {
      if (needId(params) !== 0) throw new RpcError(-105, "Argument 'id' not found!");
      return thermostat();
    },
    'Thermostat.SetConfig': (params, _, acts) => {
      const wanted = temperatureIn(parameters(params.get('config')).get('target_C'), 5, 35);
      if (acts) {
        wallTargetC = wanted;
        tell({ 'thermostat:0': { id: 0, target_C: wanted } });
      }
      return { restart_required: false };
    },
  };

  const valveMethods: MethodTable = {
    'BluTrv.GetStatus': (params) => valveStatus(needId(params)),
    'BluTrv.Call': (params, _, acts) => {
      const id = needId(params);
      const valve = valveAt(id);
      const method = String(params.get('method'));
      if (method.toLowerCase() !== 'trv.settarget') throw new RpcError(404, `No handler for ${method}`);
      const pendingC = temperatureIn(parameters(params.get('params')).get('target_C'), 4, 30);
      if (acts) valves.set(id, { ...valve, pendingC, setAtMs: clock.monotonicMs() });
      return null;
    },
  };

  return {
    status: () => ({
      ...(shape.temperatureC === undefined
        ? {}
        : { 'temperature:0': { id: 0, tC: shape.temperatureC, tF: Math.round(shape.temperatureC * 18 + 320) / 10 } }),
      ...(shape.humidityPct === undefined ? {} : { 'humidity:0': { id: 0, rh: shape.humidityPct } }),
      ...(shape.thermostat ? { 'thermostat:0': thermostat() } : {}),
      ...Object.fromEntries([...valves.keys()].map((id) => [`blutrv:${id}`, valveStatus(id)])),
    }),
    methods: { ...(shape.thermostat ? wallMethods : {}), ...(valves.size > 0 ? valveMethods : {}) },
  };
};
