import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { parseTimeTable, type TimeTableSlot, timeTableText } from '../../../preload/contract/time-table.ts';
import { setChannel } from '../../actions/set-channel.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button } from '../../components/parts.tsx';
import type { ChannelCard } from './device-state.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const clockText = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const minuteOf = (text: string): number | null => {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
};

const FLAGS = [
  ['gridCharge', 'Charge from the grid'],
  ['generatorCharge', 'Charge from the generator'],
  ['sell', 'Sell to the grid'],
] as const;

const SlotRow = ({
  index,
  slot,
  maximumW,
  onChange,
}: {
  index: number;
  slot: TimeTableSlot;
  maximumW: number;
  onChange: (slot: TimeTableSlot) => void;
}) => (
  <fieldset className="slot-row">
    <legend className="hidden">Slot {index + 1}</legend>
    <TextInput
      label="From"
      type="time"
      value={clockText(slot.startMinute)}
      onChange={(event) => {
        const startMinute = minuteOf(event.currentTarget.value);
        if (startMinute !== null) onChange({ ...slot, startMinute });
      }}
    />
    <NumberInput
      label="Most power"
      suffix=" W"
      min={0}
      max={maximumW}
      step={100}
      allowDecimal={false}
      value={slot.powerW}
      onChange={(value) => onChange({ ...slot, powerW: Number(value) || 0 })}
    />
    <NumberInput
      label="Battery"
      suffix=" %"
      min={0}
      max={100}
      allowDecimal={false}
      value={slot.socPct}
      onChange={(value) => onChange({ ...slot, socPct: Math.min(100, Math.max(0, Number(value) || 0)) })}
    />
    <div className="slot-flags">
      {FLAGS.map(([name, label]) => (
        <Checkbox
          key={name}
          size="xs"
          label={label}
          checked={slot[name]}
          onChange={(event) => onChange({ ...slot, [name]: event.currentTarget.checked })}
        />
      ))}
    </div>
  </fieldset>
);

/** The whole day of a slot-table inverter. It is sent as one: windows written one by one get cut at slot borders. */
export const TimeTableDialog = ({ card, onClose }: { card: ChannelCard; onClose: () => void }) => {
  const { channel, device } = card;
  const found = parseTimeTable(typeof channel.setpoint === 'string' ? channel.setpoint : '');
  const [slots, setSlots] = useState<readonly TimeTableSlot[]>('slots' in found ? found.slots : []);
  const [inForce, setInForce] = useState('slots' in found ? found.inForce : true);
  const text = timeTableText(slots, inForce);
  const judged = parseTimeTable(text);
  const maximumW = channel.control?.kind === 'time-table' ? channel.control.maximumW : 0;
  const send = (): void => {
    onClose();
    void setChannel.run({ deviceId: device.id, channelId: channel.channelId, value: text }, 'window');
  };
  return (
    <Dialog title={channel.name} wide onClose={onClose}>
      <p className="second">
        A slot lasts until the next one starts. Its battery level is the floor while discharging and the target while
        charging. Times are the inverter's own.
      </p>
      {slots.map((slot, index) => (
        <SlotRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot has no name but its place in the table
          key={index}
          index={index}
          slot={slot}
          maximumW={maximumW}
          onChange={(next) => setSlots(slots.map((one, at) => (at === index ? next : one)))}
        />
      ))}
      <Checkbox
        mt={12}
        label="The inverter follows this table"
        checked={inForce}
        onChange={(event) => setInForce(event.currentTarget.checked)}
      />
      {'problem' in judged && (
        <p role="alert" className="second">
          {judged.problem}
        </p>
      )}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={'problem' in judged || text === channel.setpoint} onClick={send}>
          Write the whole table
        </Button>
      </div>
    </Dialog>
  );
};
