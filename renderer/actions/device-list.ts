import type { Problem } from '../../preload/contract/base.ts';
import type { CsvReport } from '../../preload/contract/devices.ts';
import { bridge } from '../state/bridge.ts';
import { devices } from '../state/house.ts';
import { say, sayProblem } from '../state/notes.ts';
import { asker, type UserAction } from './action.ts';

/** Gives the list of devices as a file. Passwords are not in it. */
export const exportDevices: UserAction<Record<string, never>> = {
  name: 'export-devices',
  run: async () => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().query('devices.exportCsv', { siteId: by.siteId });
    if (!reply.ok) {
      sayProblem(reply.problem);
      return;
    }
    const address = URL.createObjectURL(new Blob([reply.value.csv], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'devices.csv';
    link.click();
    URL.revokeObjectURL(address);
    say('The list of devices is saved as devices.csv, without passwords.');
  },
};

export interface DeviceImport {
  readonly csv: string;
  readonly dryRun: boolean;
  readonly onReport: (report: CsvReport) => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Checks a list line by line; without `dryRun` the lines that are ready are probed and added. */
export const importDevices: UserAction<DeviceImport> = {
  name: 'import-devices',
  run: async ({ csv, dryRun, onReport, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const { siteId, who } = by;
    const reply = await bridge().command('devices.importCsv', { siteId, who, csv, dryRun }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    onReport(reply.value);
    if (!dryRun) await devices.reload();
  },
};
