import { useState } from 'react';
import type { ChannelConfig, ChannelView, DeviceView } from '../../../preload/contract/devices.ts';
import { configureDevice } from '../../actions/devices.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button } from '../../components/parts.tsx';
import { ChannelFields } from './channel-fields.tsx';

const configOf = ({
  channelId,
  name,
  role,
  use,
  priority,
  safeState,
  ratedPowerW,
  rules,
  controllable,
}: ChannelView): ChannelConfig => ({
  channelId,
  name,
  role,
  use,
  priority,
  safeState,
  ratedPowerW,
  rules,
  controllable,
});

const same = (a: ChannelConfig, b: ChannelConfig): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What each channel of a saved device is, and whether it may be controlled. */
export const ConfigureDevice = ({ device, onClose }: { device: DeviceView; onClose: () => void }) => {
  const before = device.channels.map(configOf);
  const [configs, setConfigs] = useState(before);
  const [busy, setBusy] = useState(false);
  const changed = configs.filter((config, index) => {
    const old = before[index];
    return old !== undefined && !same(config, old);
  });
  const save = async (): Promise<void> => {
    setBusy(true);
    for (const channel of changed) await configureDevice.run({ deviceId: device.id, channel }, 'window');
    onClose();
  };
  return (
    <Dialog title={device.name} wide onClose={onClose}>
      <p className="small quiet">
        {device.driverLabel}
        {device.identity && `, ${device.identity}`}
      </p>
      {configs.map((config, index) => (
        <div className="probe-channel" key={config.channelId}>
          <ChannelFields
            config={config}
            canControl={(device.channels[index]?.control ?? null) !== null}
            onChange={(next) => setConfigs(configs.map((one, at) => (at === index ? next : one)))}
          />
        </div>
      ))}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={changed.length === 0 || busy} onClick={() => void save()}>
          Save
        </Button>
      </div>
    </Dialog>
  );
};
