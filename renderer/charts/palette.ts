import type { Hue } from '../components/roles.ts';

/** The tokens as canvas colours. Chart.js cannot read custom properties, so they are read here, anew for each look. */
export interface Palette {
  readonly ink: string;
  readonly inkText: string;
  readonly axis: string;
  readonly gridline: string;
  readonly lineStrong: string;
  readonly sunken: string;
  readonly surface: string;
  readonly inverse: string;
  readonly quiet: string;
  readonly font: string;
  readonly mark: (hue: Hue) => string;
  readonly area: (hue: Hue) => string;
  readonly band: (hue: Hue) => string;
  readonly solid: (hue: Hue) => string;
}

const withAlpha = (hex: string, alpha: number): string => {
  const value = hex.replace('#', '');
  const channel = (from: number): number => Number.parseInt(value.slice(from, from + 2), 16);
  return `rgb(${channel(0)} ${channel(2)} ${channel(4)} / ${alpha})`;
};

export const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const named = (hue: Hue): string => (hue === 'none' ? 'ink-3' : hue);
  const filled = (hue: Hue): string => (hue === 'none' ? token('line-strong') : token(`${hue}-fill`));
  return {
    ink: token('now'),
    inkText: token('surface'),
    axis: token('axis'),
    gridline: token('gridline'),
    lineStrong: token('line-strong'),
    sunken: token('sunken'),
    surface: token('surface'),
    inverse: token('inverse'),
    quiet: token('ink-3'),
    font: token('font'),
    mark: (hue) => token(named(hue)),
    area: (hue) => withAlpha(filled(hue), Number(token('area'))),
    band: (hue) => withAlpha(filled(hue), Number(token('band'))),
    solid: filled,
  };
};
