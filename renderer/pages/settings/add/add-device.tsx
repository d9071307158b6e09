import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { DriverView, FoundDevice, ProbeResult } from '../../../../preload/contract/devices.ts';
import { proposedChannels } from '../../../../preload/contract/proposed-channel.ts';
import { addDevice, type DeviceAddress, probeDevice } from '../../../actions/devices.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Button } from '../../../components/parts.tsx';
import { shortKind } from '../../../components/roles.ts';
import { devices, drivers } from '../../../state/house.ts';
import { FormProblem } from '../form-problem.tsx';
import { addressOf, startAddress, type TypedAddress } from './address.ts';
import { ChooseDevice } from './choose-device.tsx';
import { ConnectForm } from './connect-form.tsx';
import { FoundChannel } from './found-channel.tsx';

interface Found {
  readonly address: DeviceAddress;
  readonly result: ProbeResult;
}

/** The last step: name it, say what each of its channels is, and save. */
const SaveDevice = ({ found, onClose }: { found: Found; onClose: () => void }) => {
  const here = devices.use((state) => state.value) ?? [];
  const [name, setName] = useState(found.result.model);
  const [configs, setConfigs] = useState(() => proposedChannels(found.result, here));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setProblem(null);
    setBusy(true);
    await addDevice.run(
      { address: found.address, name: name.trim(), channels: configs, onSaved: onClose, onProblem: setProblem },
      'window',
    );
    setBusy(false);
  };
  return (
    <>
      <div className="form-grid">
        <TextInput
          label="Name of the device"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div>
          <span className="field-label">It says that it is</span>
          <b>{found.result.model}</b> <span className="quiet small">{found.result.identity}</span>
        </div>
      </div>
      {found.result.channels.map((channel, index) => {
        const config = configs[index];
        return (
          config && (
            <FoundChannel
              key={channel.channelId}
              address={found.address}
              channel={channel}
              config={config}
              onChange={(next) => setConfigs(configs.map((one, at) => (at === index ? next : one)))}
            />
          )
        );
      })}
      {problem && <FormProblem problem={problem} />}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={busy || name.trim() === ''} onClick={() => void save()}>
          Save the device
        </Button>
      </div>
    </>
  );
};

/** Adds a device: found or chosen, read live, tried with consent, and saved only then. */
export const AddDevice = ({ onClose }: { onClose: () => void }) => {
  const list = drivers.use((state) => state.value) ?? [];
  const [driver, setDriver] = useState<DriverView | null>(null);
  const [typed, setTyped] = useState<TypedAddress | null>(null);
  const [found, setFound] = useState<(Found & { readonly turn: number }) | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const read = async (kind: DriverView, at: TypedAddress): Promise<void> => {
    const address = addressOf(kind, at);
    setProblem(null);
    setBusy(true);
    await probeDevice.run(
      {
        address,
        onFound: (result) => setFound((before) => ({ address, result, turn: (before?.turn ?? 0) + 1 })),
        onProblem: (trouble) => {
          setFound(null);
          setProblem(trouble);
        },
      },
      'window',
    );
    setBusy(false);
  };
  const choose = (kind: DriverView, sighting: FoundDevice | null): void => {
    const start = startAddress(kind, sighting);
    setDriver(kind);
    setTyped(start);
    // What was found and needs nothing more is read at once.
    if (sighting && !kind.takesPassword && !kind.options.some(({ required }) => required)) void read(kind, start);
  };
  const back = (): void => {
    setDriver(null);
    setFound(null);
    setProblem(null);
  };
  return (
    <Dialog title="Add a device" wide onClose={onClose}>
      {driver === null || typed === null ? (
        <ChooseDevice drivers={list} onChoose={choose} />
      ) : (
        <>
          <div className="row" style={{ gap: 10, marginBottom: 14 }}>
            <Button size="small" icon="chevron-left" onClick={back}>
              Back
            </Button>
            <b>{shortKind(driver.label)}</b>
          </div>
          <ConnectForm
            driver={driver}
            typed={typed}
            problem={problem}
            busy={busy}
            purpose={found === null ? 'read' : 'again'}
            onChange={setTyped}
            onProblem={setProblem}
            onRead={(at) => void read(driver, at)}
          />
          {found && <SaveDevice key={found.turn} found={found} onClose={onClose} />}
        </>
      )}
    </Dialog>
  );
};
