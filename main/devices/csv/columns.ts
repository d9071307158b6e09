/**
 * The columns of a list of devices, one line a channel. Lines with the same device name are one device: what is said of
 * the device on its first line may be left empty on the others.
 */
export const COLUMNS = {
  device: 'Name of the device.',
  driver: 'Model, as an id: shelly-gen2, victron-gx, …',
  host: 'Address; empty for the usual one of the model (clouds).',
  port: 'Port; empty for the usual one of the model.',
  unit_id: 'Modbus unit, where the model asks for one.',
  encryption: 'off, verify or pinned; empty for the usual.',
  fingerprint: 'SHA-256 of the agreed certificate, with pinned only.',
  channel: 'Id of the channel: switch:0, battery, …; empty to take all channels as the device suggests them.',
  name: 'Name of the channel; empty for its usual one.',
  role: 'pv, battery, grid, load, miner, water-heater, ev, heat-pump, climate, other-load or none.',
  use: 'primary or check.',
  priority: '1 is kept longest, 9 is shed first.',
  controllable: 'yes or no.',
  safe_state: 'Where it goes at STOP: on, off, a number, a choice or a table; empty for the usual one.',
  rated_power_w: 'Power that the load draws when on, W.',
  min_on_s: 'Least time on, s; these four together or none.',
  min_off_s: 'Least time off, s.',
  max_switches_per_hour: 'Most switches an hour.',
  writes_per_day: 'Most writes a day.',
  power_scale: 'What its power is multiplied with: 1, -1, 1000, -1000, 0.001 or -0.001.',
} as const;
export type Column = keyof typeof COLUMNS;

/** The driver's own fields have a column each: `option:chargePointId`. */
const OPTION = 'option:';
export const optionColumn = (name: string): string => `${OPTION}${name}`;
/** The option's name in lower case, as columns are; null for a column that is no option. */
export const optionOf = (column: string): string | null =>
  column.startsWith(OPTION) ? column.slice(OPTION.length).toLowerCase() : null;

export const isColumn = (name: string): name is Column => Object.hasOwn(COLUMNS, name);

/** Columns in which somebody may have typed what does not belong in a list. */
export const isSecretColumn = (name: string): boolean => /pass|secret|token|api.?key|auth/i.test(name);
