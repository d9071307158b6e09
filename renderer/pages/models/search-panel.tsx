import { NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ModelKind, SearchView } from '../../../preload/contract/models.ts';
import { startSearch, stopSearch } from '../../actions/models.ts';
import { Button } from '../../components/parts.tsx';
import { Progress } from '../../components/progress.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { scaleOf, written, writtenWithUnit } from '../../format/scale.ts';
import { moment, took } from '../../format/time.ts';
import { useSite } from '../../state/house.ts';
import { searches } from '../../state/model-life.ts';
import { lessErrorPct } from './errors.ts';
import { TERMS } from './terms.ts';
import { plainName, settingsWords, tidy } from './versions.ts';

const VERDICTS: Readonly<Record<SearchView['verdict'], string>> = {
  none: 'Nothing has come of it yet.',
  waiting: 'The next training tries the best settings on other days, and takes them only if they win there too.',
  adopted: 'The best settings won on other days too and are in use.',
  rejected: 'The best settings did not win on other days, so the model keeps its own.',
};
const BEST_SHOWN = 10;

const Result = ({ view }: { view: SearchView }) => {
  const scale = scaleOf(view.unit, [view.rmseOfDefaults, ...view.trials.map(({ rmse }) => rmse)]);
  const better = view.best?.rmse == null ? null : lessErrorPct(view.best.rmse, view.rmseOfDefaults);
  const ranked = [...view.trials]
    .filter((trial) => trial.rmse !== null)
    .sort((a, b) => (a.rmse ?? 0) - (b.rmse ?? 0))
    .slice(0, BEST_SHOWN);
  return (
    <>
      {view.best?.rmse != null && (
        <p>
          Best so far: <b className="num">{writtenWithUnit(view.best.rmse, scale)}</b>
          {view.rmseOfDefaults !== null && (
            <>
              {' '}
              against {writtenWithUnit(view.rmseOfDefaults, scale)} with its own settings
              {better !== null && `, ${decimal(Math.abs(better), 1)} % ${better < 0 ? 'more' : 'less'} error`}
            </>
          )}
          . <span className="second">{VERDICTS[view.verdict]}</span>
        </p>
      )}
      {ranked.length > 0 && (
        <TableWrap label="The best trials">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Trial</th>
                <th scope="col">Settings</th>
                <th scope="col" className="right">
                  <Term means={TERMS.rmse}>RMSE</Term>, {scale.unit}
                </th>
                <th scope="col" className="right">
                  Took
                </th>
              </tr>
            </thead>
            <tbody>
              {ranked.map((trial) => (
                <tr key={trial.number}>
                  <td className="num">{trial.number}</td>
                  <td className="wrap second small">{settingsWords(trial.settings)}</td>
                  <td className="right">{trial.rmse === null ? 'failed' : written(trial.rmse, scale)}</td>
                  <td className="right">{took(trial.tookMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
    </>
  );
};

/** The search for better settings: how far it is, what it found, and what came of it. */
export const SearchPanel = ({ kind, now, zone }: { kind: ModelKind; now: number; zone: string }) => {
  const siteId = useSite()?.id ?? null;
  const resource = searches[kind];
  const view = resource.use((state) => state.value);
  const problem = resource.use((state) => state.problem);
  const [trials, setTrials] = useState(50);
  useEffect(() => {
    if (siteId) void resource.load({ siteId, kind });
  }, [siteId, kind, resource]);
  if (!view) return <Waiting problem={problem} what="the search" height={160} onRetry={() => void resource.reload()} />;
  const running = view.state === 'running';
  const goesOn = view.state === 'paused' || view.state === 'stopped';
  return (
    <>
      <p>{view.sentence}</p>
      {view.trialsDone > 0 && (
        <p className="small quiet num">
          {view.trialsDone} of {view.trialsWanted} trials
          {view.startedAt !== null && `, begun ${moment(view.startedAt, now, zone)}`}
          {view.finishedAt !== null && `, ended ${moment(view.finishedAt, now, zone)}`}
        </p>
      )}
      {(running || goesOn) && view.trialsWanted > 0 && (
        <Progress
          label="Trials done"
          share={(view.trialsDone + (running ? (view.share ?? 0) : 0)) / view.trialsWanted}
        />
      )}
      <div className="spread search-acts">
        {running ? (
          <Button size="small" icon="x" onClick={() => void stopSearch.run({ kind }, 'window')}>
            Stop the search
          </Button>
        ) : (
          <>
            <NumberInput
              label="Trials"
              min={1}
              max={500}
              allowDecimal={false}
              w={110}
              value={trials}
              onChange={(value) => setTrials(Math.max(1, Number(value) || 1))}
            />
            <Button size="small" icon="play" onClick={() => void startSearch.run({ kind, trials }, 'window')}>
              {goesOn ? 'Go on' : 'Start a search'}
            </Button>
          </>
        )}
      </div>
      <Result view={view} />
      <details className="more">
        <summary>What is tried</summary>
        <ul className="space-list">
          {view.space.map((one) => (
            <li key={one.name}>
              <b>{plainName(one.name)}</b>{' '}
              <span className="num">
                {tidy(one.low)} to {tidy(one.high)}
              </span>{' '}
              <span className="quiet">{one.doc}</span>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
};
