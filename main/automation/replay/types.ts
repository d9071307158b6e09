import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Replay, Rule } from '../../../preload/contract/rules.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { WeatherForRow } from '../../feeds/service-types.ts';
import type { PriceRow, StoredForecast } from '../../store/types.ts';
import type { KnownChannel } from '../check/types.ts';

/** The home as a replay takes it along into its thread: plain data. */
export interface ReplayHome {
  readonly site: Pick<Site, 'id' | 'timeZone' | 'latitude' | 'longitude' | 'currency'>;
  readonly settings: SiteSettings;
  readonly safety: Safety;
  readonly channels: readonly KnownChannel[];
  /** Names of devices and of workflows by their ids. */
  readonly deviceNames: Readonly<Record<string, string>>;
  readonly workflowNames: Readonly<Record<string, string>>;
}

/** A rule that runs along. `dry`: it decides and is counted, but moves nothing. */
export interface ReplayRule {
  readonly rule: Rule;
  readonly dry: boolean;
}

export interface ReplayTask {
  readonly databasePath: string;
  readonly home: ReplayHome;
  readonly rules: readonly ReplayRule[];
  readonly from: number;
  readonly to: number;
}

/** How one rule fared. */
export interface RulePast {
  readonly ruleId: string;
  readonly name: string;
  readonly firings: number;
  readonly heldMs: number;
  /** Time of which it was known whether the rule holds. */
  readonly knownMs: number;
  /** Most edges within an hour, and most firings within a day. */
  readonly mostEdgesAnHour: number;
  readonly mostFiringsADay: number;
}

export interface ReplayAnswer {
  readonly replay: Omit<Replay, 'tookMs'>;
  readonly past: readonly RulePast[];
}

/** One quantity of one channel at the steps of a replay; NaN where nothing is known. */
export interface ChannelColumns {
  readonly powerW: Float64Array;
  readonly tempC: Float64Array;
  /** 1 on, 0 off. */
  readonly on: Float64Array;
}

/** How the battery was seen to behave before the span, so that nothing of the span itself is known beforehand. */
export interface BatteryHabits {
  readonly capacityKwh: number;
  readonly minimumSocPct: number;
  readonly maximumSocPct: number;
  readonly maxChargeW: number;
  readonly maxDischargeW: number;
  readonly oneWayEfficiency: number;
}

/** A weather forecast as it had reached the home, with its rows. */
export interface WeatherThen {
  readonly knownAt: number;
  readonly rows: readonly WeatherForRow[];
}

/** A span of the past at equal steps: everything that rules may look at, and what the house did. */
export interface ReplayData {
  readonly from: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly pvW: Float64Array;
  readonly loadW: Float64Array;
  readonly householdW: Float64Array;
  readonly gridW: Float64Array;
  readonly batteryW: Float64Array;
  readonly socPct: Float64Array;
  readonly voltageV: Float64Array;
  readonly importPerKwh: Float64Array;
  readonly exportPerKwh: Float64Array;
  readonly carbon: Float64Array;
  /** Prices of the local days that the span touches and of the day after, in order. */
  readonly prices: readonly PriceRow[];
  readonly channels: ReadonlyMap<string, ChannelColumns>;
  /** What a load drew when it ran, W, before the span. */
  readonly usualW: ReadonlyMap<string, number>;
  readonly battery: BatteryHabits | null;
  /** Only of kinds that a rule asks for, each in the order of issue. */
  readonly forecasts: ReadonlyMap<StoredForecast['kind'], readonly StoredForecast[]>;
  /** In the order in which they came; empty where no rule asks. */
  readonly weather: readonly WeatherThen[];
  /** Share of the steps whose values are means of an hour, 0 to 1. */
  readonly hourlyShare: number;
}

export const channelKey = (deviceId: string, channelId: string): string => `${deviceId}/${channelId}`;
