import { ok, type Result } from '../result.ts';
import { findingsOf } from './findings.ts';
import { reportOfFrame, sentenceOfFrame } from './frame-report.ts';
import { withSources } from './hour-sources.ts';
import { daysKnown } from './judged-fit.ts';
import { HISTORY_DAYS, LEARNING_DAYS } from './kinds.ts';
import type { PrepareAnswer, PrepareTask } from './protocol.ts';
import { readSiteFrame } from './site-frame.ts';

/** Reads what the next training will read, and says of each kind whether it is enough. */
export const runPreparation = (task: PrepareTask): Result<PrepareAnswer> =>
  withSources(task.databasePath, (sources) => {
    const found = task.kinds.map((kind) => {
      const data = readSiteFrame(sources, task.site, kind, task.now, HISTORY_DAYS);
      return {
        kind,
        report: sentenceOfFrame(kind, reportOfFrame(data), daysKnown(data) >= LEARNING_DAYS),
        ...findingsOf(kind, data.asMeasured, data.origin),
      };
    });
    return ok({
      task: 'prepare',
      sentences: found.flatMap(({ report, notes, odd }) => [report, ...notes, ...odd]),
      findings: found.map(({ kind, odd }) => ({ kind, sentences: odd })),
    });
  });
