import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { ChannelConfig, ProbeResult, TrialResult } from '../../../../preload/contract/devices.ts';
import type { DeviceAddress } from '../../../actions/devices.ts';
import { tryDevice } from '../../../actions/try-device.ts';
import { Icon } from '../../../components/icon.tsx';
import { Button, Chip } from '../../../components/parts.tsx';
import { quantity, spoken } from '../../../format/numbers.ts';
import { ChannelFields } from '../channel-fields.tsx';
import { FormProblem } from '../form-problem.tsx';

type FoundReading = ProbeResult['channels'][number]['readings'][number];

const readingWords = ({ metric, value, unit }: FoundReading): string =>
  metric === 'on' ? (value === 1 ? 'on' : 'off') : spoken(quantity(value, unit));

/** The trial of a channel: asked for, switched there and back, and said what was measured. */
const Trial = ({ address, channel }: { address: DeviceAddress; channel: ProbeResult['channels'][number] }) => {
  const [result, setResult] = useState<TrialResult | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setResult(null);
    setProblem(null);
    await tryDevice.run({ address, channelId: channel.channelId, onTried: setResult, onProblem: setProblem }, 'window');
    setBusy(false);
  };
  return (
    <div className="trial">
      <Button size="small" icon={busy ? 'loader-circle' : 'zap'} disabled={busy} onClick={() => void run()}>
        {busy ? 'Trying it' : 'Switch it there and back'}
      </Button>
      <span className="small quiet" role="status">
        {result === null ? (
          'For a few seconds, for real. Only if nothing minds.'
        ) : (
          <>
            <Icon name={result.outcome === 'works' ? 'circle-check' : 'triangle-alert'} size={15} /> {result.sentence}
          </>
        )}
      </span>
      {problem && <FormProblem problem={problem} />}
    </div>
  );
};

/** One channel of a device that was read: what it says, what it is for the house, and a trial before anything is saved. */
export const FoundChannel = ({
  address,
  channel,
  config,
  onChange,
}: {
  address: DeviceAddress;
  channel: ProbeResult['channels'][number];
  config: ChannelConfig;
  onChange: (config: ChannelConfig) => void;
}) => (
  <section className="probe-channel" aria-label={channel.suggestedName}>
    <div className="probe-readings">
      {channel.readings.map((reading) => (
        <Chip key={reading.metric}>
          <span className="num">{readingWords(reading)}</span>
        </Chip>
      ))}
      {channel.readings.length === 0 && <span className="quiet small">It answered without a value.</span>}
    </div>
    <ChannelFields config={config} control={channel.control} onChange={onChange} />
    {config.controllable && (channel.control?.kind === 'switch' || channel.control?.kind === 'number') && (
      <Trial address={address} channel={channel} />
    )}
  </section>
);
