import { type ReactNode, useEffect } from 'react';
import type { ModelCard } from '../../../preload/contract/models.ts';
import { Dialog } from '../../components/dialog.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { type Scale, scaleOf, written } from '../../format/scale.ts';
import { day, fullDay, moment, took } from '../../format/time.ts';
import { useSite } from '../../state/house.ts';
import { compared } from '../../state/model-life.ts';
import { lessErrorPct } from './errors.ts';
import { TERMS } from './terms.ts';
import { inputsOf, inputWords, plainName, STAGES, sameDays, settingsWords, shortVersion } from './versions.ts';

interface Line {
  readonly name: ReactNode;
  readonly id: string;
  readonly of: (card: ModelCard) => ReactNode;
}

const perCent = (value: number | null): string => (value === null ? '–' : `${decimal(value, 1)}\u00a0%`);

const linesFor = (scale: Scale, now: number, zone: string): readonly Line[] => [
  { id: 'stage', name: <Term means={TERMS.stage}>Stage</Term>, of: ({ stage }) => STAGES[stage].word },
  { id: 'why', name: 'Why', of: ({ sentence }) => sentence },
  { id: 'trained', name: 'Trained', of: (card) => `${moment(card.trainedAt, now, zone)}, in ${took(card.tookMs)}` },
  {
    id: 'data',
    name: 'Learnt from',
    of: ({ data }) => `${decimal(data.days, 0)} days, ${fullDay(data.from, zone)} to ${fullDay(data.to - 1, zone)}`,
  },
  {
    id: 'judged',
    name: 'Judged on',
    of: ({ judged }) => `${decimal(judged.days, 0)} days, ${day(judged.from, zone)} to ${day(judged.to - 1, zone)}`,
  },
  {
    id: 'rmse',
    name: (
      <>
        <Term means={TERMS.rmse}>RMSE</Term>, {scale.unit}
      </>
    ),
    of: ({ judged }) => written(judged.errors.model.rmse, scale),
  },
  {
    id: 'mae',
    name: (
      <>
        <Term means={TERMS.mae}>MAE</Term>, {scale.unit}
      </>
    ),
    of: ({ judged }) => written(judged.errors.model.mae, scale),
  },
  {
    id: 'r2',
    name: <Term means={TERMS.r2}>R²</Term>,
    of: ({ judged: { errors } }) => (errors.model.r2 === null ? '–' : decimal(errors.model.r2, 2)),
  },
  {
    id: 'skill',
    name: <Term means={TERMS.skill}>Less error than naive</Term>,
    of: ({ judged: { errors } }) => perCent(errors.model.skillPct),
  },
  {
    id: 'baseline',
    name: (
      <>
        Less error than the <Term means={TERMS.baseline}>baseline</Term>
      </>
    ),
    of: ({ judged: { errors } }) => perCent(lessErrorPct(errors.model.rmse, errors.baseline?.rmse)),
  },
  {
    id: 'coverage',
    name: <Term means={TERMS.coverage}>In the 80 % band</Term>,
    of: ({ judged: { errors } }) => perCent(errors.model.coveragePct),
  },
  { id: 'settings', name: 'Settings', of: ({ settings }) => settingsWords(settings) },
  {
    id: 'inputs',
    name: 'Matters most',
    of: (card) => inputsOf(card).slice(0, 3).map(inputWords).join('; '),
  },
  {
    id: 'shares',
    name: <Term means={TERMS.shares}>Mixed from</Term>,
    of: ({ shares }) =>
      shares.map(({ member, sharePct }) => `${plainName(member)} ${decimal(sharePct, 0)}\u00a0%`).join(', '),
  },
  { id: 'seed', name: <Term means={TERMS.seed}>Seed</Term>, of: ({ seed }) => String(seed) },
  { id: 'code', name: 'Made by', of: ({ codeVersion, backend }) => `release ${codeVersion} on ${backend}` },
  { id: 'hash', name: 'Data fingerprint', of: ({ data }) => <code>{data.sha256.slice(0, 12)}</code> },
];

/** Two versions side by side; on different days their errors are told not to be comparable. */
export const CompareDialog = ({
  versions: [first, second],
  now,
  zone,
  onClose,
}: {
  versions: readonly [string, string];
  now: number;
  zone: string;
  onClose: () => void;
}) => {
  const siteId = useSite()?.id ?? null;
  useEffect(() => {
    if (!siteId) return;
    void compared[0].load({ siteId, version: first });
    void compared[1].load({ siteId, version: second });
  }, [siteId, first, second]);
  const left = compared[0].use((state) => state.value);
  const right = compared[1].use((state) => state.value);
  const leftProblem = compared[0].use((state) => state.problem);
  const rightProblem = compared[1].use((state) => state.problem);
  const ready = left?.version === first && right?.version === second ? ([left, right] as const) : null;
  return (
    <Dialog title={`${shortVersion(first)} beside ${shortVersion(second)}`} wide onClose={onClose}>
      {!ready ? (
        <Waiting
          problem={leftProblem ?? rightProblem}
          what="both cards"
          height={320}
          onRetry={() => void Promise.all([compared[0].reload(), compared[1].reload()])}
        />
      ) : (
        <>
          {!sameDays(ready[0], ready[1]) && (
            <p className="strip-note">
              They were judged on different days, so their errors cannot be compared one to one. How far each is ahead
              of naive and baseline can.
            </p>
          )}
          <TableWrap label="Two versions side by side">
            <table className="table beside-table">
              <thead>
                <tr>
                  <td />
                  {ready.map((card) => (
                    <th scope="col" key={card.version} className="num">
                      {shortVersion(card.version)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {linesFor(
                  scaleOf(
                    ready[0].unit,
                    ready.flatMap(({ judged: { errors } }) => [errors.model.rmse, errors.model.mae]),
                  ),
                  now,
                  zone,
                ).map(({ id, name, of }) => (
                  <tr key={id}>
                    <th scope="row">{name}</th>
                    {ready.map((card) => (
                      <td key={card.version} className="wrap">
                        {of(card)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </TableWrap>
        </>
      )}
    </Dialog>
  );
};
