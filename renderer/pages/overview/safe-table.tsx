import type { StopState } from '../../../preload/contract/site.ts';
import { Icon } from '../../components/icon.tsx';
import { Chip } from '../../components/parts.tsx';
import { roleIcon } from '../../components/roles.ts';
import { TableWrap } from '../../components/table-wrap.tsx';
import { clockSeconds, span, took } from '../../format/time.ts';
import { useNow } from '../../state/now.ts';

const ORDER = { 'no-answer': 0, commanded: 1, safe: 2 } as const;

/** Every controllable load with its safe state and what was read back; the ones that do not answer come first. */
export const SafeTable = ({ stop, zone }: { stop: StopState; zone: string }) => {
  const now = useNow();
  const rows = [...stop.devices].sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.name.localeCompare(b.name));
  return (
    <section className="card safe-card" aria-label="Safe states">
      <TableWrap label="Safe state of each device">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Safe state</th>
              <th scope="col">Read back</th>
              <th scope="col">Confirmed after</th>
              <th scope="col">Last asked</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.deviceId}/${row.channelId}`} className={row.state === 'no-answer' ? 'bad' : undefined}>
                <td>
                  <span className="row">
                    <Icon name={roleIcon(row.role)} size={16} />
                    {row.state === 'no-answer' ? <b>{row.name}</b> : row.name}
                  </span>
                </td>
                <td>{row.safeState}</td>
                <td>
                  {row.state === 'no-answer' ? (
                    <Chip look="inverse" icon="triangle-alert">
                      No answer, attempt {row.attempts}
                    </Chip>
                  ) : (
                    <span className="row second">
                      <Icon name={row.state === 'safe' ? 'circle-check' : 'loader-circle'} size={15} />
                      {row.state === 'safe' ? (row.readBack ?? 'read back') : 'sent, not read back yet'}
                    </span>
                  )}
                </td>
                <td className="num second">{row.confirmedAfterMs === null ? '–' : took(row.confirmedAfterMs)}</td>
                <td className="num second">
                  {row.lastAskedAt === null ? '–' : clockSeconds(row.lastAskedAt, zone)}
                  {row.state === 'no-answer' &&
                    row.nextAskAt !== null &&
                    row.nextAskAt > now &&
                    `, next in ${span(row.nextAskAt - now)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableWrap>
    </section>
  );
};
