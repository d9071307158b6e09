import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { curvePath, parallelPath, rulerOf } from '../../../renderer/flow/curve.ts';
import { type FlowFrame, layoutOf } from '../../../renderer/flow/layout.ts';
import { sceneOf } from '../../../renderer/flow/scene.ts';
import { LEAST_PX, scaleFor, sharesOf, stripesOf, widthOf } from '../../../renderer/flow/widths.ts';
import { createFakeCenter, type SceneName } from '../../support/renderer/fake-center.ts';

const MIDNIGHT = Date.UTC(2026, 5, 17, 22);
const FRAME: FlowFrame = {
  upright: false,
  along: 710,
  across: 398,
  sourceAlong: 172,
  sourceAcross: 104,
  loadAlong: 252,
  loadAcross: 50,
  busAt: 315,
  busThick: 10,
  busFrom: 58,
  busTo: 340,
  pxPerKw: 6,
};
const sceneNamed = (name: SceneName) => {
  const center = createFakeCenter(name, MIDNIGHT + 49_000_000, MIDNIGHT);
  const live = center.live();
  return sceneOf({ live, now: live.at, stop: null, pvPeakW: 14_600, importPrice: '0.35 €', exportPrice: '0.08 €' });
};

describe('widths', () => {
  test('follow power at 6 px per kW, at least 2.5 px above 20 W, and nothing below', () => {
    expect(widthOf(9180, 6)).toBeCloseTo(55.08);
    expect(widthOf(-2460, 6)).toBeCloseTo(14.76);
    expect(widthOf(21, 6)).toBe(LEAST_PX);
    expect(widthOf(20, 6)).toBe(0);
    expect(widthOf(null, 6)).toBe(0);
  });
  test('a peak that would pass 80 px scales all by one factor', () => {
    expect(scaleFor(9000, 6)).toBe(6);
    expect(widthOf(20_000, scaleFor(20_000, 6))).toBeCloseTo(80);
  });
  test('stripes add up to their ribbon and never overlap', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 7, max: 80, noNaN: true }),
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 4 }),
        (width, parts) => {
          const total = parts.reduce((sum, part) => sum + part, 0);
          const hues = ['solar', 'wind', 'battery', 'grid'] as const;
          const stripes = stripesOf(
            width,
            parts.map((part, index) => ({ hue: hues[index] ?? 'grid', share: part / total })),
          );
          expect(stripes.reduce((sum, stripe) => sum + stripe.width, 0)).toBeCloseTo(width, 6);
          let edge = -width / 2;
          for (const stripe of stripes) {
            expect(stripe.offset - stripe.width / 2).toBeCloseTo(edge, 6);
            edge += stripe.width;
          }
        },
      ),
    );
  });
  test('a thin ribbon takes the hue of the largest share', () => {
    expect(
      stripesOf(6, [
        { hue: 'solar', share: 0.2 },
        { hue: 'grid', share: 0.8 },
      ]),
    ).toEqual([{ hue: 'grid', width: 6, offset: 0 }]);
  });
});

describe('scene and layout', () => {
  test('three sources share every load in the order solar, battery, grid', () => {
    const shares = sharesOf(sceneNamed('evening'));
    expect(shares.map((share) => share.hue)).toEqual(['solar', 'battery', 'grid']);
    expect(shares.reduce((sum, share) => sum + share.share, 0)).toBeCloseTo(1);
  });
  test('what enters the bus leaves it', () => {
    for (const name of ['day', 'evening', 'night'] as const) {
      const scene = sceneNamed(name);
      const layout = layoutOf(scene, FRAME, 14_600);
      let into = 0;
      let out = 0;
      for (const ribbon of layout.ribbons) {
        if (ribbon.width <= LEAST_PX) continue;
        const toBus = Math.abs(ribbon.curve.to.x - FRAME.busAt) < 10;
        if (toBus) into += ribbon.width;
        else out += ribbon.width;
      }
      expect(Math.abs(into - out), name).toBeLessThan(4 * LEAST_PX);
    }
  });
  test('places never depend on power', () => {
    const busy = layoutOf(sceneNamed('day'), FRAME, 14_600);
    const idle = layoutOf(sceneNamed('night'), FRAME, 14_600);
    expect([...idle.boxes]).toEqual([...busy.boxes]);
  });
  test('an export runs from the bus to the grid, an import to the bus', () => {
    const gridOf = (name: SceneName) =>
      layoutOf(sceneNamed(name), FRAME, 14_600).ribbons.find((ribbon) => ribbon.key === 'grid');
    expect(gridOf('day')).toMatchObject({ from: 'Home', to: 'Grid', curve: { to: { x: 172 } } });
    expect(gridOf('evening')).toMatchObject({ from: 'Grid', to: 'Home', curve: { from: { x: 172 } } });
  });
  test('a stale source is hollow and colours nothing', () => {
    const scene = sceneNamed('stale');
    expect(layoutOf(scene, FRAME, 14_600).ribbons.find((ribbon) => ribbon.key === 'solar')?.state).toBe('stale');
    expect(sharesOf(scene).map((share) => share.hue)).not.toContain('solar');
  });
  test('a missing balance is drawn, a closed one is not', () => {
    expect(layoutOf(sceneNamed('unbalanced'), FRAME, 14_600).unmeasured?.width).toBeGreaterThan(LEAST_PX);
    expect(layoutOf(sceneNamed('day'), FRAME, 14_600).unmeasured).toBeNull();
  });
});

describe('curves', () => {
  const curve = { from: { x: 0, y: 10 }, to: { x: 140, y: 90 }, turned: false };
  test('a ruler runs from start to end', () => {
    const ruler = rulerOf(curve);
    expect(ruler.length).toBeGreaterThan(Math.hypot(140, 80));
    expect(ruler.at(0)).toMatchObject({ x: 0, y: 10, angleDeg: 0 });
    const end = ruler.at(ruler.length);
    expect(end.x).toBeCloseTo(140, 0);
    expect(end.y).toBeCloseTo(90, 0);
  });
  test('a parallel keeps its distance', () => {
    expect(parallelPath(curve, 0)).toBe(curvePath(curve));
    expect(parallelPath(curve, 5).startsWith('M0 15')).toBe(true);
  });
});
