import { type KeyboardEvent, useMemo, useRef } from 'react';
import type { BandPoint, Point, PriceView } from '../../../../preload/contract/insight.ts';
import type { PlanBlock, PlanView } from '../../../../preload/contract/plan.ts';
import type { PlannedLoad } from '../../../../preload/contract/plan-settings.ts';
import { niceScale } from '../../../charts/series.ts';
import { useFonts } from '../../../charts/use-fonts.ts';
import { PHONE, useMedia, useWidth } from '../../../flow/use-size.ts';
import { currencySign } from '../../../format/money.ts';
import { soon } from '../../../format/time.ts';
import { inReadingOrder, neighbour } from '../plan-words.ts';
import { Backdrop, NowLine } from './backdrop.tsx';
import { CurveStrip } from './curve-strip.tsx';
import { geometryOf } from './geometry.ts';
import { Lane } from './lane.tsx';
import { LaneMarks } from './lane-marks.tsx';
import { placeBlocks } from './place-blocks.ts';
import { priceCells } from './price-cells.ts';
import { PriceStrip } from './price-strip.tsx';
import { SocMarks } from './soc-marks.tsx';
import { createTextWidth } from './text-width.ts';

const SOC_TICKS = [0, 50, 100];
const LEAST_SUN_KW = 1;

export interface TimelineProps {
  readonly plan: Pick<PlanView, 'soc' | 'sun' | 'steps' | 'stepMs' | 'lanes' | 'blocks' | 'reservePct'>;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly zone: string;
  readonly currency: string;
  readonly measuredSoc: readonly Point[];
  /** kW. */
  readonly measuredSun: readonly Point[];
  readonly prices: PriceView | null;
  readonly loads: readonly PlannedLoad[];
  /** The charge as planned, while something else is tried. */
  readonly comparedSoc: readonly BandPoint[] | null;
  readonly chosenId: string | null;
  readonly onChoose: (block: PlanBlock | null) => void;
}

/** The plan over time: charge, one lane a thing, the price and the sun, on one axis with one now line. */
export const Timeline = (props: TimelineProps) => {
  const { plan, from, to, now, zone, chosenId } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const above = useMedia(PHONE);
  const fonts = useFonts();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the fonts are there, every width is another
  const widthOf = useMemo(() => createTextWidth('560 11px Inter'), [fonts]);
  const lanes = useRef<HTMLDivElement>(null);
  const frame = useMemo(
    () => (width === null ? null : geometryOf({ width, from, to, lanes: plan.lanes.length, above })),
    [width, from, to, plan.lanes.length, above],
  );
  const cells = useMemo(() => priceCells(plan, props.prices, from, to), [plan, props.prices, from, to]);
  const sunScale = useMemo(() => {
    const seen = (at: number): boolean => at >= from && at <= to;
    const most = Math.max(
      LEAST_SUN_KW,
      ...plan.sun.filter(({ at }) => seen(at)).map(({ p90 }) => p90),
      ...props.measuredSun.filter(({ at }) => seen(at)).map(({ value }) => value ?? 0),
    );
    const { max } = niceScale(0, most);
    return { max, ticks: [0, max / 2, max] };
  }, [plan.sun, props.measuredSun, from, to]);
  const ordered = useMemo(
    () => inReadingOrder(plan).filter((block) => block.to > from && block.from < to),
    [plan, from, to],
  );
  const stopId = ordered.some(({ id }) => id === chosenId)
    ? chosenId
    : ((ordered.find((block) => block.to > now) ?? ordered[0])?.id ?? null);

  const walk = (event: KeyboardEvent): void => {
    const { target } = event;
    if (!(target instanceof HTMLElement)) return;
    const here = ordered.find(({ id }) => id === target.dataset['block']);
    if (!here) return;
    if (event.key === 'Escape' && chosenId !== null) {
      event.preventDefault();
      props.onChoose(null);
      return;
    }
    const next = neighbour({ lanes: plan.lanes, blocks: ordered }, here, event.key);
    if (!next) return;
    event.preventDefault();
    const button = lanes.current?.querySelector(`[data-block="${CSS.escape(next.id)}"]`);
    if (button instanceof HTMLElement) button.focus();
  };

  const summary = `The plan from ${soon(from, now, zone)} to ${soon(to, now, zone)}: charge, ${plan.lanes.length} lanes, price and sun. The table has the same numbers.`;
  return (
    <div className="timeline" ref={box} style={frame ? { height: frame.height } : { minHeight: 520 }}>
      {frame && (
        <>
          <svg width={frame.width} height={frame.height} role="img" aria-label={summary}>
            <Backdrop frame={frame} zone={zone} now={now} />
            <CurveStrip
              frame={frame}
              band={frame.soc}
              hue="battery"
              least={0}
              most={100}
              ticks={SOC_TICKS}
              measured={props.measuredSoc}
              expected={plan.soc}
              compared={props.comparedSoc ?? undefined}
              now={now}
            />
            <SocMarks frame={frame} soc={plan.soc} reservePct={plan.reservePct} now={now} zone={zone} />
            <LaneMarks frame={frame} lanes={plan.lanes} blocks={ordered} loads={props.loads} zone={zone} />
            <PriceStrip frame={frame} cells={cells} now={now} />
            <CurveStrip
              frame={frame}
              band={frame.sun}
              hue="solar"
              least={0}
              most={sunScale.max}
              ticks={sunScale.ticks}
              measured={props.measuredSun}
              expected={plan.sun}
              now={now}
              filled
            />
          </svg>
          {[
            { band: frame.soc, name: 'SOC', note: '%, p10 to p90' },
            { band: frame.price, name: 'Price', note: `${currencySign(props.currency)} per kWh` },
            { band: frame.sun, name: 'Sun', note: 'kW, p10 to p90' },
          ].map(({ band, name, note }) => (
            <div
              key={name}
              className={above ? 'strip-name above' : 'strip-name'}
              style={{ top: above ? band.top - 22 : band.top + Math.min(14, (band.height - 34) / 2) }}
            >
              <b>{name}</b>
              <em>{note}</em>
            </div>
          ))}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the blocks inside are heard here */}
          <div ref={lanes} onKeyDown={walk}>
            {plan.lanes.map((lane, index) => {
              const band = frame.lanes[index];
              return (
                band && (
                  <Lane
                    key={lane.id}
                    lane={lane}
                    band={band}
                    placed={placeBlocks(
                      ordered.filter(({ laneId }) => laneId === lane.id),
                      frame,
                      now,
                      widthOf,
                    )}
                    above={above}
                    now={now}
                    zone={zone}
                    chosenId={chosenId}
                    stopId={stopId}
                    onChoose={props.onChoose}
                  />
                )
              );
            })}
          </div>
          <svg className="over" width={frame.width} height={frame.height} aria-hidden="true">
            <NowLine frame={frame} zone={zone} now={now} />
          </svg>
        </>
      )}
    </div>
  );
};
