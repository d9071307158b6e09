import { join } from 'node:path';
import { type CliDeps, type ExitCode, runCli } from '../../../main/cli/dispatch.ts';
import { createEvaluate } from '../../../main/cli/evaluate.ts';
import { systemClock } from '../../../main/clock.ts';
import { meanModel } from '../models/mean-model.ts';

/** Runs a command line whose only command is `evaluate`, with small test models: how good they are is tested elsewhere. */
export const runEvaluate = (
  args: readonly string[],
  streams: Pick<CliDeps, 'out' | 'complain' | 'progress'>,
): Promise<ExitCode> =>
  runCli(
    args,
    {
      clock: systemClock(),
      env: process.env,
      platform: process.platform,
      root: join(import.meta.dirname, '../../..'),
      planningWorker: new URL('../../../main/planning/planning-worker.ts', import.meta.url),
      userName: 'tester',
      ...streams,
    },
    [
      createEvaluate(async () => ({
        load: meanModel('load'),
        solar: meanModel('solar'),
        wind: meanModel('wind'),
        price: meanModel('price'),
      })),
    ],
  );
