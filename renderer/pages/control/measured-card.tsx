import type { Metric } from '../../../preload/contract/base.ts';
import type { DeviceView } from '../../../preload/contract/devices.ts';
import { Icon } from '../../components/icon.tsx';
import { Chip } from '../../components/parts.tsx';
import { roleHue, roleIcon, shortKind } from '../../components/roles.ts';
import { MeasureAge, MeasureValue } from '../../components/value.tsx';
import { span } from '../../format/time.ts';

const LABELS: Partial<Record<Metric, string>> = {
  powerW: 'Power',
  energyKwh: 'Energy',
  energyImportKwh: 'Imported',
  energyExportKwh: 'Exported',
  socPct: 'Charge',
  sohPct: 'Health',
  voltageV: 'Voltage',
  currentA: 'Current',
  tempC: 'Temperature',
  frequencyHz: 'Frequency',
  limitA: 'Limit',
  capacityKwh: 'Capacity',
};

/** A device that is only read: every measure with its age, and nothing to press. */
export const MeasuredCard = ({ device, now }: { device: DeviceView; now: number }) => {
  const channels = device.channels.filter((channel) => !channel.controllable || channel.control === null);
  const first = channels[0];
  const gone = device.state === 'offline';
  return (
    <section
      className={gone ? 'card device is-gone' : 'card device'}
      data-hue={roleHue(first?.role ?? 'none')}
      aria-label={device.name}
    >
      <div className="device-head">
        <span className="icon-tile">
          <Icon name={roleIcon(first?.role ?? 'none')} />
        </span>
        <span className="device-name">
          <b>{device.name}</b>
          <em>{shortKind(device.driverLabel)}</em>
        </span>
        {gone && (
          <Chip look="outline" icon="clock">
            Offline{device.lastSeenAt === null ? '' : ` ${span(now - device.lastSeenAt)}`}
          </Chip>
        )}
      </div>
      <div className="measured-channels">
        {channels.map((channel) => (
          <ChannelMeasures key={channel.channelId} channel={channel} titled={channels.length > 1} now={now} />
        ))}
      </div>
      {device.problem && (
        <div className="device-foot">
          <Icon name="wifi-off" size={16} />
          <span>
            {device.problem.message} {device.problem.advice}
          </span>
        </div>
      )}
    </section>
  );
};

const ChannelMeasures = ({
  channel,
  titled,
  now,
}: {
  channel: DeviceView['channels'][number];
  titled: boolean;
  now: number;
}) => (
  <div>
    {titled && (
      <h3 className="channel-title" data-hue={roleHue(channel.role)}>
        <Icon name={roleIcon(channel.role)} size={15} />
        {channel.name}
      </h3>
    )}
    <dl className="measures">
      {(Object.keys(channel.measures) as Metric[]).map((metric) => {
        const measure = channel.measures[metric];
        const label = LABELS[metric];
        if (!measure || !label) return null;
        return (
          <div key={metric}>
            <dt>{label}</dt>
            <dd>
              <MeasureValue measure={measure} now={now} inKilowatts={metric === 'powerW'} />
              <MeasureAge measure={measure} now={now} />
            </dd>
          </div>
        );
      })}
    </dl>
  </div>
);
