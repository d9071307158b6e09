import { memo } from 'react';
import { Icon } from '../components/icon.tsx';
import { Chip } from '../components/parts.tsx';
import { MeasureAge, MeasureValue } from '../components/value.tsx';
import { kilowatts, spoken } from '../format/numbers.ts';
import { FlowTable } from './flow-table.tsx';
import { type Box, type FlowFrame, layoutOf } from './layout.ts';
import { Ribbons } from './ribbons.tsx';
import { type FlowEnd, IDLE_W, type Scene } from './scene.ts';
import { LOW, PHONE, useMedia, useMotion, useWidth } from './use-size.ts';

export interface FlowMapProps {
  readonly scene: Scene;
  readonly now: number;
  /** The largest power of the site, W: fixes the scale. */
  readonly peakW: number;
}

const clamp = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

const TALL = 398;
const LOW_TALL = 344;

const sideways = (width: number, loads: number, tall: number): FlowFrame => {
  const across = Math.max(tall, loads * 58 - 8);
  const sourceAlong = clamp(150, width * 0.242, 176);
  const loadAlong = clamp(206, width * 0.355, 268);
  return {
    upright: false,
    along: width,
    across,
    sourceAlong,
    sourceAcross: 104,
    loadAlong,
    loadAcross: clamp(48, (across - (loads - 1) * 8) / loads, 62),
    busAt: sourceAlong + (width - loadAlong - sourceAlong) / 2,
    busThick: 10,
    busFrom: 58,
    busTo: across - 58,
    pxPerKw: 6,
  };
};

const upright = (width: number): FlowFrame => ({
  upright: true,
  along: 224 + 52,
  across: width,
  sourceAlong: 84,
  sourceAcross: (width - 22) / 3,
  loadAlong: 54,
  loadAcross: 54,
  busAt: 159,
  busThick: 26,
  busFrom: 4,
  busTo: width - 4,
  pxPerKw: 5,
});

const place = (box: Box | undefined) =>
  box ? { left: box.left, top: box.top, width: box.width, height: box.height } : {};
const isIdle = (end: FlowEnd): boolean => end.powerW !== null && Math.abs(end.powerW) <= IDLE_W;
const stateClass = (end: FlowEnd): string =>
  end.freshness === 'stale' ? ' stale' : end.freshness === 'absent' ? ' absent' : isIdle(end) ? ' idle' : '';

const Note = ({ end, now, small }: { end: FlowEnd; now: number; small?: boolean }) =>
  end.freshness === 'fresh' ? <em>{small ? end.short : end.note}</em> : <MeasureAge measure={end.measure} now={now} />;

const SourceTile = ({ end, box, now, small }: { end: FlowEnd; box: Box | undefined; now: number; small: boolean }) => (
  <div className={`flow-tile source${stateClass(end)}${small ? ' small' : ''}`} data-hue={end.hue} style={place(box)}>
    <span className="flow-name">
      {small ? (
        <Icon name={end.icon} size={16} />
      ) : (
        <span className="icon-tile">
          <Icon name={end.icon} />
        </span>
      )}
      {end.name}
    </span>
    <MeasureValue measure={end.measure} now={now} absolute inKilowatts className="flow-value" />
    <Note end={end} now={now} small={small} />
  </div>
);

const LOCKS = {
  safe: { icon: 'lock', text: 'safe', look: 'plain' },
  commanded: { icon: 'loader-circle', text: 'sent', look: 'outline' },
  'no-answer': { icon: 'triangle-alert', text: 'no answer', look: 'inverse' },
} as const;

const LoadTile = ({ end, box, now }: { end: FlowEnd; box: Box | undefined; now: number }) => {
  const lock = end.lock ? LOCKS[end.lock] : null;
  return (
    <div className={`flow-tile load${stateClass(end)}`} data-hue={end.hue} style={place(box)}>
      <span className="icon-tile">
        <Icon name={end.icon} />
      </span>
      <span className="flow-words">
        <b>{end.name}</b>
        <Note end={end} now={now} />
      </span>
      {lock && (
        <Chip icon={lock.icon} look={lock.look} tiny>
          {lock.text}
        </Chip>
      )}
      <MeasureValue measure={end.measure} now={now} inKilowatts className="flow-value" />
    </div>
  );
};

