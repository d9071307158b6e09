import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { DeviceClass, DriverView, FoundDevice } from '../../../../preload/contract/devices.ts';
import { endSearch, searchDevices } from '../../../actions/find-devices.ts';
import { Icon } from '../../../components/icon.tsx';
import type { IconName } from '../../../components/icon-paths.ts';
import { Button, Chip } from '../../../components/parts.tsx';
import { deviceSearch } from '../../../state/device-search.ts';
import { FormProblem } from '../form-problem.tsx';

const CLASSES: Readonly<Record<DeviceClass, { readonly label: string; readonly icon: IconName }>> = {
  inverter: { label: 'Inverters and batteries', icon: 'battery' },
  meter: { label: 'Meters', icon: 'activity' },
  plug: { label: 'Plugs and relays', icon: 'plug' },
  miner: { label: 'Miners', icon: 'pickaxe' },
  heating: { label: 'Heating', icon: 'thermometer' },
  car: { label: 'Car charging', icon: 'car' },
  hub: { label: 'Hubs', icon: 'house' },
};
const CLASS_NAMES = Object.keys(CLASSES) as readonly DeviceClass[];

const REACH: Readonly<Record<DriverView['reach'], string>> = {
  local: 'local',
  cloud: 'cloud',
  incoming: 'dials in',
};

const matches = (driver: DriverView, text: string): boolean => {
  const wanted = text.trim().toLowerCase();
  return [driver.label, driver.vendor, ...driver.products].some((name) => name.toLowerCase().includes(wanted));
};

const Found = ({ device, onChoose }: { device: FoundDevice; onChoose: () => void }) => (
  <li>
    <button type="button" className="choice" disabled={device.knownAs !== null} onClick={onChoose}>
      <span>
        <b>{device.name || device.model}</b>
        <span className="small quiet">
          {device.label}, {device.host}:{device.port}
        </span>
      </span>
      {device.knownAs === null ? <Icon name="chevron-right" size={16} /> : <Chip tiny>here as {device.knownAs}</Chip>}
    </button>
  </li>
);

/** Searching listens for what announces itself; a scan knocks at each address once, and only when it is asked for. */
const Search = ({ onFound }: { onFound: (device: FoundDevice) => void }) => {
  const search = deviceSearch.use((state) => state.search);
  const [scan, setScan] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isRunning = search?.state === 'running';
  return (
    <section className="search-box" aria-label="Search the network">
      <div className="row" style={{ gap: 12, flexWrap: 'wrap' }}>
        {isRunning ? (
          <Button icon="x" onClick={() => void endSearch.run({ searchId: search.searchId }, 'window')}>
            End the search
          </Button>
        ) : (
          <Button
            look="primary"
            icon="search"
            onClick={() => {
              setProblem(null);
              void searchDevices.run({ scan, onProblem: setProblem }, 'window');
            }}
          >
            Search the network
          </Button>
        )}
        <Checkbox
          label="Ask every address too"
          description="Once each, gently. For devices that do not announce themselves."
          disabled={isRunning}
          checked={scan}
          onChange={(event) => setScan(event.currentTarget.checked)}
        />
      </div>
      {problem && <FormProblem problem={problem} />}
      {search && (
        <>
          <p className="small quiet" role="status" style={{ marginTop: 10 }}>
            {search.sentence}
          </p>
          <ul className="choices">
            {search.found.map((device) => (
              <Found
                key={`${device.driverId} ${device.host}:${device.port}`}
                device={device}
                onChoose={() => onFound(device)}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};

/** The first step: found on the network, or chosen by what it is. */
export const ChooseDevice = ({
  drivers,
  onChoose,
}: {
  drivers: readonly DriverView[];
  onChoose: (driver: DriverView, found: FoundDevice | null) => void;
}) => {
  const [text, setText] = useState('');
  const groups = CLASS_NAMES.map((name) => ({
    name,
    list: drivers.filter((driver) => driver.deviceClass === name && matches(driver, text)),
  })).filter(({ list }) => list.length > 0);
  return (
    <>
      <Search
        onFound={(found) => {
          const driver = drivers.find((one) => one.id === found.driverId);
          if (driver) onChoose(driver, found);
        }}
      />
      <TextInput
        mt={18}
        label="Or choose what it is"
        placeholder="Victron, Shelly, Bitaxe, charger …"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {groups.length === 0 && (
        <p className="quiet" style={{ marginTop: 12 }}>
          Nothing of that name. Home Assistant or MQTT may bring it in.
        </p>
      )}
      {groups.map(({ name, list }) => (
        <section key={name} aria-label={CLASSES[name].label}>
          <h3 className="choice-head">
            <Icon name={CLASSES[name].icon} size={16} />
            {CLASSES[name].label}
          </h3>
          <ul className="choices">
            {list.map((driver) => (
              <li key={driver.id}>
                <button type="button" className="choice" onClick={() => onChoose(driver, null)}>
                  <span>
                    <b>{driver.label}</b>
                    <span className="small quiet">{driver.products.slice(0, 4).join(', ')}</span>
                  </span>
                  <Chip tiny look="outline">
                    {REACH[driver.reach]}
                  </Chip>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
};
