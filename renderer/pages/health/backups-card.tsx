import { useState } from 'react';
import { backup } from '../../actions/backup.ts';
import { Icon } from '../../components/icon.tsx';
import { Button, Empty, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { bytes, spoken } from '../../format/numbers.ts';
import { moment } from '../../format/time.ts';
import { backups } from '../../state/house.ts';

/** Copies of the database, each opened and checked after it was written. */
export const BackupsCard = ({ now, zone }: { now: number; zone: string }) => {
  const list = backups.use((state) => state.value);
  const problem = backups.use((state) => state.problem);
  const [busy, setBusy] = useState(false);
  const start = async (): Promise<void> => {
    setBusy(true);
    await backup.run({}, 'window');
    setBusy(false);
  };
  return (
    <section className="card half" aria-label="Backups">
      <Head title="Backups">
        <Button size="small" icon={busy ? 'loader-circle' : 'archive'} disabled={busy} onClick={() => void start()}>
          {busy ? 'Writing and checking' : 'Back up now'}
        </Button>
      </Head>
      {list === null ? (
        <Waiting problem={problem} what="the backups" height={110} onRetry={() => void backups.reload()} />
      ) : list.length === 0 ? (
        <Empty icon="archive" title="No backup yet">
          One is written every day by itself.
        </Empty>
      ) : (
        <ul className="state-list" style={{ marginTop: 8 }}>
          {list.slice(0, 8).map((one) => (
            <li key={one.file}>
              <Icon name={one.ok ? 'circle-check' : 'triangle-alert'} size={16} />
              <span className="num">{moment(one.at, now, zone)}</span>
              <span className="second">
                {one.ok ? one.reason : <b>Failed: {one.reason}</b>} <span className="quiet small">{one.file}</span>
              </span>
              <span className="num small quiet">{one.ok ? spoken(bytes(one.bytes)) : ''}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
