import type { Freshness, Measure } from '../../preload/contract/base.ts';
import type { ChannelRole } from '../../preload/contract/devices.ts';
import type { LiveState, StopState } from '../../preload/contract/site.ts';
import type { IconName } from '../components/icon-paths.ts';
import { type Hue, roleHue, roleIcon } from '../components/roles.ts';
import { decimal } from '../format/numbers.ts';
import { freshnessNow } from '../state/reducers.ts';

/** One tile of the map with its power: sources signed by direction (+ gives to the home), loads never negative. */
export interface FlowEnd {
  readonly key: string;
  readonly name: string;
  readonly hue: Hue;
  readonly icon: IconName;
  readonly measure: Measure;
  /** Power towards the bus for sources (− takes from it), towards the load for loads, W; null where absent. */
  readonly powerW: number | null;
  readonly freshness: Freshness;
  readonly note: string;
  /** The same in two words, for a phone. */
  readonly short: string;
  readonly lock: 'safe' | 'commanded' | 'no-answer' | null;
}

export interface Scene {
  readonly solar: FlowEnd;
  readonly battery: FlowEnd;
  readonly grid: FlowEnd;
  readonly loads: readonly FlowEnd[];
  readonly inUse: Measure;
  /** Missing balance, W: + comes in and is not accounted for. Null where the balance closes or cannot be told. */
  readonly unmeasuredW: number | null;
}

export interface SceneInput {
  readonly live: LiveState;
  readonly now: number;
  readonly stop: StopState | null;
  readonly pvPeakW: number | null;
  /** Prices at this moment with the currency's sign, as written: "0.35 €". */
  readonly importPrice: string | null;
  readonly exportPrice: string | null;
}

/** Below this nothing is drawn as flowing. */
export const IDLE_W = 20;

const solarNote = (powerW: number | null, peakW: number | null): string => {
  if (powerW === null) return '';
  if (powerW < IDLE_W) return 'no sun';
  return peakW ? `${decimal((powerW / peakW) * 100, 0)} % of ${decimal(peakW / 1000, 1)} kW peak` : 'producing';
};

const batteryNote = (chargeW: number | null, soc: Measure, stopped: boolean): string => {
  if (chargeW === null) return '';
  const doing = Math.abs(chargeW) < IDLE_W ? 'resting' : chargeW > 0 ? 'charging' : 'discharging';
  const level = soc.value === null ? '' : `, ${decimal(soc.value, 0)} %`;
  return `${stopped ? 'on its own' : doing}${level}`;
};

const gridNote = (importW: number | null, input: SceneInput): string => {
  if (importW === null) return '';
  if (Math.abs(importW) < IDLE_W) return 'balanced';
  const price = importW > 0 ? input.importPrice : input.exportPrice;
  return `${importW > 0 ? 'importing' : 'exporting'}${price ? ` at ${price}` : ''}`;
};

/** What the map draws for a live state, with everything aged to `now`. Places never depend on power. */
export const sceneOf = (input: SceneInput): Scene => {
  const { live, now, stop } = input;
  const end = (
    key: string,
    role: ChannelRole,
    name: string,
    measure: Measure,
    sign: 1 | -1,
    note: string,
    lock: FlowEnd['lock'] = null,
  ): FlowEnd => ({
    short: note.replace(/ of .* peak$/, ' of peak').replace(/ at .*$/, ''),
    key,
    name,
    hue: roleHue(role),
    icon: roleIcon(role),
    measure,
    powerW: measure.value === null ? null : measure.value * sign,
    freshness: freshnessNow(measure, now),
    note,
    lock,
  });
  const charging = (live.batteryW.value ?? 0) > IDLE_W;
  const battery = end(
    'battery',
    'battery',
    'Battery',
    live.batteryW,
    -1,
    batteryNote(live.batteryW.value, live.socPct, stop !== null),
  );
  const lockOf = (deviceId: string, channelId: string): FlowEnd['lock'] =>
    stop?.devices.find((device) => device.deviceId === deviceId && device.channelId === channelId)?.state ?? null;
  const flexible = [...live.loads].sort((a, b) => a.priority - b.priority || a.name.localeCompare(b.name));
  return {
    solar: end('solar', 'pv', 'Solar', live.pvW, 1, solarNote(live.pvW.value, input.pvPeakW)),
    battery: { ...battery, icon: charging ? 'battery-charging' : 'battery' },
    grid: end('grid', 'grid', 'Grid', live.gridW, 1, gridNote(live.gridW.value, input)),
    loads: [
      end('household', 'load', 'Household', live.householdW, 1, stop ? 'never switched' : 'the rest'),
      ...flexible.map((load) =>
        end(
          `${load.deviceId}/${load.channelId}`,
          load.role,
          load.name,
          load.power,
          1,
          load.note,
          lockOf(load.deviceId, load.channelId),
        ),
      ),
    ],
    inUse: live.loadW,
    unmeasuredW: live.balanced === false ? live.unmeasuredW : null,
  };
};
