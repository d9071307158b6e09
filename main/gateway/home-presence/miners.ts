import type { Setpoint } from '../../../preload/contract/base.ts';
import type { ChannelView, ControlKind, DeviceView } from '../../../preload/contract/devices.ts';

/** A miner that a person allowed to be controlled. */
export interface PresentMiner {
  /** For topics and ids: letters, digits, - and _. */
  readonly key: string;
  readonly deviceId: DeviceView['id'];
  readonly channelId: ChannelView['channelId'];
  readonly name: string;
  readonly control: Exclude<ControlKind, { kind: 'time-table' }>;
  readonly setpoint: Setpoint | null;
  readonly powerW: number | null;
}

export const keyOf = (...parts: readonly string[]): string => parts.join('_').replaceAll(/[^A-Za-z0-9_-]/g, '_');

export const minersOf = (devices: readonly DeviceView[]): readonly PresentMiner[] =>
  devices.flatMap(({ channels, id: deviceId, state }) =>
    channels.flatMap(({ channelId, control, controllable, measures, name, role, setpoint }) => {
      if (role !== 'miner' || !controllable || control === null || control.kind === 'time-table') return [];
      const power = measures.powerW;
      const isThere = state === 'online' || state === 'late';
      const isCurrent = power !== undefined && (power.freshness === 'fresh' || power.freshness === 'late');
      return [
        {
          key: keyOf(deviceId, channelId),
          deviceId,
          channelId,
          name,
          control,
          setpoint: isThere ? setpoint : null,
          powerW: isThere && isCurrent && power.value !== null ? Math.round(power.value) : null,
        },
      ];
    }),
  );

/** What Home Assistant reads as "unknown" for every kind of entity. */
export const UNKNOWN = 'None';

export const minerStateText = ({ control, setpoint }: Pick<PresentMiner, 'control' | 'setpoint'>): string => {
  if (setpoint === null) return UNKNOWN;
  if (control.kind === 'switch') return setpoint === true ? 'ON' : 'OFF';
  return String(setpoint);
};

/** What a person set in Home Assistant; null where it is nothing that the miner takes. */
export const setpointIn = (text: string, control: PresentMiner['control']): Setpoint | null => {
  switch (control.kind) {
    case 'switch':
      return text === 'ON' ? true : text === 'OFF' ? false : null;
    case 'number': {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return value >= control.minimum && value <= control.maximum ? value : null;
    }
    case 'choice':
      return control.options.some(({ value }) => value === text) ? text : null;
  }
};
