import { Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import { type Tariff, type TariffProblem, tariffSchema } from '../../../../preload/contract/tariff.ts';
import { importTariff, saveTariff } from '../../../actions/tariff.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Button } from '../../../components/parts.tsx';
import { Segment } from '../../../components/segment.tsx';
import { bridge } from '../../../state/bridge.ts';
import { currentSiteId } from '../../../state/house.ts';
import { centerNow } from '../../../state/now.ts';
import { FormProblem } from '../form-problem.tsx';
import { TariffForm } from './tariff-form.tsx';

const VIEWS = [
  { value: 'form', label: 'Form' },
  { value: 'document', label: 'Document' },
] as const;

/** The whole tariff as text: everything that the form has no field for. */
const DocumentView = ({ tariff, onChange }: { tariff: Tariff; onChange: (tariff: Tariff) => void }) => {
  const [text, setText] = useState(() => JSON.stringify(tariff, null, 2));
  const [error, setError] = useState<string | null>(null);
  const [notes, setNotes] = useState<readonly string[]>([]);
  const change = (next: string): void => {
    setText(next);
    try {
      const parsed = tariffSchema.safeParse(JSON.parse(next));
      const [issue] = parsed.error?.issues ?? [];
      setError(issue ? `${issue.path.join('.')}: ${issue.message}` : null);
      if (parsed.success) onChange(parsed.data);
    } catch (thrown) {
      setError(thrown instanceof SyntaxError ? thrown.message : 'It cannot be read.');
    }
  };
  return (
    <>
      <Textarea
        label="Tariff as JSON"
        error={error}
        autosize
        minRows={8}
        maxRows={20}
        spellCheck={false}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <label className="small second" style={{ display: 'block', marginTop: 12 }}>
        A tariff of the US Utility Rate Database:{' '}
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) =>
            void event.currentTarget.files?.[0]?.text().then((json) =>
              importTariff.run(
                {
                  json,
                  onRead: (found) => {
                    setText(JSON.stringify(found.tariff, null, 2));
                    setNotes([...found.notes, ...found.problems.map(({ sentence }) => sentence)]);
                    onChange(found.tariff);
                  },
                  onProblem: (problem) => setError(problem.message),
                },
                'window',
              ),
            )
          }
        />
      </label>
      {notes.map((note) => (
        <p className="small second" key={note}>
          {note}
        </p>
      ))}
    </>
  );
};

/** What is wrong with the document as it stands, asked of the center while it is typed. */
const useProblems = (tariff: Tariff): readonly TariffProblem[] => {
  const [problems, setProblems] = useState<readonly TariffProblem[]>([]);
  useEffect(() => {
    const siteId = currentSiteId();
    let isOver = false;
    const timer = window.setTimeout(() => {
      if (siteId === null) return;
      const from = centerNow();
      void bridge()
        .query('tariff.preview', { siteId, from, to: from + 86_400_000, tariff })
        .then((reply) => {
          if (!isOver && reply.ok) setProblems(reply.value.problems);
        });
    }, 400);
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [tariff]);
  return problems;
};

/** Sets what a kWh costs and brings. It holds from the moment it is saved; what was before stays as it was. */
export const TariffDialog = ({ tariff: start, onClose }: { tariff: Tariff; onClose: () => void }) => {
  const [tariff, setTariff] = useState(start);
  const [view, setView] = useState<(typeof VIEWS)[number]['value']>('form');
  const [problem, setProblem] = useState<Problem | null>(null);
  const problems = useProblems(tariff);
  return (
    <Dialog title="Tariff" wide onClose={onClose}>
      <div style={{ marginBottom: 14 }}>
        <Segment label="How to edit it" value={view} options={VIEWS} onChange={setView} />
      </div>
      {view === 'form' ? (
        <TariffForm tariff={tariff} onChange={setTariff} />
      ) : (
        <DocumentView tariff={tariff} onChange={setTariff} />
      )}
      {problems.map(({ sentence }) => (
        <p className="second" role="alert" key={sentence} style={{ marginTop: 10 }}>
          <Icon name="triangle-alert" size={15} /> {sentence}
        </p>
      ))}
      {problem && <FormProblem problem={problem} />}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button
          look="primary"
          disabled={problems.length > 0}
          onClick={() => void saveTariff.run({ document: tariff, onSaved: onClose, onProblem: setProblem }, 'window')}
        >
          Save the tariff
        </Button>
      </div>
    </Dialog>
  );
};
