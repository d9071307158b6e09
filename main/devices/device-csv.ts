import type { ChannelConfig, Connection } from '../../preload/contract/devices.ts';
import { channelIn, complainAt, rulesCells, setpointText } from './csv/cells.ts';
import { COLUMNS, isColumn, isSecretColumn, optionColumn, optionOf } from './csv/columns.ts';
import { connectionCells, connectionIn } from './csv/connection.ts';
import { type ListProblem, parseTable, type TableRow, tableText } from './csv/table.ts';
import { channelsOf, type Driver } from './types.ts';

/** A device of a list: what would be added. Secrets are never in a list. */
export interface ListedDevice {
  /** Its first line in the list. */
  readonly line: number;
  readonly name: string;
  readonly driverId: string;
  readonly connection: Connection;
  /** Null: as the device suggests when it is looked at. */
  readonly channels: readonly ChannelConfig[] | null;
}

/** What a list says, before anything is done with it. A device with a problem on any of its lines is not among the rows. */
export interface DeviceList {
  readonly rows: readonly ListedDevice[];
  readonly problems: readonly (ListProblem & { readonly device: string })[];
}

interface ExportedDevice {
  readonly name: string;
  readonly driverId: string;
  readonly connection: Connection;
  readonly channels: readonly ChannelConfig[];
}

const channelCells = (channel: ChannelConfig): Readonly<Record<string, string>> => ({
  channel: channel.channelId,
  name: channel.name,
  role: channel.role,
  use: channel.use,
  priority: String(channel.priority),
  controllable: channel.controllable ? 'yes' : 'no',
  safe_state: setpointText(channel.safeState),
  rated_power_w: channel.ratedPowerW === null ? '' : String(channel.ratedPowerW),
  ...rulesCells(channel.rules),
  power_scale: channel.powerScale === undefined ? '' : String(channel.powerScale),
});

/** The list of devices as CSV (RFC 4180), one line a channel; passwords and tokens are not in it. */
export const exportDevices = (devices: readonly ExportedDevice[]): string => {
  const options = [...new Set(devices.flatMap(({ connection }) => Object.keys(connection.options ?? {})))].sort();
  const rows = devices.flatMap(({ name, driverId, connection, channels }) => {
    const device = { device: name, driver: driverId, ...connectionCells(connection) };
    return channels.length === 0 ? [device] : channels.map((channel) => ({ ...device, ...channelCells(channel) }));
  });
  return tableText([...Object.keys(COLUMNS), ...options.map(optionColumn)], rows);
};

const headerProblems = (columns: readonly string[], drivers: readonly Driver[]): readonly ListProblem[] => {
  const options = new Set(drivers.flatMap((driver) => (driver.options ?? []).map(({ name }) => name.toLowerCase())));
  const unknown = columns.flatMap((column): ListProblem[] => {
    const option = optionOf(column);
    if (column === '' || isColumn(column) || (option !== null && options.has(option))) return [];
    if (isSecretColumn(column))
      return [
        {
          line: 1,
          column,
          message: 'A list holds no passwords.',
          fix: 'Remove the column, from the file too, and enter passwords in the window.',
        },
      ];
    const names = Object.keys(COLUMNS).join(', ');
    return [
      { line: 1, column, message: `There is no column "${column}".`, fix: `Remove it, or use one of: ${names}.` },
    ];
  });
  const missing = (['device', 'driver'] as const)
    .filter((column) => !columns.includes(column))
    .map((column) => ({ line: 1, column, message: `The column "${column}" is missing.`, fix: COLUMNS[column] }));
  return [...unknown, ...missing];
};

/** What a device's other lines leave empty, they take from its first one. */
const withDeviceCells = (row: TableRow, first: TableRow): TableRow => {
  const ofDevice = Object.entries(first.cells).filter(
    ([column]) =>
      ['driver', 'host', 'port', 'unit_id', 'encryption', 'fingerprint'].includes(column) || optionOf(column) !== null,
  );
  const filled = ofDevice.map(([column, cell]) => [column, row.cells[column]?.trim() ? row.cells[column] : cell]);
  return { ...row, cells: { ...row.cells, ...Object.fromEntries(filled) } };
};

