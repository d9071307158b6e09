import { type Curve, curvePath, parallelPath } from './curve.ts';
import { type FlowEnd, IDLE_W, type Scene } from './scene.ts';
import { type Stripe, scaleFor, sharesOf, stripesOf, widthOf } from './widths.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One ribbon between a tile and the bus, ready to draw. */
export interface Ribbon {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly powerW: number | null;
  readonly state: 'flowing' | 'idle' | 'stale' | 'absent';
  readonly width: number;
  /** The middle line in the direction of the flow. */
  readonly curve: Curve;
  readonly path: string;
  readonly stripes: readonly (Stripe & { readonly path: string })[];
}

export interface FlowLayout {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly bus: Box;
  readonly ribbons: readonly Ribbon[];
  /** Where the strand of a missing balance leaves the bus; null where nothing is missing. */
  readonly unmeasured: { readonly path: string; readonly width: number; readonly at: { x: number; y: number } } | null;
}

/** Sizes along (a) and across (b) the flow. Sideways: a runs to the right. Upright (a phone): a runs down. */
export interface FlowFrame {
  readonly upright: boolean;
  readonly along: number;
  readonly across: number;
  readonly sourceAlong: number;
  readonly sourceAcross: number;
  readonly loadAlong: number;
  readonly loadAcross: number;
  readonly busAt: number;
  readonly busThick: number;
  readonly busFrom: number;
  readonly busTo: number;
  readonly pxPerKw: number;
}

/** Widths in half pixels: a power that trembles does not set the whole map moving with every reading. */
const drawnWidth = (powerW: number | null, pxPerKw: number): number => Math.round(widthOf(powerW, pxPerKw) * 2) / 2;

const spread = (count: number, size: number, room: number, widestGap: number): number[] => {
  const gap = count > 1 ? Math.min(widestGap, (room - count * size) / (count - 1)) : 0;
  const start = (room - (count * size + (count - 1) * gap)) / 2;
  return Array.from({ length: count }, (_, index) => start + index * (size + gap) + size / 2);
};

const stateOf = (end: FlowEnd): Ribbon['state'] => {
  if (end.powerW === null || end.freshness === 'absent') return 'absent';
  if (end.freshness === 'stale') return 'stale';
  return Math.abs(end.powerW) <= IDLE_W ? 'idle' : 'flowing';
};

/** Places tiles, bus and ribbons. Widths on both sides of the bus come from one scale, so they add up as the powers do. */
export const layoutOf = (scene: Scene, frame: FlowFrame, peakW: number): FlowLayout => {
  const { upright, along, across } = frame;
  const scale = scaleFor(peakW, frame.pxPerKw);
  const spot = (a: number, b: number) => (upright ? { x: b, y: a } : { x: a, y: b });
  const box = (a: number, b: number, sizeA: number, sizeB: number): Box =>
    upright ? { left: b, top: a, width: sizeB, height: sizeA } : { left: a, top: b, width: sizeA, height: sizeB };
  const shares = sharesOf(scene);
  const boxes = new Map<string, Box>();
  const ribbons: Ribbon[] = [];

  const ribbon = (
    end: FlowEnd,
    a1: number,
    b1: number,
    a2: number,
    b2: number,
    backwards: boolean,
    striped: boolean,
  ) => {
    const width = drawnWidth(end.powerW, scale);
    const start = spot(a1, b1);
    const finish = spot(a2, b2);
    const curve: Curve = backwards
      ? { from: finish, to: start, turned: upright }
      : { from: start, to: finish, turned: upright };
    const mix = striped ? shares : [{ hue: end.hue, share: 1 }];
    // Stripes keep their order on screen whichever way the energy runs.
    const side = (backwards ? -1 : 1) * (upright ? -1 : 1);
    const isLoad = striped && !backwards;
    ribbons.push({
      key: end.key,
      from: isLoad || backwards ? 'Home' : end.name,
      to: isLoad || backwards ? end.name : 'Home',
      powerW: end.powerW,
      state: stateOf(end),
      width,
      curve,
      path: curvePath(curve),
      stripes: stripesOf(width, mix).map((stripe) => ({ ...stripe, path: parallelPath(curve, stripe.offset * side) })),
    });
  };

  const sources = [scene.solar, scene.battery, scene.grid];
  const sourceCentres = spread(3, frame.sourceAcross, across, Number.POSITIVE_INFINITY);
  const inset = (end: FlowEnd): number => 10 + Math.max(4, drawnWidth(end.powerW, scale) / 2);
  sources.forEach((end, index) => {
    const centre = sourceCentres[index] ?? 0;
    boxes.set(end.key, box(0, centre - frame.sourceAcross / 2, frame.sourceAlong, frame.sourceAcross));
    const onBus = upright
      ? centre
      : ([frame.busFrom + inset(end), across / 2, frame.busTo - inset(end)][index] ?? centre);
    const takes = (end.powerW ?? 0) < -IDLE_W;
    ribbon(end, frame.sourceAlong, centre, frame.busAt - frame.busThick / 2 + 1, onBus, takes, takes);
  });

  const loadStart = along - frame.loadAlong;
  const loadCentres = spread(scene.loads.length, frame.loadAcross, across, upright ? 60 : 18);
  const widths = scene.loads.map((load) => drawnWidth(load.powerW, scale));
  const room = frame.busTo - frame.busFrom - 24 - widths.reduce((sum, width) => sum + width, 0);
  const gap = scene.loads.length > 1 ? Math.max(0, room / (scene.loads.length - 1)) : 0;
  let edge = frame.busFrom + 12 + (scene.loads.length === 1 ? room / 2 : 0);
  scene.loads.forEach((load, index) => {
    const centre = loadCentres[index] ?? 0;
    const width = widths[index] ?? 0;
    boxes.set(load.key, box(loadStart, centre - frame.loadAcross / 2, frame.loadAlong, frame.loadAcross));
    ribbon(
      load,
      frame.busAt + frame.busThick / 2 - 1,
      upright ? centre : edge + width / 2,
      loadStart,
      centre,
      false,
      true,
    );
    edge += width + gap;
  });

  const missing = Math.abs(scene.unmeasuredW ?? 0);
  const missingWidth = drawnWidth(missing, scale);
  const tail = spot(frame.busAt, frame.busTo - 4);
  const tip = upright ? { x: tail.x, y: tail.y } : { x: tail.x, y: frame.busTo + 22 };
  return {
    boxes,
    bus: box(frame.busAt - frame.busThick / 2, frame.busFrom, frame.busThick, frame.busTo - frame.busFrom),
    ribbons,
    unmeasured:
      missingWidth === 0 || upright
        ? null
        : { path: `M${tail.x} ${tail.y}L${tip.x} ${tip.y}`, width: Math.min(40, missingWidth), at: tip },
  };
};