const SmallLoad = ({ end, box, now }: { end: FlowEnd; box: Box | undefined; now: number }) => (
  <div
    className={`flow-small-load${stateClass(end)}`}
    data-hue={end.hue}
    style={{ left: (box?.left ?? 0) - 4, top: box?.top ?? 0 }}
  >
    <span className="icon-tile">
      <Icon name={end.lock === 'safe' ? 'lock' : end.icon} size={20} />
    </span>
    <MeasureValue measure={end.measure} now={now} inKilowatts className="flow-small-value" />
    <span className="flow-small-name">{end.key === 'household' ? 'Home' : end.name}</span>
  </div>
);

const SMALL_MOST = 6;

/** On a phone at most six loads have a place; the smallest priorities share the last one. */
const phoneScene = (scene: Scene): Scene => {
  if (scene.loads.length <= SMALL_MOST) return scene;
  const shown = scene.loads.slice(0, SMALL_MOST - 1);
  const rest = scene.loads.slice(SMALL_MOST - 1);
  const first = rest[0];
  if (!first) return scene;
  const powerW = rest.reduce((sum, load) => sum + (load.freshness === 'stale' ? 0 : (load.powerW ?? 0)), 0);
  return {
    ...scene,
    loads: [
      ...shown,
      { ...first, key: 'rest', name: `${rest.length} more`, powerW, measure: { ...first.measure, value: powerW } },
    ],
  };
};

/** The energy flow of the home: an image of tiles and ribbons with a table as its text twin. */
export const FlowMap = memo(({ scene, now, peakW }: FlowMapProps) => {
  const phone = useMedia(PHONE);
  const tall = useMedia(LOW) ? LOW_TALL : TALL;
  const moving = useMotion();
  const [element, width] = useWidth<HTMLDivElement>();
  const drawn = phone ? phoneScene(scene) : scene;
  const frame = width === null ? null : phone ? upright(width) : sideways(width, drawn.loads.length, tall);
  const layout = frame && layoutOf(drawn, frame, peakW);
  const height = frame ? (phone ? frame.along + 26 : frame.across) : phone ? 302 : tall;
  return (
    <div className="flow" ref={element} style={{ height }}>
      {layout && frame && (
        <>
          <Ribbons layout={layout} width={width ?? 0} height={height} moving={moving} />
          <div aria-hidden="true">
            {[drawn.solar, drawn.battery, drawn.grid].map((end) => (
              <SourceTile key={end.key} end={end} box={layout.boxes.get(end.key)} now={now} small={phone} />
            ))}
            {drawn.loads.map((end) =>
              phone ? (
                <SmallLoad key={end.key} end={end} box={layout.boxes.get(end.key)} now={now} />
              ) : (
                <LoadTile key={end.key} end={end} box={layout.boxes.get(end.key)} now={now} />
              ),
            )}
            <div
              className={phone ? 'flow-in-use inside' : 'flow-in-use'}
              style={
                phone ? { top: layout.bus.top, left: 0, right: 0 } : { left: frame.busAt, top: frame.busFrom - 34 }
              }
            >
              <span>In use</span>
              <MeasureValue measure={drawn.inUse} now={now} inKilowatts />
            </div>
            {layout.unmeasured && (
              <span
                className="flow-unmeasured"
                style={{ left: layout.unmeasured.at.x, top: layout.unmeasured.at.y + 4 }}
              >
                unmeasured <span className="num">{spoken(kilowatts(Math.abs(drawn.unmeasuredW ?? 0)))}</span>
              </span>
            )}
          </div>
        </>
      )}
      <FlowTable scene={scene} now={now} />
    </div>
  );
});
FlowMap.displayName = 'FlowMap';
