import type { Hue } from '../components/roles.ts';
import { type FlowEnd, IDLE_W, type Scene } from './scene.ts';

/** Least width of a ribbon that carries anything, px. */
export const LEAST_PX = 2.5;
/** Below this a ribbon takes the largest share's hue instead of stripes, px. */
const STRIPED_FROM_PX = 7;
/** From here on chevrons fit inside, px. */
export const CHEVRON_FROM_PX = 9;
const WIDEST_PX = 80;

/** Pixels per kW: the look's factor, less where the site's peak would pass 80 px. One factor for the whole map. */
export const scaleFor = (peakW: number, pxPerKw: number): number =>
  peakW <= 0 ? pxPerKw : Math.min(pxPerKw, WIDEST_PX / (peakW / 1000));

/** Width of a ribbon, px; 0 where nothing flows. */
export const widthOf = (powerW: number | null, pxPerKw: number): number => {
  const size = Math.abs(powerW ?? 0);
  return size <= IDLE_W ? 0 : Math.max(LEAST_PX, (size / 1000) * pxPerKw);
};

export interface Share {
  readonly hue: Hue;
  /** 0 to 1; all shares add up to 1. */
  readonly share: number;
}

const gives = (end: FlowEnd): number =>
  end.powerW === null || end.freshness === 'stale' || end.powerW <= IDLE_W ? 0 : end.powerW;

/** Where the energy comes from right now, in the order solar, battery, grid. Stale sources are left out. */
export const sharesOf = (scene: Pick<Scene, 'solar' | 'battery' | 'grid'>): Share[] => {
  const sources = [scene.solar, scene.battery, scene.grid];
  const total = sources.reduce((sum, end) => sum + gives(end), 0);
  if (total === 0) return [];
  return sources.filter((end) => gives(end) > 0).map((end) => ({ hue: end.hue, share: gives(end) / total }));
};

export interface Stripe {
  readonly hue: Hue;
  readonly width: number;
  /** Distance of the stripe's middle from the ribbon's middle, px. */
  readonly offset: number;
}

const largest = (shares: readonly Share[]): Hue =>
  shares.reduce<Share>((best, share) => (share.share > best.share ? share : best), { hue: 'none', share: 0 }).hue;

/** A ribbon split by share; its stripes' widths add up to its own. */
export const stripesOf = (width: number, shares: readonly Share[]): Stripe[] => {
  if (width === 0) return [];
  if (shares.length < 2 || width < STRIPED_FROM_PX) return [{ hue: largest(shares), width, offset: 0 }];
  let edge = -width / 2;
  return shares.map(({ hue, share }) => {
    const stripe = { hue, width: width * share, offset: edge + (width * share) / 2 };
    edge += width * share;
    return stripe;
  });
};
