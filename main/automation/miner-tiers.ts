import type { ChannelId, DeviceId, Measure } from '../../preload/contract/base.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type { BandPoint } from '../../preload/contract/insight.ts';
import { because, type Finding } from './miner-sentences.ts';

/** Below or at `abovePct` of the lowest expected SOC, only priorities up to the next tier's `upTo` may run. */
const TIERS: readonly { readonly abovePct: number; readonly upTo: number }[] = [
  { abovePct: 60, upTo: Number.POSITIVE_INFINITY },
  { abovePct: 50, upTo: 2 },
  { abovePct: 40, upTo: 1 },
];
export const LOOK_AHEAD_MS = 6 * 3_600_000;
const PROJECTION_VALID_MS = 3 * 3_600_000;
/** A miner that its tier paused starts again only this far above the tier: more than SOC jitters (±3 %). */
const RESTART_MARGIN_PCT = 7;

/** The stored battery simulation: SOC in per cent at the start of each step. */
export interface Projection {
  readonly issuedAt: number;
  readonly stepMs: number;
  readonly points: readonly BandPoint[];
}

/** One miner as the rule sees it. */
export interface Miner {
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  readonly name: string;
  /** 1 is kept longest. */
  readonly priority: number;
  /** As read back; null where that is unknown or too old. */
  readonly on: boolean | null;
  /** False where the person has not allowed control or the channel is no switch. */
  readonly controllable: boolean;
  /** Who holds it against rules, and until when; null when nobody does. */
  readonly heldBy: { readonly owner: string; readonly until: number } | null;
}

/** What the rule remembers between runs, so that it does not flap. */
export interface TierMemory {
  /** SOC fell below the pause; miners start again only above the resume. */
  readonly pausedLow: boolean;
  /** Keys (`deviceId/channelId`) of miners that their tier paused. */
  readonly pausedByTier: readonly string[];
}
export const NO_MEMORY: TierMemory = { pausedLow: false, pausedByTier: [] };

export interface MinerTiersInput {
  readonly at: number;
  readonly soc: Measure;
  readonly batteryVoltageV: Measure;
  readonly projection: Projection | null;
  readonly settings: Pick<
    SiteSettings,
    'minersPauseBelowSocPct' | 'minersResumeAboveSocPct' | 'minersStartVoltageV' | 'minimumSocPct'
  >;
  readonly miners: readonly Miner[];
  readonly memory: TierMemory;
}

export interface MinerDecision {
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  readonly name: string;
  /** What to ask for; null keeps the miner as it is. */
  readonly setpoint: boolean | null;
  readonly reasonCode: Finding['code'];
  /** One sentence with the numbers. */
  readonly reason: string;
  /** What happens otherwise. */
  readonly ifIgnored: string;
  /** A clause such as `waits for 80 %`; null where the miner waits for nothing. */
  readonly waits: string | null;
}

/** The lowest SOC that is expected within the look-ahead, %, and where the number comes from. */
export interface Outlook {
  readonly lowestPct: number;
  /** The same for the pessimistic course; null without a projection. */
  readonly pessimisticPct: number | null;
  readonly source: 'projection' | 'soc-only';
}

export const minerKey = (miner: Pick<Miner, 'deviceId' | 'channelId'>): string =>
  `${miner.deviceId}/${miner.channelId}`;

/** The lowest expected SOC at which a miner of this priority may still run, %. */
export const tierOf = (priority: number): number =>
  Math.min(...TIERS.filter((tier) => priority <= tier.upTo).map((tier) => tier.abovePct));

const usable = (measure: Measure): number | null =>
  measure.freshness === 'fresh' || measure.freshness === 'late' ? measure.value : null;

/** Pauses may rest on a late reading, starts never. */
const freshOnly = (measure: Measure): number | null => (measure.freshness === 'fresh' ? measure.value : null);

/** Answers null where a projection is missing, older than 3 h, from the future, or ends before the look-ahead does. */
const pointsAhead = (projection: Projection | null, at: number): readonly BandPoint[] | null => {
  if (!projection || at - projection.issuedAt > PROJECTION_VALID_MS || projection.issuedAt > at + projection.stepMs)
    return null;
  const ahead = projection.points.filter((point) => point.at >= at && point.at <= at + LOOK_AHEAD_MS);
  const last = ahead.at(-1);
  return last && last.at + projection.stepMs >= at + LOOK_AHEAD_MS ? ahead : null;
};

/**
 * The tiers follow the median course (p50), never better than the SOC now. The pessimistic course (p10) only holds
 * back starts that would end below the site's minimum; it pauses nothing that runs.
 */
