import type { Measure, Mode } from '../../preload/contract/base.ts';
import type { PendingProposal } from '../../preload/contract/control.ts';
import type { CenterStatus, LiveState } from '../../preload/contract/site.ts';

export const TRAY_MARKS = ['watch', 'suggest', 'automate', 'stopped'] as const;
export const TRAY_LEVELS = ['unknown', '0', '25', '50', '75', '100'] as const;
export type TrayMark = (typeof TRAY_MARKS)[number];
export type TrayLevel = (typeof TRAY_LEVELS)[number];

/** What the tray shows: a picture named by shape, lines of words, and all of them in one for the tooltip. */
export interface TrayModel {
  readonly mark: TrayMark;
  readonly level: TrayLevel;
  readonly lines: readonly string[];
  readonly toolTip: string;
  /** What waits for a person, oldest first. */
  readonly proposals: readonly PendingProposal[];
  readonly mode: Mode;
  /** All rules run dry. */
  readonly testMode: boolean;
  readonly stopped: boolean;
  /** Miners that could be paused: switched on, by the newest reading. */
  readonly runningMiners: readonly LiveState['loads'][number][];
}

export const MODE_WORDS: Readonly<Record<Mode, string>> = { watch: 'Watch', suggest: 'Suggest', automate: 'Automate' };

/** Linux and Windows cut tooltips off; what matters most stands first. */
const TOOLTIP_CHARACTERS = 250;
/** Below this a battery neither charges nor discharges, W. */
const IDLE_W = 30;

/** Only what is fresh is a number; a late one still is, what is stale or absent is not. */
const usable = (measure: Measure | undefined): number | null =>
  measure && (measure.freshness === 'fresh' || measure.freshness === 'late') ? measure.value : null;

const kilowatts = (powerW: number, locale: string): string =>
  `${new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(Math.abs(powerW) / 1000)} kW`;

const batteryLine = (live: LiveState | null, locale: string): string => {
  const soc = usable(live?.socPct);
  if (soc === null) return 'Battery: no fresh reading';
  const head = `Battery ${new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(soc)} %`;
  const power = usable(live?.batteryW);
  if (power === null) return head;
  if (Math.abs(power) < IDLE_W) return `${head}, idle`;
  return `${head}, ${power > 0 ? 'charging' : 'discharging'} ${kilowatts(power, locale)}`;
};

const powerLine = (live: LiveState | null, locale: string): string => {
  const of = (name: string, measure: Measure | undefined): string[] => {
    const value = usable(measure);
    return value === null ? [] : [`${name} ${kilowatts(value, locale)}`];
  };
  const grid = usable(live?.gridW);
  const parts = [
    ...of('Sun', live?.pvW),
    ...of('Home', live?.loadW),
    ...(grid === null ? [] : [`Grid ${kilowatts(grid, locale)} ${grid >= 0 ? 'in' : 'out'}`]),
  ];
  return parts.length > 0 ? parts.join(' · ') : 'Power: no fresh reading';
};

const stateLine = (status: CenterStatus): string => {
  const site = status.sites.find((each) => each.id === status.activeSiteId)?.name ?? 'CommandCenter';
  if (!status.stop) return `${site}: ${MODE_WORDS[status.mode]}${status.testMode ? ', rules in test' : ''}`;
  return `${site}: STOPPED by ${status.stop.who}${status.stop.why ? ` (${status.stop.why})` : ''}`;
};

const levelOf = (socPct: number | null): TrayLevel =>
  socPct === null ? 'unknown' : (TRAY_LEVELS[1 + Math.round(Math.min(100, Math.max(0, socPct)) / 25)] ?? 'unknown');

/** Pure: the whole tray from the center's state and the newest live state, in the person's locale. */
export const trayModel = (
  status: CenterStatus,
  live: LiveState | null,
  proposals: readonly PendingProposal[],
  locale: string,
): TrayModel => {
  const here = live?.siteId === status.activeSiteId ? live : null;
  const waiting = proposals.filter(({ siteId }) => siteId === status.activeSiteId);
  const lines = [
    stateLine(status),
    batteryLine(here, locale),
    powerLine(here, locale),
    ...(waiting.length > 0
      ? [`${waiting.length} ${waiting.length === 1 ? 'action waits' : 'actions wait'} for approval`]
      : []),
  ];
  return {
    mark: status.stop ? 'stopped' : status.mode,
    level: levelOf(usable(here?.socPct)),
    lines,
    toolTip: lines.join('\n').slice(0, TOOLTIP_CHARACTERS),
    proposals: waiting,
    mode: status.mode,
    testMode: status.testMode,
    stopped: status.stop !== null,
    runningMiners: (here?.loads ?? []).filter((load) => load.role === 'miner' && load.on === true),
  };
};
