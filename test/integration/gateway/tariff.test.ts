import { expect, it, onTestFinished } from 'vitest';
import type { PriceImportReport } from '../../../preload/contract/tariff.ts';
import type { QueryOutput } from '../../../preload/contract.ts';
import { asker, startTestCenter } from '../../support/center/test-center.ts';
import { tempFolder } from '../../support/store/temp-store.ts';

it('a window looks at a tariff, sets it, and tries a file of prices', async () => {
  const { center } = await startTestCenter(tempFolder());
  onTestFinished(() => center.stop());
  const { query, command } = asker(center);
  const siteId = center.status().activeSiteId;
  const from = Date.UTC(2026, 6, 1);
  const tariff = {
    version: 1,
    name: 'Night and day',
    currency: 'EUR',
    import: {
      kind: 'schedule',
      zone: 'UTC',
      lines: [
        { name: 'Night', from: '00:30', to: '07:30', perKwh: 0.1 },
        { name: 'Day', from: '07:30', to: '00:30', perKwh: 0.3 },
      ],
    },
    export: { kind: 'none' },
  };
  const preview = await query<QueryOutput<'tariff.preview'>>('tariff.preview', {
    siteId,
    from,
    to: from + 86_400_000,
    tariff,
  });
  expect(preview.problems).toEqual([]);
  expect(preview.rates.reduce((sum, { stepMs }) => sum + stepMs, 0)).toBe(86_400_000);
  expect(await command('tariff.set', { siteId, who: 'Ada', tariff })).toEqual({});
  const kept = await query<QueryOutput<'tariff.get'>>('tariff.get', { siteId });
  expect(kept.tariff).toMatchObject({ name: 'Night and day', vatPct: 0, billingMinutes: null });
  expect(kept.changes).toMatchObject([{ who: 'Ada', validFrom: null, name: 'Night and day' }]);

  const gap = { ...tariff, import: { ...tariff.import, lines: tariff.import.lines.slice(0, 1) } };
  await expect(command('tariff.set', { siteId, who: 'Ada', tariff: gap })).rejects.toThrow(/No line holds/);
  await expect(command('tariff.set', { siteId, who: 'Ada', tariff: { ...tariff, version: 2 } })).rejects.toThrow(
    /version/,
  );

  const csv = 'start,import\n2026-03-29 01:00,0.3\n2026-03-29 02:00,0.3\n';
  const report = await command<PriceImportReport>('prices.importCsv', { siteId, who: 'Ada', csv, dryRun: true });
  expect(report).toMatchObject({ imported: false, problems: [{ line: 3 }] });
});
