import { useEffect, useMemo } from 'react';
import type { ModelComparison, ModelKind } from '../../../preload/contract/models.ts';
import { Icon } from '../../components/icon.tsx';
import type { Hue } from '../../components/roles.ts';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { scaleOf, written } from '../../format/scale.ts';
import { day } from '../../format/time.ts';
import { useSite } from '../../state/house.ts';
import { records } from '../../state/model-life.ts';
import { DayErrors, type DayLine } from './day-errors.tsx';
import { TERMS } from './terms.ts';
import { shortVersion } from './versions.ts';

type Role = ModelComparison['contestants'][number]['role'];

const ROLES: Readonly<Record<Role, string>> = {
  production: 'Model in production',
  shadow: 'Model in the shadow',
  baseline: 'Baseline',
  naive: 'Naive',
};

const Contestants = ({ view }: { view: ModelComparison }) => {
  const scale = scaleOf(
    view.unit,
    view.contestants.flatMap(({ errors }) => [errors?.rmse ?? null, errors?.mae ?? null]),
  );
  const least = Math.min(...view.contestants.flatMap(({ errors }) => errors?.rmse ?? []));
  return (
    <TableWrap label="Who erred how much">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">On the same hours</th>
            <th scope="col" className="right">
              <Term means={TERMS.rmse}>RMSE</Term>, {scale.unit}
            </th>
            <th scope="col" className="right">
              <Term means={TERMS.mae}>MAE</Term>, {scale.unit}
            </th>
            <th scope="col" className="right">
              <Term means={TERMS.r2}>R²</Term>
            </th>
            <th scope="col" className="right">
              <Term means={TERMS.coverage}>in the band</Term>
            </th>
            <th scope="col" className="right">
              days won
            </th>
          </tr>
        </thead>
        <tbody>
          {view.contestants.map(({ role, version, errors, daysWon }) => (
            <tr key={role}>
              <th scope="row">
                {ROLES[role]} {version !== null && <span className="quiet num">{shortVersion(version)}</span>}
              </th>
              <td className={errors !== null && errors.rmse === least ? 'right best' : 'right'}>
                {errors !== null && errors.rmse === least && <Icon name="check" size={13} />}
                {errors === null ? '–' : written(errors.rmse, scale)}
                {errors !== null && errors.rmse === least && <span className="hidden"> least</span>}
              </td>
              <td className="right">{errors === null ? '–' : written(errors.mae, scale)}</td>
              <td className="right">{errors === null || errors.r2 === null ? '–' : decimal(errors.r2, 2)}</td>
              <td className="right">
                {errors === null || errors.coveragePct === null ? '–' : `${decimal(errors.coveragePct, 0)}\u00a0%`}
              </td>
              <td className="right">{errors === null ? '–' : daysWon}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableWrap>
  );
};

/** The standing record of the model against simple forecasts, each issued at the same moment. */
export const RecordPanel = ({ kind, hue, zone }: { kind: ModelKind; hue: Hue; now: number; zone: string }) => {
  const siteId = useSite()?.id ?? null;
  const resource = records[kind];
  const view = resource.use((state) => state.value);
  const problem = resource.use((state) => state.problem);
  useEffect(() => {
    if (siteId) void resource.load({ siteId, kind });
  }, [siteId, kind, resource]);
  const days = useMemo(() => view?.days.map(({ at }) => at) ?? [], [view]);
  const lines = useMemo<DayLine[]>(() => {
    const of = (role: Role): (number | null)[] => view?.days.map((one) => one[role]) ?? [];
    return [
      { id: 'production', label: 'model', hue, values: of('production') },
      { id: 'shadow', label: 'shadow', hue, dash: [6, 3], mayMiss: true, values: of('shadow') },
      { id: 'baseline', label: 'baseline', hue: 'none', values: of('baseline') },
      { id: 'naive', label: 'naive', hue: 'none', dash: [2, 3], values: of('naive') },
    ];
  }, [view, hue]);
  if (!view) return <Waiting problem={problem} what="the record" height={240} onRetry={() => void resource.reload()} />;
  return (
    <>
      <p>
        {view.sentence}{' '}
        {view.from !== null && view.to !== null && (
          <span className="quiet num">
            {day(view.from, zone)} to {day(view.to - 1, zone)}
          </span>
        )}
      </p>
      {view.contestants.some(({ errors }) => errors !== null) && <Contestants view={view} />}
      <DayErrors title="Error of each day" unit={view.unit} zone={zone} days={days} lines={lines} />
    </>
  );
};
