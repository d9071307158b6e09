import { parentPort } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { messageOf } from '../result.ts';
import { listen } from '../thread.ts';
import { openReader } from './connection.ts';
import {
  type ReadingColumns,
  type ReadQuestion,
  type ReadReply,
  type ReadRequest,
  type RollupColumns,
  readQuestionSchema,
} from './read-protocol.ts';
import { type RollupRow, rollupSelect } from './rollup-rows.ts';

/**
 * Worker entry for long reads. One question at a time, each on its own read-only connection that is closed after the
 * answer: an open reader would keep the write-ahead log from shrinking.
 */

const columnOf = <Row>(rows: readonly Row[], pick: (row: Row) => number): Float64Array => Float64Array.from(rows, pick);

const rollupsOf = (db: Database.Database, question: ReadQuestion & { kind: 'rollups' }): readonly RollupColumns[] => {
  const select = db.prepare<[number, number, number], RollupRow>(rollupSelect(question.step));
  return question.seriesIds.map((seriesId) => {
    const rows = select.all(seriesId, question.from, question.to);
    return {
      seriesId,
      at: columnOf(rows, (row) => row.at),
      mean: columnOf(rows, (row) => row.mean),
      minimum: columnOf(rows, (row) => row.minimum),
      maximum: columnOf(rows, (row) => row.maximum),
      count: columnOf(rows, (row) => row.count),
      energyKwh: columnOf(rows, (row) => row.energyKwh ?? Number.NaN),
      quality: Uint8Array.from(rows, (row) => row.quality),
    };
  });
};

const readingsOf = (
  db: Database.Database,
  question: ReadQuestion & { kind: 'readings' },
): readonly ReadingColumns[] => {
  const select = db.prepare<[number, number, number], { at: number; value: number; quality: number }>(
    'SELECT at, value, quality FROM readings WHERE series_id = ? AND at >= ? AND at < ? ORDER BY at',
  );
  return question.seriesIds.map((seriesId) => {
    const rows = select.all(seriesId, question.from, question.to);
    return {
      seriesId,
      at: columnOf(rows, (row) => row.at),
      value: columnOf(rows, (row) => row.value),
      quality: Uint8Array.from(rows, (row) => row.quality),
    };
  });
};

const answer = (request: ReadRequest): ReadReply => {
  let db: Database.Database | undefined;
  try {
    const question = readQuestionSchema.parse(request.question);
    db = openReader(request.databasePath);
    return question.kind === 'rollups'
      ? { id: request.id, kind: 'rollups', columns: rollupsOf(db, question) }
      : { id: request.id, kind: 'readings', columns: readingsOf(db, question) };
  } catch (thrown) {
    return { id: request.id, kind: 'failed', message: messageOf(thrown) };
  } finally {
    db?.close();
  }
};

const buffersOf = (reply: ReadReply): ArrayBuffer[] =>
  reply.kind === 'failed'
    ? []
    : reply.columns.flatMap((columns) =>
        Object.values(columns).flatMap((column) =>
          ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer ? [column.buffer] : [],
        ),
      );

if (parentPort === null) throw new Error('The read worker runs as a worker thread only.');
const port = parentPort;
listen(port, (request: ReadRequest) => {
  const reply = answer(request);
  port.postMessage(reply, buffersOf(reply));
});
