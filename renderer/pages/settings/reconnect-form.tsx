import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { DeviceView, DriverView } from '../../../preload/contract/devices.ts';
import { reconnectDevice } from '../../actions/devices.ts';
import { addressOf, startAddress, type TypedAddress } from './add/address.ts';
import { ConnectForm } from './add/connect-form.tsx';

const typedOf = (driver: DriverView, { connection }: DeviceView): TypedAddress => ({
  ...startAddress(driver, null),
  host: connection.host,
  port: connection.port,
  unitId: connection.unitId ?? '',
  encryption: connection.encryption ?? driver.encryption ?? '',
  fingerprint: connection.fingerprint ?? '',
  options: { ...startAddress(driver, null).options, ...connection.options },
});

/** A new address or password for a device that is here. It must be the same device; nothing changes before it answers. */
export const ReconnectForm = ({
  device,
  driver,
  onDone,
}: {
  device: DeviceView;
  driver: DriverView;
  onDone: () => void;
}) => {
  const [typed, setTyped] = useState(() => typedOf(driver, device));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (at: TypedAddress): Promise<void> => {
    setProblem(null);
    setBusy(true);
    const { connection, password } = addressOf(driver, at);
    await reconnectDevice.run(
      {
        deviceId: device.id,
        name: device.name,
        connection,
        ...(password === undefined ? {} : { password }),
        onSaved: onDone,
        onProblem: setProblem,
      },
      'window',
    );
    setBusy(false);
  };
  return (
    <ConnectForm
      driver={driver}
      typed={typed}
      problem={problem}
      busy={busy}
      purpose="reconnect"
      onChange={setTyped}
      onProblem={setProblem}
      onRead={(at) => void save(at)}
    />
  );
};
