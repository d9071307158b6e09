import type { Comparison } from '../../../preload/contract/models.ts';
import { Icon } from '../../components/icon.tsx';
import { Term } from '../../components/term.tsx';
import { decimal } from '../../format/numbers.ts';
import { scaleOf } from '../../format/scale.ts';
import { CONTESTANTS, COVERAGE_AIM, type Contestant, comparisonRows, coverageWords, sizesOf } from './errors.ts';
import { TERMS } from './terms.ts';

const NAMES: Readonly<Record<Contestant, string>> = { model: 'model', baseline: 'baseline', naive: 'naive' };

/** The errors of the model beside the baseline and naive on the same hours; the better one is marked. */
export const AccuracyTable = ({ errors, unit, caption }: { errors: Comparison; unit: string; caption: string }) => {
  const rows = comparisonRows(errors, scaleOf(unit, sizesOf(errors)));
  const shown = CONTESTANTS.filter((who) => errors[who] !== null);
  return (
    <table className="accuracy compared">
      <caption className="hidden">{caption}</caption>
      <thead>
        <tr>
          <td />
          {shown.map((who) => (
            <th scope="col" key={who}>
              {who === 'model' ? NAMES[who] : <Term means={TERMS[who]}>{NAMES[who]}</Term>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <Term means={row.means}>{row.name}</Term>
              {row.unit && `, ${row.unit}`}
            </th>
            {shown.map((who) => (
              <td key={who} className={row.best === who ? 'num served' : 'num'}>
                {row.best === who && <Icon name="check" size={13} />}
                {row.cells[who] ?? '–'}
                {row.best === who && <span className="hidden"> better</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const GAUGE = { low: 50, high: 100 } as const;
const place = (pct: number): number => Math.min(100, Math.max(0, ((pct - GAUGE.low) / (GAUGE.high - GAUGE.low)) * 100));

/** How often the truth lay in the 80 % band, on a scale with the aim. */
export const Coverage = ({ coveragePct }: { coveragePct: number | null }) => (
  <div className="coverage">
    <p className="small">
      <Term means={TERMS.coverage}>In the 80 % band</Term>{' '}
      {coveragePct === null ? (
        <span className="quiet">not measured</span>
      ) : (
        <>
          <b className="num">{decimal(coveragePct, 1)}&nbsp;%</b>{' '}
          <span className="quiet">{coverageWords(coveragePct)}</span>
        </>
      )}
    </p>
    {coveragePct !== null && (
      <div className="coverage-scale" aria-hidden="true">
        <i
          className="aim"
          style={{
            left: `${place(COVERAGE_AIM.low)}%`,
            width: `${place(COVERAGE_AIM.high) - place(COVERAGE_AIM.low)}%`,
          }}
        />
        <i className="at" style={{ left: `${place(coveragePct)}%` }} />
      </div>
    )}
    {coveragePct !== null && (
      <p className="small quiet num">
        aim {COVERAGE_AIM.low} to {COVERAGE_AIM.high}&nbsp;%
      </p>
    )}
  </div>
);
