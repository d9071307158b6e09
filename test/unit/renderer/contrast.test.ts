import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The tokens are the single source of the colours; the ratios of the look are computed from them here. */
const css = readFileSync(new URL('../../../renderer/theme/tokens.css', import.meta.url), 'utf8');

const tokensOf = (selector: string): Map<string, string> => {
  const tokens = new Map<string, string>();
  const start = css.indexOf(selector);
  expect(start, selector).toBeGreaterThanOrEqual(0);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  for (const [, name, value] of body.matchAll(/--([\w-]+)\s*:\s*(#[0-9A-Fa-f]{6})\b/g))
    if (name && value) tokens.set(name, value);
  return tokens;
};

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
};

const SOURCES = ['solar', 'wind', 'battery', 'grid', 'home', 'miners'];
const GROUNDS = ['surface', 'canvas', 'sunken'];
const light = tokensOf(':root');
const dark = new Map([...light, ...tokensOf('[data-theme="dark"]')]);

test('the formula gives the known extremes', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#777777')).toBe(1);
});

for (const [look, tokens] of [
  ['light', light],
  ['dark', dark],
] as const) {
  const ratio = (front: string, back: string): number => {
    const a = tokens.get(front);
    const b = tokens.get(back);
    if (!a || !b) throw new Error(`${look} lacks --${a ? back : front}`);
    return contrast(a, b);
  };
  const words: [string, string][] = [
    ...['ink', 'ink-2', 'ink-3', 'axis', 'stale'].flatMap((ink) =>
      GROUNDS.map((ground): [string, string] => [ink, ground]),
    ),
    ...SOURCES.flatMap((source): [string, string][] => [
      [`${source}-text`, 'surface'],
      [`${source}-text`, `${source}-tint`],
    ]),
    ['ink-inverse', 'inverse'],
    ['on-stop', 'stop'],
    ['stop-text', 'stop-tint'],
  ];
  const marks: [string, string][] = [
    ...SOURCES.map((source): [string, string] => [source, 'surface']),
    ['control', 'surface'],
    ['stop', 'canvas'],
    ['focus', 'canvas'],
    ['now', 'surface'],
  ];
  test.each(words)(`${look}: words in %s on %s reach 4.5`, (front, back) => {
    expect(ratio(front, back)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(marks)(`${look}: the mark %s on %s reaches 3`, (front, back) => {
    expect(ratio(front, back)).toBeGreaterThanOrEqual(3);
  });
}
