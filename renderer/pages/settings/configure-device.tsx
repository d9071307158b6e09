import { useState } from 'react';
import type { ChannelConfig, DeviceView } from '../../../preload/contract/devices.ts';
import { configOfChannel } from '../../actions/check-balance.ts';
import { configureDevice } from '../../actions/devices.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button } from '../../components/parts.tsx';
import { drivers } from '../../state/house.ts';
import { ChannelFields } from './channel-fields.tsx';
import { ReconnectForm } from './reconnect-form.tsx';

const same = (a: ChannelConfig, b: ChannelConfig): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What each channel of a saved device is, and whether it may be controlled. */
export const ConfigureDevice = ({ device, onClose }: { device: DeviceView; onClose: () => void }) => {
  const before = device.channels.map(configOfChannel);
  const [configs, setConfigs] = useState(before);
  const [busy, setBusy] = useState(false);
  const driver = drivers.use((state) => state.value)?.find(({ id }) => id === device.driverId);
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
      {driver && (
        <details className="reconnect">
          <summary>Address and password</summary>
          <ReconnectForm device={device} driver={driver} onDone={onClose} />
        </details>
      )}
      {configs.map((config, index) => (
        <div className="probe-channel" key={config.channelId}>
          <ChannelFields
            config={config}
            control={device.channels[index]?.control ?? null}
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
