import { Select } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { PriceImportReport } from '../../../../preload/contract/tariff.ts';
import { importPrices, type PriceFile } from '../../../actions/tariff.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Button } from '../../../components/parts.tsx';
import { FormProblem } from '../form-problem.tsx';

const KINDS = [
  { value: 'import', label: 'All that I pay' },
  { value: 'export', label: 'What I am paid' },
  { value: 'spot', label: 'The bare market price' },
] as const;
const UNITS = [
  { value: 'per-kwh', label: 'a kWh' },
  { value: 'cent-per-kwh', label: 'cents a kWh' },
  { value: 'per-mwh', label: 'a MWh' },
] as const;

const Report = ({ report }: { report: PriceImportReport }) => (
  <div role="status" style={{ marginTop: 12 }}>
    <p>{report.sentence}</p>
    <ul className="small second">
      {[...report.problems, ...report.notes].slice(0, 20).map(({ line, sentence }) => (
        <li key={`${line} ${sentence}`}>
          Line {line}: {sentence}
        </li>
      ))}
    </ul>
  </div>
);

/** Prices from a file of one's own: looked at first, then taken whole or not at all. */
export const PricesDialog = ({ onClose }: { onClose: () => void }) => {
  const [csv, setCsv] = useState('');
  const [kind, setKind] = useState<PriceFile['kind']>('import');
  const [unit, setUnit] = useState<PriceFile['unit']>('per-kwh');
  const [report, setReport] = useState<PriceImportReport | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = (dryRun: boolean): void => {
    setProblem(null);
    void importPrices.run(
      {
        file: { csv, dryRun, ...(kind ? { kind } : {}), ...(unit ? { unit } : {}) },
        onReport: setReport,
        onProblem: setProblem,
      },
      'window',
    );
  };
  const isReady = report !== null && !report.imported && report.problems.length === 0 && report.rows > 0;
  return (
    <Dialog title="Prices from a file" wide onClose={onClose}>
      <p className="second">
        A CSV file with a time and a price in each line. Times without an offset are read by the clock of the home; the
        hours of a day that the clocks change are checked.
      </p>
      <input
        type="file"
        accept=".csv,text/csv"
        aria-label="File with prices"
        style={{ margin: '12px 0' }}
        onChange={(event) =>
          void event.currentTarget.files?.[0]?.text().then((text) => {
            setCsv(text);
            setReport(null);
          })
        }
      />
      <div className="form-grid">
        <Select
          label="What its prices are"
          data={[...KINDS]}
          allowDeselect={false}
          value={kind ?? 'import'}
          onChange={(value) => setKind(KINDS.find((each) => each.value === value)?.value)}
        />
        <Select
          label="For"
          data={[...UNITS]}
          allowDeselect={false}
          value={unit ?? 'per-kwh'}
          onChange={(value) => setUnit(UNITS.find((each) => each.value === value)?.value)}
        />
      </div>
      {problem && <FormProblem problem={problem} />}
      {report && <Report report={report} />}
      <div className="form-acts">
        <Button look={isReady ? 'plain' : 'primary'} icon="eye" disabled={csv === ''} onClick={() => run(true)}>
          Look at it
        </Button>
        {isReady && (
          <Button look="primary" icon="check" onClick={() => run(false)}>
            Take all {report.rows} prices
          </Button>
        )}
      </div>
    </Dialog>
  );
};
