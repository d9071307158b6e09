import { useEffect, useState } from 'react';
import type { TrainingState } from '../../../preload/contract/models.ts';
import { trainModels } from '../../actions/models.ts';
import { Icon } from '../../components/icon.tsx';
import { Button, Chip } from '../../components/parts.tsx';
import { Progress } from '../../components/progress.tsx';
import { soon } from '../../format/time.ts';
import { useSite } from '../../state/house.ts';
import { cards, drifts } from '../../state/model-life.ts';
import { Alerts, DriftPanel } from './drift-panel.tsx';
import { Learning } from './learning.tsx';
import { RecordPanel } from './record-panel.tsx';
import { SearchPanel } from './search-panel.tsx';
import { VersionCard } from './version-card.tsx';
import { KIND_LOOKS, type KindView, shownVersion, versionsOf } from './versions.ts';
import { VersionsPanel } from './versions-panel.tsx';

type Part = 'drift' | 'record' | 'versions' | 'search';

const PARTS: readonly { readonly part: Part; readonly label: string }[] = [
  { part: 'drift', label: 'Since it serves' },
  { part: 'record', label: 'Against simple forecasts' },
  { part: 'versions', label: 'Versions' },
  { part: 'search', label: 'Search for better settings' },
];

/** One kind of forecast: what serves and why, how good it is, what drives it, and all that can be done with it. */
export const KindSection = ({
  kind,
  training,
  now,
  zone,
}: {
  kind: KindView;
  training: TrainingState | null;
  now: number;
  zone: string;
}) => {
  const siteId = useSite()?.id ?? null;
  const [open, setOpen] = useState<Part | null>(null);
  const shown = shownVersion(kind);
  const version = shown?.version ?? null;
  const name = kind.kind;
  useEffect(() => {
    if (!siteId) return;
    if (version !== null) void cards[name].load({ siteId, version });
    void drifts[name].load({ siteId, kind: name });
  }, [siteId, name, version]);
  const look = KIND_LOOKS[name];
  const running = training?.running?.kind === name ? training.running : null;
  const queued = training?.queued.includes(name) ?? false;
  const next = training?.next.find((one) => one.kind === name)?.at ?? null;
  const panel = `${name}-more`;
  return (
    <section className="card model-kind" data-hue={look.hue} aria-label={`${kind.label} model`}>
      <div className="head big">
        <span className="hue-icon">
          <Icon name={look.icon} />
        </span>
        <h2>{kind.label}</h2>
        <Chip icon={kind.production ? 'shield-check' : 'shield-alert'} look={kind.production ? 'plain' : 'outline'}>
          {kind.production ? 'In production' : 'No model in production'}
        </Chip>
        <span className="grow" />
        {next !== null && <span className="quiet num">trains again {soon(next, now, zone)}</span>}
        <Button
          icon="play"
          size="small"
          disabled={running !== null || queued}
          onClick={() => void trainModels.run({ kind: name }, 'window')}
        >
          {running ? 'Training' : queued ? 'Waits its turn' : 'Train now'}
        </Button>
      </div>
      <p className="model-sentence">{kind.sentence}</p>
      {running && <Progress label={`Training of ${name}`} share={running.share} sentence={running.sentence} />}
      {kind.findings.map((sentence) => (
        <p key={sentence} className="strip-note inverse">
          <Icon name="triangle-alert" size={16} />
          <span>{sentence}</span>
        </p>
      ))}
      <Alerts kind={name} now={now} zone={zone} />
      {shown ? (
        <VersionCard kind={kind} version={shown} now={now} zone={zone} />
      ) : (
        <Learning kind={kind} busy={running !== null || queued} now={now} zone={zone} />
      )}
      {shown && (
        <>
          <div className="model-parts">
            {PARTS.map(({ part, label }) => (
              <Button
                key={part}
                look="ghost"
                size="small"
                icon={open === part ? 'chevron-down' : 'chevron-right'}
                aria-expanded={open === part}
                aria-controls={open === part ? panel : undefined}
                onClick={() => setOpen(open === part ? null : part)}
              >
                {part === 'versions' ? `${label} (${versionsOf(kind).length})` : label}
              </Button>
            ))}
          </div>
          {open && (
            <div className="model-more" id={panel}>
              {open === 'drift' && <DriftPanel kind={name} hue={look.hue} now={now} zone={zone} />}
              {open === 'record' && <RecordPanel kind={name} hue={look.hue} now={now} zone={zone} />}
              {open === 'versions' && <VersionsPanel kind={kind} now={now} zone={zone} />}
              {open === 'search' && <SearchPanel kind={name} now={now} zone={zone} />}
            </div>
          )}
        </>
      )}
    </section>
  );
};
