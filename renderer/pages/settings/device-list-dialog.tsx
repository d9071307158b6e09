import { Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { CsvReport } from '../../../preload/contract/devices.ts';
import { importDevices } from '../../actions/device-list.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { FormProblem } from './form-problem.tsx';

const STATES = {
  ready: { icon: 'check', label: 'Ready' },
  added: { icon: 'circle-check', label: 'Added' },
  problem: { icon: 'triangle-alert', label: 'Left out' },
} as const;

const Report = ({ report }: { report: CsvReport }) => (
  <TableWrap label="What the list says">
    <table className="table">
      <thead>
        <tr>
          <th>Line</th>
          <th>Device</th>
          <th>State</th>
          <th>What to know</th>
        </tr>
      </thead>
      <tbody>
        {report.rows.map((row) => (
          <tr key={row.line}>
            <td className="num">{row.line}</td>
            <td>{row.name}</td>
            <td>
              <Icon name={STATES[row.state].icon} size={15} /> {STATES[row.state].label}
            </td>
            <td>{row.sentence}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </TableWrap>
);

/** Many devices at once, from a list: looked at first, added only then, each by itself. */
export const DeviceListDialog = ({ onClose }: { onClose: () => void }) => {
  const [csv, setCsv] = useState('');
  const [report, setReport] = useState<CsvReport | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (dryRun: boolean): Promise<void> => {
    setProblem(null);
    setBusy(true);
    await importDevices.run({ csv, dryRun, onReport: setReport, onProblem: setProblem }, 'window');
    setBusy(false);
  };
  const change = (text: string): void => {
    setCsv(text);
    setReport(null);
  };
  const ready = report?.rows.filter(({ state }) => state === 'ready').length ?? 0;
  return (
    <Dialog title="Add devices from a list" wide onClose={onClose}>
      <p className="second">
        A CSV file with one line a device. Export the list of a home to see its columns. Passwords are not in it: a
        device that asks for one is added afterwards.
      </p>
      <input
        type="file"
        accept=".csv,text/csv"
        aria-label="File with devices"
        style={{ margin: '12px 0' }}
        onChange={(event) => void event.currentTarget.files?.[0]?.text().then(change)}
      />
      <Textarea
        label="Or paste it here"
        autosize
        minRows={4}
        maxRows={10}
        spellCheck={false}
        value={csv}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {problem && <FormProblem problem={problem} />}
      {report && <Report report={report} />}
      <div className="form-acts">
        <Button
          look={ready > 0 ? 'plain' : 'primary'}
          icon="eye"
          disabled={busy || csv.trim() === ''}
          onClick={() => void run(true)}
        >
          Look at it
        </Button>
        {ready > 0 && (
          <Button look="primary" icon={busy ? 'loader-circle' : 'plus'} disabled={busy} onClick={() => void run(false)}>
            {ready === 1 ? 'Read and add 1 device' : `Read and add ${ready} devices`}
          </Button>
        )}
        <span className="small quiet">Each device is read before it is added. What fails is left out and told.</span>
      </div>
    </Dialog>
  );
};
