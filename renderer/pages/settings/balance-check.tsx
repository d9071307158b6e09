import { useState } from 'react';
import type { BalanceCheck } from '../../../preload/contract/devices.ts';
import { checkBalance, putScalesRight } from '../../actions/check-balance.ts';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';
import { kilowatts, spoken } from '../../format/numbers.ts';

const FACTORS: Readonly<Record<string, string>> = {
  '1': 'as it comes',
  '-1': 'turned round',
  '1000': 'counted in kW',
  '-1000': 'turned round, counted in kW',
  '0.001': 'counted in mW',
  '-0.001': 'turned round, counted in mW',
};

const left = (powerW: number | null): string => (powerW === null ? 'unknown' : spoken(kilowatts(powerW)));

/** Whether the meters' signs and units are right, by what must be true of every home: pv + grid = load + battery. */
export const BalanceCheckPart = () => {
  const [check, setCheck] = useState<BalanceCheck | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setCheck(null);
    await checkBalance.run({ onChecked: setCheck }, 'window');
    setBusy(false);
  };
  return (
    <div className="balance-check">
      <div className="row" style={{ gap: 10, flexWrap: 'wrap' }}>
        <Button size="small" icon={busy ? 'loader-circle' : 'activity'} disabled={busy} onClick={() => void run()}>
          {busy ? 'Listening to the meters' : 'Check signs and units'}
        </Button>
        <span className="small quiet">
          From what the meters showed together in the last minutes: solar + grid = home + battery.
        </span>
      </div>
      {check && (
        <div className="balance-proof" role="status">
          <p>
            <Icon name={check.outcome === 'right' ? 'circle-check' : 'triangle-alert'} size={15} /> {check.sentence}
          </p>
          {check.findings.length > 0 && (
            <ul>
              {check.findings.map((finding) => (
                <li key={`${finding.deviceId} ${finding.channelId}`}>
                  <b>{finding.name}</b>: {FACTORS[String(finding.scaleFound)]}
                </li>
              ))}
            </ul>
          )}
          <p className="small quiet">
            {check.samples} samples. Left over: {left(check.residualNowW)} as it is
            {check.outcome === 'found' && `, ${left(check.residualFoundW)} with this`}.
          </p>
          {check.outcome === 'found' && (
            <Button
              size="small"
              look="primary"
              onClick={() =>
                void putScalesRight.run({ findings: check.findings, onDone: () => setCheck(null) }, 'window')
              }
            >
              Put it right
            </Button>
          )}
        </div>
      )}
    </div>
  );
};
