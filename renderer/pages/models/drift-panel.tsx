import { useMemo } from 'react';
import type { DriftWindow, ModelDrift, ModelKind } from '../../../preload/contract/models.ts';
import { Icon } from '../../components/icon.tsx';
import { Empty } from '../../components/parts.tsx';
import type { Hue } from '../../components/roles.ts';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { type Scale, scaleOf, written } from '../../format/scale.ts';
import { day, moment } from '../../format/time.ts';
import { drifts } from '../../state/model-life.ts';
import { DayErrors, type DayLine } from './day-errors.tsx';
import { TERMS } from './terms.ts';
import { tidy } from './versions.ts';

const SHOWN_INPUTS = 8;

/** What the daily check found, in sight even while the panel is closed. */
export const Alerts = ({ kind, now, zone }: { kind: ModelKind; now: number; zone: string }) => {
  const alerts = drifts[kind].use((state) => state.value?.alerts) ?? [];
  return alerts.map((alert) => (
    <p
      key={`${alert.kind}-${alert.since}`}
      className={alert.level === 'attention' ? 'strip-note inverse' : 'strip-note'}
    >
      <Icon name={alert.level === 'attention' ? 'triangle-alert' : 'info'} size={16} />
      <span>
        {alert.sentence} <em className="num">since {moment(alert.since, now, zone)}</em>
      </span>
    </p>
  ));
};

const WindowRow = ({ name, window, scale }: { name: string; window: DriftWindow; scale: Scale }) => {
  const cell = (value: number | null) => (value === null ? '–' : written(value, scale));
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="right">{cell(window.rmseModel)}</td>
      <td className="right">{cell(window.rmseBaseline)}</td>
      <td className="right">{cell(window.rmseNaive)}</td>
      <td className="right">{window.coveragePct === null ? '–' : `${decimal(window.coveragePct, 0)}\u00a0%`}</td>
    </tr>
  );
};

const Windows = ({ view }: { view: ModelDrift }) => {
  const sizes = [view.lastWeek, view.lastFourWeeks].flatMap((one) => [one.rmseModel, one.rmseBaseline, one.rmseNaive]);
  const scale = scaleOf(view.unit, [...sizes, view.rmseAtTraining]);
  return (
    <TableWrap label="Error of the last weeks">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">
              <Term means={TERMS.rmse}>RMSE</Term>, {scale.unit}
            </th>
            <th scope="col" className="right">
              model
            </th>
            <th scope="col" className="right">
              baseline
            </th>
            <th scope="col" className="right">
              naive
            </th>
            <th scope="col" className="right">
              in the 80&nbsp;% band
            </th>
          </tr>
        </thead>
        <tbody>
          <WindowRow name="Last week" window={view.lastWeek} scale={scale} />
          <WindowRow name="Last four weeks" window={view.lastFourWeeks} scale={scale} />
          <tr>
            <th scope="row">When it was judged</th>
            <td className="right">{view.rmseAtTraining === null ? '–' : written(view.rmseAtTraining, scale)}</td>
            <td className="right">–</td>
            <td className="right">–</td>
            <td className="right">–</td>
          </tr>
        </tbody>
      </table>
    </TableWrap>
  );
};

const Inputs = ({ inputs }: { inputs: ModelDrift['inputs'] }) => (
  <TableWrap label="How the inputs moved">
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Input, last four weeks</th>
          <th scope="col" className="right">
            mean now
          </th>
          <th scope="col" className="right">
            mean then
          </th>
          <th scope="col" className="right">
            <Term means={TERMS.shift}>moved by</Term>
          </th>
          <th scope="col" className="right">
            <Term means={TERMS.psi}>differs by</Term>
          </th>
        </tr>
      </thead>
      <tbody>
        {inputs.slice(0, SHOWN_INPUTS).map((input) => (
          <tr key={input.name}>
            <th scope="row">
              <code>{input.name}</code> {input.unit !== '1' && <span className="quiet">{input.unit}</span>}
            </th>
            <td className="right">{tidy(input.meanNow)}</td>
            <td className="right">{tidy(input.meanThen)}</td>
            <td className="right">{decimal(input.shiftSd, 1)} SD</td>
            <td className="right">{decimal(input.psi, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </TableWrap>
);

/** How it does since it serves: its error by day beside the baseline, and whether the world still looks as it did. */
export const DriftPanel = ({ kind, hue, now, zone }: { kind: ModelKind; hue: Hue; now: number; zone: string }) => {
  const resource = drifts[kind];
  const view = resource.use((state) => state.value);
  const problem = resource.use((state) => state.problem);
  const days = useMemo(() => view?.days.map(({ at }) => at) ?? [], [view]);
  const lines = useMemo<DayLine[]>(
    () => [
      { id: 'model', label: 'model', hue, values: view?.days.map((one) => one.rmseModel) ?? [] },
      { id: 'baseline', label: 'baseline', hue: 'none', values: view?.days.map((one) => one.rmseBaseline) ?? [] },
    ],
    [view, hue],
  );
  if (!view)
    return <Waiting problem={problem} what="the daily check" height={240} onRetry={() => void resource.reload()} />;
  if (view.checkedAt === null)
    return (
      <Empty icon="clock" title="Not checked yet">
        It is checked every day, once a forecast can be compared with what came.
      </Empty>
    );
  return (
    <>
      <p className="small quiet">
        Checked {moment(view.checkedAt, now, zone)}, by the forecasts that were issued at the start of each day
        {view.days[0] ? ` since ${day(view.days[0].at, zone)}` : ''}.
        {view.alerts.length === 0 && ' Nothing is out of line.'}
      </p>
      <DayErrors title="Error of each day" unit={view.unit} zone={zone} days={days} lines={lines} />
      <div className="model-two">
        <Windows view={view} />
        {view.inputs.length > 0 && <Inputs inputs={view.inputs} />}
      </div>
    </>
  );
};
