import type { HourFrame } from '../features/frame.ts';

/** What modules give of their peak at 1 kW/m², after heat, cables and inverter: a usual performance ratio. */
const PERFORMANCE = 0.8;
/** How much of a clear sky's irradiance arrives on an ordinary day, and on one in ten dull and bright ones. */
const USUAL_CLEARNESS = { p10: 0.15, p50: 0.55, p90: 0.95 } as const;
/** The same about a forecast of irradiance. */
const ABOUT_FORECAST = { p10: 0.6, p50: 1, p90: 1.3 } as const;

/**
 * Solar power of a roof of which only the peak is known, W: irradiance on the horizontal as forecast, or of a clear sky in
 * usual weather, times peak and performance. It knows neither tilt nor shade, so its band is wide.
 */
export const physicalBell = (
  frame: HourFrame,
  origin: number,
  peakW: number,
): ((target: number) => { readonly p10: number; readonly p50: number; readonly p90: number }) => {
  return (target) => {
    const forecast = frame.issued?.at('ghiWm2', origin, target) ?? Number.NaN;
    const known = !Number.isNaN(forecast);
    const watts = (peakW * PERFORMANCE * (known ? forecast : (frame.clearSky[target] ?? 0))) / 1000;
    const shares = known ? ABOUT_FORECAST : USUAL_CLEARNESS;
    const at = (share: number): number => Math.max(0, Math.min(peakW, watts * share));
    return { p10: at(shares.p10), p50: at(shares.p50), p90: at(shares.p90) };
  };
};
