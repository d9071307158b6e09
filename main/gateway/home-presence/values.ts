import type { Measure } from '../../../preload/contract/base.ts';
import type { DeviceView } from '../../../preload/contract/devices.ts';
import type { ForecastView } from '../../../preload/contract/insight.ts';
import type { CenterStatus, LiveState, Overview } from '../../../preload/contract/site.ts';

const HOUR_MS = 3_600_000;
/** Home Assistant refuses longer states. */
const LONGEST_STATE = 255;

/** Everything that is shown in Home Assistant, from one look at the center. */
export interface PresenceView {
  readonly status: CenterStatus;
  readonly live: LiveState;
  readonly overview: Overview;
  readonly solar: ForecastView;
  readonly load: ForecastView;
  readonly devices: readonly DeviceView[];
}

/** Old values are no values: Home Assistant would show them as if they were measured now. */
const current = ({ freshness, value }: Measure): number | null =>
  value === null || freshness === 'stale' || freshness === 'absent' ? null : Math.round(value * 10) / 10;

const kwh = (value: number | undefined): number | null => (value === undefined ? null : Math.round(value * 100) / 100);

/** What is expected in the 60 minutes from now on, kWh; null where the forecast does not cover them. */
export const nextHourKwh = (
  { points, stepMs }: Pick<ForecastView, 'points' | 'stepMs'>,
  now: number,
): number | null => {
  if (stepMs <= 0) return null;
  const shares = points.map(({ at, p50 }) => {
    const spanMs = Math.max(0, Math.min(at + stepMs, now + HOUR_MS) - Math.max(at, now));
    return { spanMs, energyKwh: (p50 * spanMs) / HOUR_MS / 1_000 };
  });
  const covered = shares.reduce((sum, { spanMs }) => sum + spanMs, 0);
  return covered < HOUR_MS ? null : kwh(shares.reduce((sum, { energyKwh }) => sum + energyKwh, 0));
};

const sentenceOf = (text: string): string | null =>
  text === '' ? null : text.length <= LONGEST_STATE ? text : `${text.slice(0, LONGEST_STATE - 1)}…`;

/** The state topic: null where nothing is known, which Home Assistant shows as unknown. */
export const stateOf = ({ live, load, overview, solar }: PresenceView, now: number) => ({
  grid_w: current(live.gridW),
  pv_w: current(live.pvW),
  battery_w: current(live.batteryW),
  load_w: current(live.loadW),
  soc_pct: current(live.socPct),
  pv_next_hour_kwh: nextHourKwh(solar, now),
  pv_today_kwh: kwh(solar.todayKwh?.p50),
  pv_tomorrow_kwh: kwh(solar.tomorrowKwh?.p50),
  load_next_hour_kwh: nextHourKwh(load, now),
  load_today_kwh: kwh(load.todayKwh?.p50),
  load_tomorrow_kwh: kwh(load.tomorrowKwh?.p50),
  now_text: sentenceOf(overview.sentence),
  plan_text: sentenceOf(overview.next[0]?.sentence ?? overview.reason),
});
export type PresenceState = ReturnType<typeof stateOf>;