export const outlookOf = (input: Pick<MinerTiersInput, 'at' | 'soc' | 'projection'>): Outlook | null => {
  const nowPct = usable(input.soc);
  if (nowPct === null) return null;
  const ahead = pointsAhead(input.projection, input.at);
  if (!ahead) return { lowestPct: nowPct, pessimisticPct: null, source: 'soc-only' };
  return {
    lowestPct: Math.min(nowPct, ...ahead.map((point) => point.p50)),
    pessimisticPct: Math.min(nowPct, ...ahead.map((point) => point.p10)),
    source: 'projection',
  };
};

/** What the rule knows after having looked: pure, and independent of whether anybody acts on it. */
export const remember = (input: MinerTiersInput): TierMemory => {
  const outlook = outlookOf(input);
  const nowPct = usable(input.soc);
  if (!outlook || nowPct === null) return input.memory;
  const { minersPauseBelowSocPct, minersResumeAboveSocPct } = input.settings;
  const pausedLow = nowPct < minersPauseBelowSocPct || (input.memory.pausedLow && !(nowPct > minersResumeAboveSocPct));
  const locked = input.miners.filter((miner) => {
    const tierPct = tierOf(miner.priority);
    const before = input.memory.pausedByTier.includes(minerKey(miner));
    if (outlook.lowestPct <= tierPct) return before || miner.on === true;
    return before && outlook.lowestPct <= tierPct + RESTART_MARGIN_PCT;
  });
  return { pausedLow, pausedByTier: locked.map(minerKey) };
};

const findingFor = (miner: Miner, input: MinerTiersInput, memory: TierMemory, outlook: Outlook | null): Finding => {
  if (!miner.controllable) return { code: 'NOT_CONTROLLABLE' };
  const nowPct = usable(input.soc);
  if (!outlook || nowPct === null) return { code: 'SOC_UNKNOWN', running: miner.on === true };
  if (miner.on === null) return { code: 'STATE_UNKNOWN' };
  if (miner.heldBy) return { code: 'HELD', owner: miner.heldBy.owner };
  const tierPct = tierOf(miner.priority);
  const { settings } = input;
  const low = { nowPct, pausePct: settings.minersPauseBelowSocPct, resumePct: settings.minersResumeAboveSocPct };
  if (nowPct < settings.minersPauseBelowSocPct) return { code: 'SOC_BELOW_PAUSE', running: miner.on, ...low };
  if (outlook.lowestPct <= tierPct) return { code: 'SOC_TIER_FORBIDS', running: miner.on, tierPct, outlook };
  if (miner.on) return { code: 'RUNS', tierPct, outlook };
  if (memory.pausedLow) return { code: 'WAITS_FOR_RESUME', ...low };
  if (memory.pausedByTier.includes(minerKey(miner)))
    return { code: 'WAITS_FOR_TIER_MARGIN', startPct: tierPct + RESTART_MARGIN_PCT, outlook };
  if (freshOnly(input.soc) === null) return { code: 'SOC_UNKNOWN', running: false };
  if (outlook.pessimisticPct !== null && outlook.pessimisticPct < settings.minimumSocPct)
    return { code: 'PESSIMISTIC_BELOW_MINIMUM', lowPct: outlook.pessimisticPct, minimumPct: settings.minimumSocPct };
  const voltageV = freshOnly(input.batteryVoltageV);
  if (voltageV === null) return { code: 'VOLTAGE_UNKNOWN' };
  if (voltageV < settings.minersStartVoltageV)
    return { code: 'VOLTAGE_LOW', voltageV, startV: settings.minersStartVoltageV };
  return { code: 'SOC_TIER_ALLOWS', tierPct, outlook };
};

const setpointOf = (finding: Finding): boolean | null => {
  if (finding.code === 'SOC_TIER_ALLOWS') return true;
  if ((finding.code === 'SOC_BELOW_PAUSE' || finding.code === 'SOC_TIER_FORBIDS') && finding.running) return false;
  return null;
};

/**
 * Says of every miner whether to start it, pause it or leave it, and why. Never asks for the state that a miner is in.
 * Without a usable SOC nothing is started and nothing is paused: there is no decision about a battery that is not seen.
 * Minimum on and off times are the envelope's.
 */
export const decide = (input: MinerTiersInput): readonly MinerDecision[] => {
  const outlook = outlookOf(input);
  const memory = remember(input);
  return input.miners.map((miner) => {
    const finding = findingFor(miner, input, memory, outlook);
    return {
      deviceId: miner.deviceId,
      channelId: miner.channelId,
      name: miner.name,
      setpoint: setpointOf(finding),
      reasonCode: finding.code,
      ...because(miner.name, finding),
    };
  });
};
