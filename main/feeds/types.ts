import type { OptionField } from '../../preload/contract/devices.ts';
import type { Site } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import type { HttpClient } from '../http/types.ts';
import type { Result } from '../result.ts';

/**
 * The feeds: what the outside world says about weather, price and carbon. Every row names the start of its interval in
 * UTC ms and its own length; null is "unknown", never 0.
 */
export type FeedTopic = 'weather' | 'price' | 'carbon' | 'solar' | 'commodity';

/** Means over [at, at + stepMs), whatever stamp the provider uses. */
export interface WeatherRow {
  readonly at: number;
  readonly stepMs: number;
  readonly tempC: number | null;
  readonly cloudPct: number | null;
  /** Global horizontal, direct normal and diffuse horizontal irradiance, W/m². */
  readonly ghiWm2: number | null;
  readonly dniWm2: number | null;
  readonly dhiWm2: number | null;
  /** At 10 m, m/s; the direction that it comes from, degrees. */
  readonly windMs: number | null;
  readonly windFromDeg: number | null;
  readonly humidityPct: number | null;
  readonly pressureHpa: number | null;
  readonly precipitationMm: number | null;
  readonly snowDepthM: number | null;
  /** 10th and 90th percentile of the global irradiance over an ensemble; left out by providers without one. */
  readonly ghiP10Wm2?: number | null;
  readonly ghiP90Wm2?: number | null;
}

/** `spot`: the bare market price. `import`, `export`: all that the customer pays or is paid. Signed: it may be negative. */
export interface MarketPriceRow {
  readonly at: number;
  readonly stepMs: number;
  readonly perKwh: number;
  readonly currency: string;
  readonly kind: 'spot' | 'import' | 'export';
}

export interface CarbonRow {
  readonly at: number;
  readonly stepMs: number;
  readonly gPerKwh: number;
  readonly kind: 'forecast' | 'measured';
}

/** What a solar service expects of this roof, W; bands only where the service gives them. */
export interface SolarServiceRow {
  readonly at: number;
  readonly stepMs: number;
  readonly p10W: number | null;
  readonly p50W: number;
  readonly p90W: number | null;
}

/** A slow series that price models use: EUA, gas, coal. */
export interface CommodityRow {
  readonly at: number;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface FeedRows {
  readonly weather: WeatherRow;
  readonly price: MarketPriceRow;
  readonly carbon: CarbonRow;
  readonly solar: SolarServiceRow;
  readonly commodity: CommodityRow;
}

/** Where and how a provider is asked for one home. */
export interface FeedPlace {
  readonly site: Pick<Site, 'id' | 'latitude' | 'longitude' | 'timeZone' | 'currency'>;
  /** The provider's own fields, such as bidding zone, product code, roof plane. */
  readonly options: Readonly<Record<string, string>>;
  readonly key: string | null;
  /** The vendor's documented address unless a person or a test points elsewhere; without a slash at the end. */
  readonly baseUrl: string;
}

export interface FeedWindow {
  readonly from: number;
  readonly to: number;
}

/** From the last answer, for a conditional request. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface Fetched<Row> {
  /** Ascending, without overlaps; empty when nothing changed or nothing is published yet. */
  readonly rows: readonly Row[];
  /** When the provider made it; null where it does not say (then the time of fetching counts). */
  readonly issuedAt: number | null;
  readonly validators: Validators;
  /** Not to be asked again before; null where it does not say. */
  readonly expiresAt: number | null;
  /** 304: what is kept is still right. */
  readonly unchanged: boolean;
  /** Rows left out because they cannot be true. */
  readonly rejected: number;
}

export interface ProviderDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** One honest, constant User-Agent: several services insist on it. */
  readonly userAgent: string;
}

/** One provider of one topic: one object in one file, one line in the list of its topic. */
export interface FeedProvider<Topic extends FeedTopic = FeedTopic> {
  readonly id: string;
  readonly topic: Topic;
  readonly label: string;
  /** Shown wherever its data are, as its licence asks. */
  readonly attribution: { readonly text: string; readonly url: string };
  readonly defaultBaseUrl: string;
  /** Null where no key is needed; else where a person gets one. */
  readonly keyHelp: string | null;
  readonly options: readonly OptionField[];
  /** Calls allowed in any such span, per key or address; the budget is kept over restarts. */
  readonly quota: readonly { readonly calls: number; readonly perMs: number }[];
  /**
   * `source` (also where left out): serves, in the order of the chain. `band`: asked beside the chain, gives percentiles.
   * `history`: asked only when the past is collected.
   */
  readonly role?: 'source' | 'band' | 'history';
  /** How often new data are worth a call when the provider does not say. */
  readonly refreshMs: number;
  /** Where publication has a time of day (prices): the next moment worth asking, given the newest row that is kept. */
  nextAt?(now: number, newestAt: number | null, place: FeedPlace): number;
  /** Null when it can serve this home; otherwise why not, one sentence. */
  refusal(place: FeedPlace): string | null;
  /** Calls that one fetch of this window spends; 1 where left out. */
  cost?(window: FeedWindow, place: FeedPlace): number;
  /** Past spans for training: how far back, the longest span of one call, and how late the newest past comes. */
  readonly history?: { readonly reachMs: number; readonly chunkMs: number; readonly lagMs?: number };
  fetch(
    window: FeedWindow,
    place: FeedPlace,
    deps: ProviderDeps,
    validators: Validators,
    signal: AbortSignal,
  ): Promise<Result<Fetched<FeedRows[Topic]>>>;
}
