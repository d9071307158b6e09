import type { Miner, MinerTiersInput, Projection } from '../../main/automation/miner-tiers.ts';
import { NO_MEMORY } from '../../main/automation/miner-tiers.ts';
import { channelId, deviceId } from '../../main/ids.ts';
import type { Freshness, Measure } from '../../preload/contract/base.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/house.ts';

export const NOON = Date.UTC(2026, 5, 17, 12);
const QUARTER_MS = 900_000;

export const measure = (value: number | null, unit: string, freshness: Freshness = 'fresh'): Measure => ({
  value,
  unit,
  measuredAt: value === null ? null : NOON,
  limitMs: 60_000,
  freshness: value === null ? 'absent' : freshness,
});

export const miner = (name: string, priority: number, on: boolean | null, more: Partial<Miner> = {}): Miner => ({
  deviceId: deviceId(`plug-${name}`),
  channelId: channelId('switch:0'),
  name: `Miner ${name}`,
  priority,
  on,
  controllable: true,
  heldBy: null,
  ...more,
});

/** A projection from `at` for 24 h whose median is `socAt(hours ahead)`, with a band of ± `spread`. */
export const projection = (socAt: (hours: number) => number, spread = 2, issuedAt = NOON): Projection => ({
  issuedAt,
  stepMs: QUARTER_MS,
  points: Array.from({ length: 96 }, (_, step) => {
    const p50 = socAt(step / 4);
    return { at: issuedAt + step * QUARTER_MS, p10: p50 - spread, p50, p90: p50 + spread };
  }),
});

export const tiersInput = (more: Partial<MinerTiersInput> = {}): MinerTiersInput => ({
  at: NOON,
  soc: measure(75, '%'),
  batteryVoltageV: measure(53, 'V'),
  projection: projection(() => 75),
  settings: DEFAULT_SETTINGS,
  miners: [miner('A', 1, false), miner('B', 2, false), miner('C', 3, false)],
  memory: NO_MEMORY,
  ...more,
});
