import { useState } from 'react';
import type { DeviceView } from '../../../preload/contract/devices.ts';
import { exportDevices } from '../../actions/device-list.ts';
import { removeDevice } from '../../actions/devices.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { Button, Empty, Head } from '../../components/parts.tsx';
import { roleHue, roleIcon, shortKind } from '../../components/roles.ts';
import { Waiting } from '../../components/waiting.tsx';
import { span } from '../../format/time.ts';
import { devices } from '../../state/house.ts';
import { AddDevice } from './add/add-device.tsx';
import { BalanceCheckPart } from './balance-check.tsx';
import { ConfigureDevice } from './configure-device.tsx';
import { DeviceListDialog } from './device-list-dialog.tsx';

const stateWords = (device: DeviceView, now: number): string => {
  if (device.state === 'offline')
    return device.lastSeenAt === null ? 'never answered' : `silent for ${span(now - device.lastSeenAt)}`;
  return device.state === 'starting' ? 'being asked' : device.state === 'late' ? 'answers late' : 'answers';
};

const Remove = ({ device, onClose }: { device: DeviceView; onClose: () => void }) => (
  <Dialog title={`Remove ${device.name}?`} onClose={onClose}>
    <p className="second">It is no longer read and no longer controlled. Its history stays.</p>
    <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
      <Button look="ghost" onClick={onClose}>
        Keep it
      </Button>
      <Button
        look="primary"
        icon="trash"
        onClick={() => {
          onClose();
          void removeDevice.run({ deviceId: device.id, name: device.name }, 'window');
        }}
      >
        Remove
      </Button>
    </div>
  </Dialog>
);

/** The devices of the home: add by address, set up their channels, remove. */
export const DevicesCard = ({ now }: { now: number }) => {
  const list = devices.use((state) => state.value);
  const problem = devices.use((state) => state.problem);
  const [adding, setAdding] = useState(false);
  const [listing, setListing] = useState(false);
  const [removing, setRemoving] = useState<DeviceView | null>(null);
  const [open, setOpen] = useState<DeviceView | null>(null);
  return (
    <section className="card" id="devices" aria-label="Devices">
      <Head title="Devices" note={list && list.length > 0 ? String(list.length) : null}>
        <Button size="small" look="ghost" onClick={() => setListing(true)}>
          From a list
        </Button>
        {list && list.length > 0 && (
          <Button size="small" look="ghost" onClick={() => void exportDevices.run({}, 'window')}>
            Export
          </Button>
        )}
        <Button size="small" icon="plus" onClick={() => setAdding(true)}>
          Add
        </Button>
      </Head>
      {list === null ? (
        <Waiting problem={problem} what="the devices" height={160} onRetry={() => void devices.reload()} />
      ) : list.length === 0 ? (
        <Empty
          icon="plug"
          title="No device yet"
          action={
            <Button size="small" onClick={() => setAdding(true)}>
              Add a device
            </Button>
          }
        >
          Start with the inverter or the battery; plugs and relays come after.
        </Empty>
      ) : (
        <ul className="device-list" style={{ marginTop: 6 }}>
          {list.map((device) => (
            <li key={device.id} data-hue={roleHue(device.channels[0]?.role ?? 'none')}>
              <span className="icon-tile">
                <Icon name={roleIcon(device.channels[0]?.role ?? 'none')} />
              </span>
              <span>
                <b>{device.name}</b>
                <span className="small quiet">
                  {shortKind(device.driverLabel)}, {device.connection.host}:{device.connection.port},{' '}
                  {stateWords(device, now)}
                </span>
              </span>
              <span className="row" style={{ gap: 2 }}>
                <Button
                  look="ghost"
                  size="small"
                  icon="settings"
                  aria-label={`Set up ${device.name}`}
                  onClick={() => setOpen(device)}
                />
                <Button
                  look="ghost"
                  size="small"
                  icon="trash"
                  aria-label={`Remove ${device.name}`}
                  onClick={() => setRemoving(device)}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
      {list && list.length > 0 && <BalanceCheckPart />}
      {listing && <DeviceListDialog onClose={() => setListing(false)} />}
      {adding && <AddDevice onClose={() => setAdding(false)} />}
      {removing && <Remove device={removing} onClose={() => setRemoving(null)} />}
      {open && <ConfigureDevice device={open} onClose={() => setOpen(null)} />}
    </section>
  );
};
