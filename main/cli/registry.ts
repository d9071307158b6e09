import { backtest } from './backtest.ts';
import { backup } from './backup.ts';
import type { CliCommand } from './command.ts';
import { doctor } from './doctor.ts';
import { drill } from './drill.ts';
import { createEvaluate } from './evaluate.ts';
import { exportData } from './export.ts';
import { importData } from './import.ts';
import { link } from './link.ts';
import { plan } from './plan.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { stopToken } from './stop-token.ts';

/** Every command, in the order of the help: a new one is one file and one line. */
export const COMMANDS: readonly CliCommand[] = [
  status,
  stop,
  resume,
  drill,
  stopToken,
  link,
  doctor,
  backup,
  restore,
  exportData,
  importData,
  plan,
  backtest,
  createEvaluate(async () => (await import('../../models/forecast/models.ts')).FORECAST_MODELS),
];