/**
 * Reads a list and checks every line of it: model, address, fields, channels, roles, safe states, rules. Nothing is saved
 * or asked: the caller probes and adds the rows, each as a whole.
 */
export const importDevices = (csv: string, drivers: readonly Driver[]): DeviceList => {
  const table = parseTable(csv);
  const ofList = [...table.problems, ...(table.columns.length > 0 ? headerProblems(table.columns, drivers) : [])];
  // With a column that is not understood, or a line that is not, nothing of the list can be trusted.
  if (ofList.length > 0) return { rows: [], problems: ofList.map((problem) => ({ ...problem, device: '' })) };

  const problems: (ListProblem & { device: string })[] = [];
  const rows: ListedDevice[] = [];
  const places = new Map<string, number>();
  for (const [name, lines] of Map.groupBy(table.rows, ({ cells }) => cells['device']?.trim() ?? '')) {
    const found: ListProblem[] = [];
    const device = deviceIn(name, lines, drivers, found);
    const place = device && `${device.driverId} ${JSON.stringify(device.connection)}`;
    const twin = place === undefined ? undefined : places.get(place);
    if (device && twin !== undefined)
      complainAt(device.line, found)('device', `The same device stands on line ${twin}.`, 'Give its lines one name.');
    if (device && place !== undefined && found.length === 0) {
      places.set(place, device.line);
      rows.push(device);
    }
    problems.push(...found.map((problem) => ({ ...problem, device: name })));
  }
  return { rows, problems: problems.toSorted((a, b) => a.line - b.line) };
};

const deviceIn = (
  name: string,
  lines: readonly TableRow[],
  drivers: readonly Driver[],
  problems: ListProblem[],
): ListedDevice | undefined => {
  const [first] = lines;
  if (!first) return undefined;
  const complain = complainAt(first.line, problems);
  if (name === '') {
    for (const { line } of lines)
      complainAt(line, problems)('device', 'The device has no name.', 'Write a name in the column device.');
    return undefined;
  }
  if (name.length > 80) return complain('device', 'The name is longer than 80 characters.', 'Shorten it.');
  const driverId = first.cells['driver']?.trim() ?? '';
  const driver = drivers.find(({ id }) => id === driverId);
  if (!driver) {
    const ids = drivers.map(({ id }) => id).join(', ');
    return complain(
      'driver',
      driverId === '' ? 'The model is missing.' : `There is no model "${driverId}".`,
      `Use one of: ${ids}.`,
    );
  }
  const connection = connectionIn(first, driver, complain);
  if (!connection) return undefined;

  const specs = channelsOf(driver, connection);
  const channels: ChannelConfig[] = [];
  let takesAll = false;
  for (const [index, row] of lines.entries()) {
    const say = complainAt(row.line, problems);
    const full = withDeviceCells(row, first);
    const own: ListProblem[] = [];
    const here =
      index === 0 ||
      (full.cells['driver']?.trim() === driverId && connectionIn(full, driver, complainAt(row.line, own)));
    if (!here || (here !== true && JSON.stringify(here) !== JSON.stringify(connection))) {
      say(
        'device',
        `${name} stands on line ${first.line} with another model or address.`,
        'Give different devices different names.',
      );
      continue;
    }
    const id = row.cells['channel']?.trim() ?? '';
    const spec = specs.find(({ channelId }) => channelId === id);
    if (id === '') takesAll = true;
    else if (!spec)
      say(
        'channel',
        `${driver.label} has no channel "${id}".`,
        `Use one of: ${specs.map(({ channelId }) => channelId).join(', ')}.`,
      );
    else if (channels.some(({ channelId }) => channelId === id))
      say('channel', `The channel "${id}" stands there twice.`, 'Remove one of the lines.');
    else {
      const channel = channelIn(row, spec, say);
      if (channel) channels.push(channel);
    }
  }
  if (takesAll && lines.length > 1)
    complain(
      'channel',
      'A line without a channel takes all of them, and there are lines with channels too.',
      'Remove the one or the others.',
    );
  return { line: first.line, name, driverId, connection, channels: takesAll ? null : channels };
};
