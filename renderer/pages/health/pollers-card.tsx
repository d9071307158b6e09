import type { HealthView } from '../../../preload/contract/house.ts';
import { Icon } from '../../components/icon.tsx';
import { Chip, Empty, Head } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { decimal } from '../../format/numbers.ts';
import { span, took } from '../../format/time.ts';

/** Each device's readings: how often, how fresh, how many failed, and the last error in words. */
export const PollersCard = ({ health, now }: { health: HealthView; now: number }) => {
  const rows = [...health.pollers].sort(
    (a, b) => b.consecutiveFailures - a.consecutiveFailures || a.name.localeCompare(b.name),
  );
  return (
    <section className="card" aria-label="Readings">
      <Head title="Readings" note="how each device answers" />
      {rows.length === 0 ? (
        <Empty icon="plug" title="No device is read yet">
          Add one in Settings.
        </Empty>
      ) : (
        <TableWrap label="How each device answers">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Device</th>
                <th scope="col">Last answer</th>
                <th scope="col">State</th>
                <th scope="col" className="right">
                  Every
                </th>
                <th scope="col" className="right">
                  Takes
                </th>
                <th scope="col" className="right">
                  Read, 24 h
                </th>
                <th scope="col" className="right">
                  Failed
                </th>
                <th scope="col" className="right">
                  Rejected
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.deviceId}>
                  <td>{row.name}</td>
                  <td className="num second">{row.lastOkAt === null ? 'never' : `${span(now - row.lastOkAt)} ago`}</td>
                  <td>
                    {row.consecutiveFailures > 0 ? (
                      <span className="row">
                        <Chip look="inverse" icon="triangle-alert">
                          {decimal(row.consecutiveFailures, 0)} in a row
                        </Chip>
                        <span className="second small">{row.lastError}</span>
                      </span>
                    ) : (
                      <span className="row second">
                        <Icon name="circle-check" size={15} />
                        answers
                      </span>
                    )}
                  </td>
                  <td className="right">{span(row.periodMs)}</td>
                  <td className="right">{row.medianMs === null ? '–' : took(row.medianMs)}</td>
                  <td className="right">{decimal(row.polls24h, 0)}</td>
                  <td className="right">{decimal(row.errors24h, 0)}</td>
                  <td className="right">{decimal(row.rejected24h, 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
    </section>
  );
};
