/** One measured local day of weather; null where the source had nothing. */
export interface DemoWeather {
  readonly temperatureMaxC: number | null;
  readonly temperatureMeanC: number | null;
  readonly temperatureMinC: number | null;
  readonly sunshineS: number | null;
  readonly daylightS: number | null;
  readonly cloudCoverPct: number | null;
  readonly windMaxKmh: number | null;
}

/**
 * Lays the measured days on any calendar: local day D takes the measured day D − 364·k with the smallest k ≥ 1 that lies
 * in the data, so weekdays are kept and the season is off by days only. Days are written YYYY-MM-DD.
 */
export interface DemoCalendar {
  readonly timeZone: string;
  measuredDay(day: string): string;
  /** The same, but a day with a gap is replaced by the nearest complete measured day of the same weekday. */
  completeDay(day: string): string;
  /**
   * For every 10 minutes of the local day `day` (138, 144 or 150 of them) the index into the columns of DemoData at the
   * same wall time of `measured`.
   */
  slots(day: string, measured: string): readonly number[];
}

/** The demo home's measurements, read from resources/demo. Columns are means of 10 minutes in W; NaN marks a gap. */
export interface DemoData {
  readonly provenance: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Zone of the measured home. */
  readonly timeZone: string;
  readonly startAt: number;
  readonly stepMs: number;
  readonly pvW: Float32Array;
  readonly loadW: Float32Array;
  /** + charging. */
  readonly batteryW: Float32Array;
  /** By measured local day, YYYY-MM-DD; its first and last key are the first and last complete day of the data. */
  readonly weather: ReadonlyMap<string, DemoWeather>;
  /** Day-ahead price of the hour that holds `at` of the measured calendar, per kWh, without tax and fees. */
  priceAt(at: number): number | undefined;
  calendar(timeZone: string): DemoCalendar;
}
