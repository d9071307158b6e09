import type { Clock } from '../../clock.ts';
import type { SimulatedHouse } from './types.ts';

const MODES: ReadonlySet<string> = new Set(['off', 'now', 'minpv', 'pv']);
const BATTERY_MODES: ReadonlyMap<string, number> = new Map([
  ['normal', 1],
  ['hold', 2],
  ['charge', 3],
  ['holdcharge', 4],
]);
/** An outside wish for the battery is dropped after this. */
const EXTERNAL_MODE_MS = 60_000;

/** What a request to change something came to. */
export type SiteAnswer = { readonly status: number; readonly value: unknown };

interface Loadpoint {
  mode: string;
  limitSoc: number;
  minCurrent: number;
  maxCurrent: number;
}

export interface EvccSite {
  /** The state as `/api/state` gives it, nested. */
  state(): Record<string, unknown>;
  /** A POST below `/api/`. `acts` false answers as always and does nothing. */
  set(parts: readonly string[], acts: boolean): SiteAnswer;
  releaseBattery(acts: boolean): SiteAnswer;
  close(): void;
}

/** One charger with a car behind one load of the simulated house, and evcc's own idea of the battery. */
export const createEvccSite = (options: {
  readonly house: SimulatedHouse;
  readonly loadId: string;
  readonly clock: Clock;
}): EvccSite => {
  const { house, loadId, clock } = options;
  const loadpoint: Loadpoint = { mode: 'pv', limitSoc: 80, minCurrent: 6, maxCurrent: 16 };
  let batteryMode = 'normal';
  let cancelExternal: (() => void) | null = null;
  let sessionStartKwh: number | null = null;

  const load = () => {
    const found = house.state().loads.find(({ id }) => id === loadId);
    if (!found) throw new Error(`The simulated house has no load "${loadId}".`);
    return found;
  };

  const dropExternal = (): void => {
    cancelExternal?.();
    cancelExternal = null;
    batteryMode = 'normal';
  };

  const setLoadpoint = (name: string, text: string, acts: boolean): SiteAnswer => {
    const value = Number(text);
    const bad = { status: 400, value: { error: `invalid value: ${text}` } };
    if (name === 'mode') {
      if (!MODES.has(text)) return bad;
      if (acts) {
        loadpoint.mode = text;
        house.switchLoad(loadId, text !== 'off');
      }
      return { status: 200, value: text };
    }
    if (!Number.isFinite(value)) return bad;
    if (acts && name === 'limitsoc') loadpoint.limitSoc = value;
    else if (acts && name === 'mincurrent') loadpoint.minCurrent = value;
    else if (acts && name === 'maxcurrent') loadpoint.maxCurrent = value;
    else if (!['limitsoc', 'mincurrent', 'maxcurrent'].includes(name))
      return { status: 404, value: { error: 'not found' } };
    return { status: 200, value };
  };

  return {
    state: () => {
      const now = house.state();
      const { powerW, energyKwh } = load();
      sessionStartKwh ??= energyKwh - 3.4;
      return {
        siteTitle: 'Simulated home',
        version: '0.312.0',
        interval: 30,
        startupCompleted: true,
        currency: 'EUR',
        gridConfigured: true,
        grid: { power: now.gridW, energy: now.total.importKwh },
        pvPower: now.pvW,
        pv: [{ name: 'pv1', power: now.pvW, energy: now.total.pvKwh }],
        homePower: now.loadW - powerW,
        battery: {
          power: -now.batteryW,
          soc: Math.round(now.socPct),
          capacity: house.batteryCapacityKwh,
          energy: 0,
          devices: [
            { name: 'bat1', power: -now.batteryW, soc: Math.round(now.socPct), capacity: 10, controllable: true },
          ],
        },
        batteryMode,
        residualPower: 100,
        tariffGrid: 0.284,
        forecast: { grid: Array.from({ length: 48 }, (_, hour) => ({ start: hour, value: 0.2 })) },
        vehicles: {},
        loadpoints: [
          {
            name: 'lp-1',
            title: 'Garage',
            ...loadpoint,
            enabled: powerW > 0,
            connected: true,
            charging: powerW > 0,
            chargePower: powerW,
            chargerFeatureHeating: false,
            sessionEnergy: Math.round((energyKwh - sessionStartKwh) * 1_000) / 1_000,
            vehicleName: 'car',
            vehicleSoc: 54,
            effectiveLimitSoc: loadpoint.limitSoc,
            planActive: false,
            smartCostLimit: null,
          },
        ],
      };
    },
    set: ([kind, ...rest], acts) => {
      const [first = '', name = '', text = ''] = rest;
      if (kind === 'batterymode') {
        const code = BATTERY_MODES.get(first);
        if (code === undefined) return { status: 400, value: { error: `invalid battery mode: ${first}` } };
        if (acts) {
          dropExternal();
          batteryMode = first;
          cancelExternal = clock.after(EXTERNAL_MODE_MS, dropExternal);
        }
        return { status: 200, value: code };
      }
      if (kind !== 'loadpoints' || first !== '1') return { status: 404, value: { error: 'not found' } };
      return setLoadpoint(name, text, acts);
    },
    releaseBattery: (acts) => {
      if (acts) dropExternal();
      return { status: 200, value: 0 };
    },
    close: dropExternal,
  };
};
