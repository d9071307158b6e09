import type { Problem } from '../../preload/contract/base.ts';
import type { PriceImportReport, Tariff } from '../../preload/contract/tariff.ts';
import type { CommandInput, CommandOutput } from '../../preload/contract.ts';
import { bridge } from '../state/bridge.ts';
import { tariff, tariffPreview } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, type UserAction } from './action.ts';

/** Keeps a tariff from now on; what was paid before stays as it was. Null takes it away. */
export const saveTariff: UserAction<{
  readonly document: Tariff | null;
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'save-tariff',
  run: async ({ document, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('tariff.set', { ...by, tariff: document }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say(document === null ? 'The tariff is taken away.' : `${document.name} holds from now on.`);
    onSaved();
    await Promise.all([tariff.reload(), tariffPreview.reload()]);
  },
};

/** Reads a tariff out of a file of the US Utility Rate Database; nothing is saved. */
export const importTariff: UserAction<{
  readonly json: string;
  readonly onRead: (found: CommandOutput<'tariff.importUrdb'>) => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'import-tariff',
  run: async ({ json, onRead, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('tariff.importUrdb', { siteId: by.siteId, json }, crypto.randomUUID());
    if (reply.ok) onRead(reply.value);
    else onProblem(reply.problem);
  },
};

export type PriceFile = Pick<CommandInput<'prices.importCsv'>, 'csv' | 'dryRun' | 'kind' | 'unit'>;

/** Prices from a file: all of its lines, or none. */
export const importPrices: UserAction<{
  readonly file: PriceFile;
  readonly onReport: (report: PriceImportReport) => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'import-prices',
  run: async ({ file, onReport, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('prices.importCsv', { ...by, ...file }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    onReport(reply.value);
    if (reply.value.imported) await tariffPreview.reload();
  },
};
