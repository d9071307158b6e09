import type { Setpoint } from '../../preload/contract/base.ts';
import type { ControlKind } from '../../preload/contract/devices.ts';

/** Power for a sentence: 850 W, 3.2 kW. */
export const sayPower = (powerW: number): string =>
  Math.abs(powerW) >= 1000 ? `${(powerW / 1000).toFixed(1)} kW` : `${Math.round(powerW)} W`;

/** A span for a sentence, rounded up so that "in 2 min" is never too early. */
export const saySpan = (spanMs: number): string => {
  const seconds = Math.max(1, Math.ceil(spanMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
};

/** A setpoint for a sentence: on, off, 2400 W. */
export const saySetpoint = (value: Setpoint, control: ControlKind | null): string => {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (control?.kind === 'number') return `${value} ${control.unit}`.trim();
  if (control?.kind === 'choice')
    return control.options.find((option) => option.value === value)?.label ?? String(value);
  return String(value);
};

/** How a channel stands: on, off, at 2400 W. */
export const sayState = (value: Setpoint, control: ControlKind | null): string =>
  typeof value === 'boolean' ? saySetpoint(value, control) : `at ${saySetpoint(value, control)}`;

export const sayTimes = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** What somebody typed as a whole sentence: with a capital and an end. Nothing typed says the other thing. */
export const asSentence = (text: string, otherwise: string): string => {
  const said = text.trim() === '' ? otherwise : text.trim();
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?…]["”]?$/.test(said) ? '' : '.'}`;
};

export const sayPct = (pct: number): string => `${Math.round(pct * 10) / 10} %`;
