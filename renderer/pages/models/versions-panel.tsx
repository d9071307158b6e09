import { useState } from 'react';
import type { ModelSummary } from '../../../preload/contract/models.ts';
import { Button, Chip } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { decimal } from '../../format/numbers.ts';
import { scaleOf, written } from '../../format/scale.ts';
import { moment } from '../../format/time.ts';
import { CompareDialog } from './compare-dialog.tsx';
import { lessErrorPct } from './errors.ts';
import { PromoteDialog, RollBackDialog } from './stage-dialogs.tsx';
import { TERMS } from './terms.ts';
import { type KindView, STAGES, shortVersion, versionsOf } from './versions.ts';

const baselineWords = (version: ModelSummary): string => {
  const pct = lessErrorPct(version.judged.errors.model.rmse, version.judged.errors.baseline?.rmse);
  if (pct === null) return '–';
  return `${decimal(Math.abs(pct), 0)}\u00a0% ${pct < 0 ? 'more' : 'less'}`;
};

/** All versions of a kind: compare two, promote one, or take the last change back. */
export const VersionsPanel = ({ kind, now, zone }: { kind: KindView; now: number; zone: string }) => {
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [comparing, setComparing] = useState(false);
  const [promoting, setPromoting] = useState<ModelSummary | null>(null);
  const [rollingBack, setRollingBack] = useState(false);
  const versions = versionsOf(kind);
  const scale = scaleOf(
    kind.unit,
    versions.map(({ judged }) => judged.errors.model.rmse),
  );
  const pick = (version: string): void =>
    setPicked(picked.includes(version) ? picked.filter((one) => one !== version) : [...picked, version].slice(-2));
  const [first, second] = picked.filter((one) => versions.some(({ version }) => version === one));
  return (
    <>
      <div className="spread">
        <Button
          size="small"
          icon="table"
          disabled={first === undefined || second === undefined}
          onClick={() => setComparing(true)}
        >
          Compare
        </Button>
        <Button size="small" icon="undo-2" disabled={kind.rollBackTo === null} onClick={() => setRollingBack(true)}>
          Roll back
        </Button>
        <span className="small quiet">
          {first === undefined || second === undefined
            ? 'Tick two versions to see them side by side.'
            : `${shortVersion(first)} and ${shortVersion(second)} are ticked.`}
          {kind.rollBackTo === null && ' There is no earlier version to roll back to.'}
        </span>
      </div>
      <TableWrap label="Versions">
        <table className="table versions">
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">Compare</span>
              </th>
              <th scope="col">Version</th>
              <th scope="col">
                <Term means={TERMS.stage}>Stage</Term>
              </th>
              <th scope="col">Trained</th>
              <th scope="col" className="right">
                Days
              </th>
              <th scope="col" className="right">
                <Term means={TERMS.rmse}>RMSE</Term>, {scale.unit}
              </th>
              <th scope="col" className="right">
                error against baseline
              </th>
              <th scope="col">Why</th>
              <th scope="col">
                <span className="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <tr key={version.version}>
                <td>
                  <input
                    type="checkbox"
                    className="tick"
                    aria-label={`Compare ${shortVersion(version.version)}`}
                    checked={picked.includes(version.version)}
                    onChange={() => pick(version.version)}
                  />
                </td>
                <td className="num" title={version.version}>
                  {shortVersion(version.version)}
                </td>
                <td>
                  <Chip
                    tiny
                    icon={STAGES[version.stage].icon}
                    look={version.stage === 'production' ? 'plain' : 'outline'}
                  >
                    {STAGES[version.stage].word}
                  </Chip>
                </td>
                <td className="num second">{moment(version.trainedAt, now, zone)}</td>
                <td className="right">{decimal(version.data.days, 0)}</td>
                <td className="right">{written(version.judged.errors.model.rmse, scale)}</td>
                <td className="right">{baselineWords(version)}</td>
                <td className="wrap second small">
                  {version.sentence}
                  {version.rolledBack && ' A person took it out of production.'}
                  {!version.usable && ' Its files are gone or of another release: only the card is left.'}
                </td>
                <td>
                  {version.stage !== 'production' && version.usable && (
                    <Button size="small" look="ghost" icon="arrow-up" onClick={() => setPromoting(version)}>
                      Promote
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableWrap>
      {comparing && first !== undefined && second !== undefined && (
        <CompareDialog versions={[first, second]} now={now} zone={zone} onClose={() => setComparing(false)} />
      )}
      {promoting && (
        <PromoteDialog
          version={promoting}
          production={kind.production}
          label={kind.label}
          onClose={() => setPromoting(null)}
        />
      )}
      {rollingBack && kind.rollBackTo !== null && (
        <RollBackDialog kind={kind} to={kind.rollBackTo} onClose={() => setRollingBack(false)} />
      )}
    </>
  );
};
