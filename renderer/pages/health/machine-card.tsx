import type { HealthView } from '../../../preload/contract/house.ts';
import { Head } from '../../components/parts.tsx';
import { Amount } from '../../components/value.tsx';
import { bytes, decimal } from '../../format/numbers.ts';
import { fullDay, moment, span } from '../../format/time.ts';

const LOOP_LIMIT_MS = 50;

/** Event loop, memory and database: what tells a slow machine from a broken one. */
export const MachineCard = ({ health, now, zone }: { health: HealthView; now: number; zone: string }) => {
  const { eventLoop, database } = health;
  return (
    <section className="card half" aria-label="Machine">
      <Head title="Machine" note={`runs for ${span(health.uptimeMs)}`} />
      <div className="totals" style={{ marginTop: 10 }}>
        <div>
          <span className="small quiet">Event loop, p99</span>
          <Amount text={decimal(eventLoop.p99Ms, 1)} unit="ms" className="v" />
          <span className="small quiet num">
            median {decimal(eventLoop.p50Ms, 1)}, most {decimal(eventLoop.maxMs, 0)}
          </span>
        </div>
        <div>
          <span className="small quiet">Memory</span>
          <Amount {...bytes(health.memoryBytes)} className="v" />
          <span className="small quiet">of this process</span>
        </div>
        <div>
          <span className="small quiet">Database</span>
          <Amount {...bytes(database.bytes)} className="v" />
          <span className="small quiet num">{decimal(database.readings, 0)} readings</span>
        </div>
      </div>
      <dl className="facts" style={{ marginTop: 8 }}>
        <dt>Loop</dt>
        <dd>
          {eventLoop.maxMs > LOOP_LIMIT_MS
            ? `Blocked for ${decimal(eventLoop.maxMs, 0)} ms in the last ${span(eventLoop.windowMs)}.`
            : `Never blocked for more than ${LOOP_LIMIT_MS} ms in the last ${span(eventLoop.windowMs)}.`}
        </dd>
        <dt>Backup</dt>
        <dd>
          {database.lastBackupAt === null
            ? 'None yet.'
            : `${moment(database.lastBackupAt, now, zone)}${database.lastBackupOk ? ', opened and checked' : ', failed'}.`}
        </dd>
        <dt>Oldest</dt>
        <dd>{database.oldestReadingAt === null ? 'No readings yet.' : fullDay(database.oldestReadingAt, zone)}</dd>
        <dt>File</dt>
        <dd>
          {database.path} <span className="quiet">schema {database.schemaVersion}</span>
        </dd>
      </dl>
    </section>
  );
};
