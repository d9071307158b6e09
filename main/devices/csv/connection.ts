import type { Connection } from '../../../preload/contract/devices.ts';
import type { Driver } from '../types.ts';
import { type Complain, cellOf, numberIn } from './cells.ts';
import { optionColumn, optionOf } from './columns.ts';
import type { TableRow } from './table.ts';

const portIn = (row: TableRow, driver: Driver, complain: Complain): number | undefined => {
  const text = cellOf(row, 'port');
  if (text === '') return driver.defaultPort;
  const port = numberIn(text);
  if (port !== null && Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  return complain('port', `"${text}" is no port.`, `Leave it empty for the usual one, ${driver.defaultPort}.`);
};

const unitIn = (row: TableRow, driver: Driver, complain: Complain): number | null | undefined => {
  const text = cellOf(row, 'unit_id');
  if (text === '' && !driver.needsUnitId) return null;
  const unit = numberIn(text);
  if (unit !== null && Number.isInteger(unit) && unit >= 0 && unit <= 247) return unit;
  return complain(
    'unit_id',
    text === '' ? 'The unit number is missing.' : `"${text}" is no unit number.`,
    `${driver.label} asks for one: write a whole number from 0 to 247, often 1.`,
  );
};

/** The driver's own fields; columns carry their names in lower case. */
const optionsIn = (
  row: TableRow,
  driver: Driver,
  complain: Complain,
): Readonly<Record<string, string>> | null | undefined => {
  const known = new Map((driver.options ?? []).map((field) => [field.name.toLowerCase(), field]));
  const options: Record<string, string> = {};
  let isWrong = false;
  for (const [column, value] of Object.entries(row.cells)) {
    const name = optionOf(column);
    if (name === null || value === '') continue;
    const field = known.get(name);
    const choices = field?.choices;
    if (!field) {
      isWrong = true;
      complain(null, `${driver.label} has no field "${name}".`, `Leave the column ${column} empty on this line.`);
    } else if (choices && !choices.some((choice) => choice.value === value)) {
      isWrong = true;
      const names = choices.map((choice) => choice.value).join(', ');
      complain(null, `"${value}" is not possible for ${field.label}.`, `Use one of: ${names}.`);
    } else options[field.name] = value;
  }
  for (const { name, label, required, default: usual } of driver.options ?? [])
    if (required && options[name] === undefined && usual === undefined) {
      isWrong = true;
      complain(null, `${label} is missing.`, `Fill in the column ${optionColumn(name)}.`);
    }
  if (isWrong) return undefined;
  return Object.keys(options).length === 0 ? null : options;
};

/** Where a device is, out of a line; nothing where a cell is wrong, and each wrong cell is complained of. */
export const connectionIn = (row: TableRow, driver: Driver, complain: Complain): Connection | undefined => {
  const host = cellOf(row, 'host') || driver.defaultHost || '';
  if (host === '')
    complain('host', 'The address is missing.', 'Write the address or the name of the device on the network.');
  const port = portIn(row, driver, complain);
  const unitId = unitIn(row, driver, complain);
  const options = optionsIn(row, driver, complain);
  const encryption = cellOf(row, 'encryption');
  const fingerprint = cellOf(row, 'fingerprint');
  if (!['', 'off', 'verify', 'pinned'].includes(encryption))
    complain(
      'encryption',
      `"${encryption}" is no kind of encryption.`,
      'Write off, verify or pinned, or leave it empty.',
    );
  else if ((encryption === 'pinned') !== (fingerprint !== ''))
    complain('fingerprint', 'A fingerprint and "pinned" belong together.', 'Fill in both or none of them.');
  if (host === '' || port === undefined || unitId === undefined || options === undefined) return undefined;
  const parsed = driver.connectionSchema.safeParse({
    host,
    port,
    ...(unitId === null ? {} : { unitId }),
    ...(encryption === '' ? {} : { encryption }),
    ...(fingerprint === '' ? {} : { fingerprint }),
    ...(options === null ? {} : { options }),
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return complain(
    null,
    `The address cannot be used: ${issue?.message ?? 'it is incomplete'}.`,
    'Correct the address and the fields of the model.',
  );
};

/** The cells of a connection, as `connectionIn` reads them. */
export const connectionCells = ({ host, port, unitId, encryption, fingerprint, options }: Connection) => ({
  host,
  port: String(port),
  unit_id: unitId === undefined ? '' : String(unitId),
  encryption: encryption ?? '',
  fingerprint: fingerprint ?? '',
  ...Object.fromEntries(Object.entries(options ?? {}).map(([name, value]) => [optionColumn(name), value])),
});
