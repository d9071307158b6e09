import type { Problem } from '../../preload/contract/base.ts';
import type { ChannelConfig, CsvReport, ProbeResult } from '../../preload/contract/devices.ts';
import { proposedChannels } from '../../preload/contract/proposed-channel.ts';
import type { CommandParsed } from '../../preload/contract.ts';
import { importDevices, type ListedDevice } from '../devices/device-csv.ts';
import { DRIVERS } from '../devices/registry.ts';
import type { DeviceId, SiteId } from '../ids.ts';
import { ok, type Result } from '../result.ts';

/**
 * Adds the devices of a list, each by itself: a device is read before it is saved, and one that fails leaves the others
 * alone. With `dryRun` the list is only looked at.
 */
export const createDeviceList =
  (deps: {
    here(siteId: SiteId): readonly { readonly channels: readonly ChannelConfig[] }[];
    probe(input: CommandParsed<'devices.probe'>): Promise<Result<ProbeResult, Problem>>;
    add(input: CommandParsed<'devices.add'>): Promise<Result<{ readonly deviceId: DeviceId }, Problem>>;
  }) =>
  async ({ siteId, csv, dryRun, who }: CommandParsed<'devices.importCsv'>): Promise<Result<CsvReport, Problem>> => {
    const list = importDevices(
      csv,
      DRIVERS.map(({ driver }) => driver),
    );
    const rows: CsvReport['rows'] = list.problems.map(({ device, line, message, fix }) => ({
      line,
      name: device,
      driverId: '',
      state: 'problem',
      sentence: `${message} ${fix}`,
    }));

    const addOne = async ({ name, driverId, connection, channels }: ListedDevice): Promise<Result<void, Problem>> => {
      const address = { siteId, driverId, connection };
      let wanted = channels;
      if (wanted === null) {
        const probed = await deps.probe(address);
        if (!probed.ok) return probed;
        wanted = proposedChannels(probed.value, deps.here(siteId));
      }
      const added = await deps.add({ ...address, name, who, channels: [...wanted] });
      return added.ok ? ok(undefined) : added;
    };

    let added = 0;
    for (const row of list.rows) {
      const { line, name, driverId } = row;
      if (dryRun) {
        rows.push({ line, name, driverId, state: 'ready', sentence: 'It is read and added when you say so.' });
        continue;
      }
      const done = await addOne(row);
      if (done.ok) added += 1;
      rows.push({
        line,
        name,
        driverId,
        state: done.ok ? 'added' : 'problem',
        sentence: done.ok ? 'It is read from now on.' : `${done.error.message} ${done.error.advice}`,
      });
    }
    return ok({ rows: rows.toSorted((a, b) => a.line - b.line), added });
  };
