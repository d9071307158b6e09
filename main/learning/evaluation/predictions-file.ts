import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StepRow } from '../../../models/resolution/types.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';

const HEADER = 'issue_time_utc,valid_time_utc,actual,mean,p10,p50,p90,naive,baseline';

/** Nanounits are more than any meter knows; what is not known stays blank. */
const cell = (value: number): string => (Number.isFinite(value) ? String(Number(value.toFixed(9))) : '');
const instant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Whether a file can be written there, asked before the work and not after it. */
export const canWrite = async (path: string): Promise<Result<null>> => {
  const folder = dirname(path);
  try {
    if (!(await stat(folder)).isDirectory())
      return permanent('evaluate.no-folder', `${folder} is no folder.`, 'Choose another place with --out.');
    const there = await stat(path).catch(() => null);
    return there?.isDirectory() === true
      ? permanent('evaluate.no-file', `${path} is a folder.`, 'Name a file with --out.')
      : ok(null);
  } catch (thrown) {
    return permanent('evaluate.no-folder', `${folder} cannot be used: ${messageOf(thrown)}.`, 'Make the folder first.');
  }
};

/** Writes all rows or nothing: beside the file first, then in its place. */
export const writePredictions = async (path: string, rows: readonly StepRow[]): Promise<Result<null>> => {
  const lines = rows.map((row) =>
    [
      instant(row.issueAt),
      instant(row.at),
      ...[row.actual, row.mean, row.p10, row.p50, row.p90, row.naive, row.baseline].map(cell),
    ].join(','),
  );
  const beside = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(beside, `${[HEADER, ...lines].join('\n')}\n`);
    await rename(beside, path);
    return ok(null);
  } catch (thrown) {
    await rm(beside, { force: true });
    return permanent(
      'evaluate.unwritten',
      `${path} could not be written: ${messageOf(thrown)}.`,
      'Choose another place.',
    );
  }
};
