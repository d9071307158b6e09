import type { ModelSummary } from '../../../preload/contract/models.ts';
import { promoteModel, rollBackModel } from '../../actions/models.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button } from '../../components/parts.tsx';
import { type KindView, promotionWords, shortVersion } from './versions.ts';

const Confirm = ({
  title,
  words,
  doIt,
  onDo,
  onClose,
}: {
  title: string;
  words: readonly string[];
  doIt: string;
  onDo: () => void;
  onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose}>
    <ul className="confirm-words">
      {words.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
    <div className="row confirm-acts">
      <Button look="ghost" data-autofocus onClick={onClose}>
        Leave it
      </Button>
      <Button look="primary" onClick={onDo}>
        {doIt}
      </Button>
    </div>
  </Dialog>
);

/** Says what a promotion does before it is done. */
export const PromoteDialog = ({
  version,
  production,
  label,
  onClose,
}: {
  version: ModelSummary;
  production: ModelSummary | null;
  label: string;
  onClose: () => void;
}) => (
  <Confirm
    title={`Promote ${label.toLowerCase()} ${shortVersion(version.version)}?`}
    words={promotionWords(version, production)}
    doIt="Promote"
    onDo={() => void promoteModel.run({ version: version.version, onDone: onClose }, 'window')}
    onClose={onClose}
  />
);

/** Says what a roll back does before it is done. */
export const RollBackDialog = ({ kind, to, onClose }: { kind: KindView; to: string; onClose: () => void }) => (
  <Confirm
    title={`Roll back ${kind.label.toLowerCase()}?`}
    words={[
      `Version ${shortVersion(to)} is in production again from the next forecast on.`,
      kind.production
        ? `Version ${shortVersion(kind.production.version)} is kept, but does not come back by itself. You can promote it again.`
        : 'Until now no version was in production.',
      'Nothing is trained anew, and no forecast of the past changes.',
    ]}
    doIt="Roll back"
    onDo={() => void rollBackModel.run({ kind: kind.kind, onDone: onClose }, 'window')}
    onClose={onClose}
  />
);
