import { useState } from 'react';
import type { Experiment } from '../../../preload/contract/models.ts';
import { Button, Empty, Head } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { scaleOf, writtenWithUnit } from '../../format/scale.ts';
import { fullDay, moment, took } from '../../format/time.ts';
import { experiments } from '../../state/model-life.ts';
import { TERMS } from './terms.ts';
import { plainName, settingsWords } from './versions.ts';

const PURPOSES: Readonly<Record<Experiment['purpose'], string>> = {
  training: 'Training',
  search: 'Search',
  evaluation: 'Evaluation',
};
const FEW = 8;

const Row = ({ experiment, now, zone }: { experiment: Experiment; now: number; zone: string }) => {
  const { errors, unit, data } = experiment;
  return (
    <tr>
      <td className="num second">{moment(experiment.at, now, zone)}</td>
      <td>
        {PURPOSES[experiment.purpose]}, {plainName(experiment.kind).toLowerCase()}
      </td>
      <td className="wrap second small">
        {fullDay(data.from, zone)} to {fullDay(data.to - 1, zone)}{' '}
        <code title={data.sha256}>{data.sha256.slice(0, 8)}</code>
      </td>
      <td className="wrap second small">
        {settingsWords(experiment.settings)}, seed {experiment.seed}, release {experiment.codeVersion}
      </td>
      <td className="right">
        {errors === null ? '–' : writtenWithUnit(errors.model.rmse, scaleOf(unit, [errors.model.rmse]))}
      </td>
      <td className="right">
        {errors === null || errors.model.skillPct === null ? '–' : `${decimal(errors.model.skillPct, 0)}\u00a0%`}
      </td>
      <td className="right">{took(experiment.tookMs)}</td>
      <td className="wrap second small">{experiment.outcome}</td>
    </tr>
  );
};

/** Every training, trial and evaluation, with what it was made of: enough to do it again. */
export const ExperimentsCard = ({ now, zone }: { now: number; zone: string }) => {
  const list = experiments.use((state) => state.value);
  const problem = experiments.use((state) => state.problem);
  const [all, setAll] = useState(false);
  const shown = all ? list : list?.slice(0, FEW);
  return (
    <section className="card" aria-label="Experiments">
      <Head title="Experiments" note="every training, search and evaluation, newest first" big />
      {!list || !shown ? (
        <Waiting problem={problem} what="the experiments" height={160} onRetry={() => void experiments.reload()} />
      ) : list.length === 0 ? (
        <Empty icon="flask-conical" title="No experiment yet">
          The first one is written down when a model is trained.
        </Empty>
      ) : (
        <>
          <TableWrap label="Experiments, newest first">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">What</th>
                  <th scope="col">Data</th>
                  <th scope="col">Settings</th>
                  <th scope="col" className="right">
                    <Term means={TERMS.rmse}>RMSE</Term>
                  </th>
                  <th scope="col" className="right">
                    <Term means={TERMS.skill}>under naive</Term>
                  </th>
                  <th scope="col" className="right">
                    Took
                  </th>
                  <th scope="col">What came of it</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((experiment) => (
                  <Row key={experiment.id} experiment={experiment} now={now} zone={zone} />
                ))}
              </tbody>
            </table>
          </TableWrap>
          {list.length > FEW && (
            <Button size="small" look="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? 'Fewer' : `All ${list.length}`}
            </Button>
          )}
        </>
      )}
    </section>
  );
};
