import { useEffect, useMemo, useRef } from 'react';
import { rulerOf } from './curve.ts';
import { drift } from './drift.ts';
import type { FlowLayout, Ribbon } from './layout.ts';
import { CHEVRON_FROM_PX } from './widths.ts';

const STEP_PX = 40;
const FASTEST = 3;
const SLOWEST = 0.2;
/** Places kept for one step; the drift picks the nearest. */
const PLACES = 20;
/** Chevrons come up and go this far from a ribbon's ends, so that tile and bus never cut one. */
const MARGIN_PX = 9;

/** Steps a second at a power: one at 1 kW, three at most. */
const driftRate = (powerW: number): number => Math.min(FASTEST, Math.max(SLOWEST, Math.abs(powerW) / 1000));

/** Chevrons that drift along a ribbon: transforms only, set apart from React, so that nothing renders between readings. */
const Chevrons = ({ ribbon, moving }: { ribbon: Ribbon; moving: boolean }) => {
  const group = useRef<SVGGElement>(null);
  const phase = useRef(0.5);
  const rate = useRef(0);
  rate.current = driftRate(ribbon.powerW ?? 0);
  const { turned, from, to } = ribbon.curve;
  const { x: fromX, y: fromY } = from;
  const { x: toX, y: toY } = to;
  const places = useMemo(() => {
    const ruler = rulerOf({ from: { x: fromX, y: fromY }, to: { x: toX, y: toY }, turned });
    const count = Math.max(1, Math.floor((ruler.length - 6) / STEP_PX));
    const inner = Math.max(0.2, 1 - (2 * MARGIN_PX) / ruler.length) * ruler.length;
    return Array.from({ length: count }, (_, index) => ({
      key: index,
      steps: Array.from({ length: PLACES }, (_unused, step) => {
        const place = ruler.at(MARGIN_PX + ((index + step / PLACES) / count) * inner);
        return `translate(${place.x}px, ${place.y}px) rotate(${place.angleDeg}deg)`;
      }),
    }));
  }, [fromX, fromY, toX, toY, turned]);

  useEffect(() => {
    const marks = group.current ? [...group.current.children] : [];
    const put = (): void => {
      const step = Math.floor(phase.current * PLACES) % PLACES;
      const edge = Math.min(1, phase.current * 5, (1 - phase.current) * 5);
      marks.forEach((mark, index) => {
        if (!(mark instanceof SVGElement)) return;
        mark.style.transform = places[index]?.steps[step] ?? '';
        const first = index === 0 && phase.current < 0.5;
        const last = index === marks.length - 1 && phase.current > 0.5;
        mark.style.opacity = first || last ? String(edge) : '1';
      });
    };
    if (!moving) phase.current = 0.5;
    put();
    if (!moving) return;
    return drift((elapsedMs) => {
      phase.current = (phase.current + (rate.current * elapsedMs) / 1000) % 1;
      put();
    });
  }, [places, moving]);

  const inside = ribbon.width >= CHEVRON_FROM_PX;
  const size = Math.min(8, ribbon.width * 0.29);
  const shape = inside
    ? `M${-size * 0.55} ${-size}L${size * 0.55} 0L${-size * 0.55} ${size}`
    : 'M-4.4 -5.4L5.6 0L-4.4 5.4Z';
  const middle = ribbon.stripes[Math.floor(ribbon.stripes.length / 2)];
  return (
    <g ref={group} data-hue={middle?.hue ?? 'none'} className={inside ? 'chevrons' : 'arrows'}>
      {places.map((place) => (
        <path key={place.key} d={shape} strokeWidth={inside ? (ribbon.width > 20 ? 2.4 : 2) : 1.5} />
      ))}
    </g>
  );
};

const RibbonShape = ({ ribbon, moving }: { ribbon: Ribbon; moving: boolean }) => {
  if (ribbon.state === 'absent') return null;
  if (ribbon.state === 'idle' || ribbon.width === 0) return <path className="ribbon-idle" d={ribbon.path} />;
  if (ribbon.state === 'stale')
    return (
      <>
        <path className="ribbon-stale" d={ribbon.path} strokeWidth={Math.max(5, ribbon.width)} />
        <path className="ribbon-hollow" d={ribbon.path} strokeWidth={Math.max(5, ribbon.width) - 2.5} />
      </>
    );
  return (
    <>
      {ribbon.stripes.map((stripe) => (
        <g key={stripe.hue} data-hue={stripe.hue}>
          <path className="ribbon-edge" d={stripe.path} strokeWidth={stripe.width} />
          {stripe.width >= 4 && <path className="ribbon-fill" d={stripe.path} strokeWidth={stripe.width - 2} />}
        </g>
      ))}
      <Chevrons ribbon={ribbon} moving={moving} />
    </>
  );
};

/** Everything of the map that is drawn rather than written. */
export const Ribbons = ({
  layout,
  width,
  height,
  moving,
}: {
  layout: FlowLayout;
  width: number;
  height: number;
  moving: boolean;
}) => {
  const { bus, unmeasured } = layout;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" className="flow-drawing">
      <defs>
        <pattern id="flow-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" className="hatch-ground" />
          <path d="M0 0v6" className="hatch-line" />
        </pattern>
      </defs>
      {layout.ribbons.map((ribbon) => (
        <RibbonShape key={ribbon.key} ribbon={ribbon} moving={moving} />
      ))}
      {unmeasured && <path d={unmeasured.path} stroke="url(#flow-hatch)" strokeWidth={unmeasured.width} fill="none" />}
      <rect
        className="flow-bus"
        x={bus.left}
        y={bus.top}
        width={bus.width}
        height={bus.height}
        rx={Math.min(8, Math.min(bus.width, bus.height) / 2)}
      />
    </svg>
  );
};
