import { NumberInput, PasswordInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { ChannelConfig, ProbeResult } from '../../../preload/contract/devices.ts';
import { addDevice, type DeviceAddress, probeDevice } from '../../actions/devices.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button, Chip } from '../../components/parts.tsx';
import { quantity, spoken } from '../../format/numbers.ts';
import { drivers } from '../../state/house.ts';
import { ChannelFields } from './channel-fields.tsx';
import { FormProblem } from './form-problem.tsx';

const configFrom = (found: ProbeResult['channels'][number], index: number): ChannelConfig => ({
  channelId: found.channelId,
  name: found.suggestedName,
  role: found.suggestedRole,
  use: 'primary',
  priority: Math.min(9, 3 + index),
  safeState: found.control?.kind === 'switch' ? false : found.control?.kind === 'number' ? found.control.minimum : null,
  ratedPowerW: null,
  rules: null,
  controllable: false,
});

interface Address {
  driverId: string;
  host: string;
  port: number | string;
  unitId: number | string;
  password: string;
}

const addressOf = (values: Address): DeviceAddress => ({
  driverId: values.driverId,
  connection: {
    host: values.host.trim(),
    port: Number(values.port),
    ...(values.unitId === '' ? {} : { unitId: Number(values.unitId) }),
  },
  ...(values.password === '' ? {} : { password: values.password }),
});

/** Adds a device by its address: it is read once, shows what it says, and is saved only then. */
export const AddDevice = ({ onClose }: { onClose: () => void }) => {
  const list = drivers.use((state) => state.value) ?? [];
  const [found, setFound] = useState<ProbeResult | null>(null);
  const [configs, setConfigs] = useState<ChannelConfig[]>([]);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm<Address>({
    mode: 'controlled',
    initialValues: { driverId: '', host: '', port: '', unitId: '', password: '' },
    validate: {
      driverId: (value) => (value === '' ? 'Choose what it is.' : null),
      host: (value) => (value.trim() === '' ? 'Its address on the local network.' : null),
      port: (value) => (Number(value) >= 1 && Number(value) <= 65_535 ? null : 'Between 1 and 65535.'),
    },
  });
  const driver = list.find((one) => one.id === form.values.driverId) ?? null;
  const onProblem = (trouble: Problem): void => {
    setProblem(trouble);
    if (trouble.fields) form.setErrors(trouble.fields);
  };
  const probe = async (): Promise<void> => {
    setProblem(null);
    setFound(null);
    setBusy(true);
    await probeDevice.run(
      {
        address: addressOf(form.values),
        onFound: (result) => {
          setFound(result);
          setConfigs(result.channels.map(configFrom));
          setName(result.model);
        },
        onProblem,
      },
      'window',
    );
    setBusy(false);
  };
  const save = async (): Promise<void> => {
    setProblem(null);
    setBusy(true);
    await addDevice.run(
      { address: addressOf(form.values), name: name.trim(), channels: configs, onSaved: onClose, onProblem },
      'window',
    );
    setBusy(false);
  };
  return (
    <Dialog title="Add a device" wide onClose={onClose}>
      <form onSubmit={form.onSubmit(() => void probe())} noValidate>
        <div className="form-grid" style={{ marginTop: 0 }}>
          <Select
            label="Kind"
            placeholder="Choose"
            data={list.map((one) => ({ value: one.id, label: one.label }))}
            allowDeselect={false}
            value={form.values.driverId || null}
            error={form.errors['driverId']}
            onChange={(id) => {
              const chosen = list.find((one) => one.id === id);
              form.setValues({
                driverId: id ?? '',
                port: chosen?.defaultPort ?? '',
                unitId: chosen?.needsUnitId ? 1 : '',
              });
              form.clearErrors();
            }}
          />
          <TextInput label="Address" placeholder="192.168.1.40" {...form.getInputProps('host')} />
          <NumberInput
            label="Port"
            min={1}
            max={65_535}
            allowDecimal={false}
            hideControls
            thousandSeparator=""
            {...form.getInputProps('port')}
          />
          {driver?.needsUnitId && (
            <NumberInput
              label="Unit id"
              min={0}
              max={247}
              allowDecimal={false}
              hideControls
              {...form.getInputProps('unitId')}
            />
          )}
          {driver?.takesPassword && (
            <PasswordInput
              label="Password"
              description="Empty where it has none."
              {...form.getInputProps('password')}
            />
          )}
        </div>
        {problem && <FormProblem problem={problem} />}
        <div className="form-acts">
          <Button
            type="submit"
            look={found ? 'plain' : 'primary'}
            icon={busy && !found ? 'loader-circle' : 'activity'}
            disabled={busy}
          >
            {busy && !found ? 'Asking it' : found ? 'Read it again' : 'Read it'}
          </Button>
          <span className="small quiet">It is read once. Nothing is saved or switched yet.</span>
        </div>
      </form>
      {found && (
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
              <b>{found.model}</b> <span className="quiet small">{found.identity}</span>
            </div>
          </div>
          {found.channels.map((channel, index) => {
            const config = configs[index];
            return (
              config && (
                <div className="probe-channel" key={channel.channelId}>
                  <div className="probe-readings">
                    {channel.readings.map((reading) => (
                      <Chip key={reading.metric}>
                        <span className="num">
                          {reading.metric === 'on'
                            ? reading.value === 1
                              ? 'on'
                              : 'off'
                            : spoken(quantity(reading.value, reading.unit))}
                        </span>
                      </Chip>
                    ))}
                    {channel.readings.length === 0 && <span className="quiet small">It answered without a value.</span>}
                  </div>
                  <ChannelFields
                    config={config}
                    canControl={channel.control !== null}
                    onChange={(next) => setConfigs(configs.map((one, at) => (at === index ? next : one)))}
                  />
                </div>
              )
            );
          })}
          <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
            <Button look="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button look="primary" disabled={busy || name.trim() === ''} onClick={() => void save()}>
              Save the device
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
};
