import type { HealthView, SourceQuality } from '../../../preload/contract/house.ts';
import { Icon } from '../../components/icon.tsx';
import { Empty, Head } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { decimal, percent, spoken } from '../../format/numbers.ts';
import { moment } from '../../format/time.ts';

/** Below this a source wants a look: the target of the house. */
const TARGET_PCT = 90;

const Score = ({ valuePct }: { valuePct: number | null }) =>
  valuePct === null ? (
    <>–</>
  ) : (
    <span className="row" style={{ gap: 6, justifyContent: 'flex-end' }}>
      {valuePct < TARGET_PCT && (
        <>
          <Icon name="triangle-alert" size={14} />
          <span className="hidden">below the aim</span>
        </>
      )}
      {spoken(percent(valuePct, 1))}
    </span>
  );

const Row = ({ source }: { source: SourceQuality }) => (
  <tr>
    <td>{source.name}</td>
    <td className="second">{source.kind === 'device' ? 'Device' : 'Feed'}</td>
    <td className="right num">
      <Score valuePct={source.todayPct} />
    </td>
    <td className="right num">
      <Score valuePct={source.weekPct} />
    </td>
    <td className="right num">{decimal(source.suspect, 0)}</td>
    <td className="right num">{decimal(source.rejected, 0)}</td>
    <td className="right num">{decimal(source.missing, 0)}</td>
  </tr>
);

/** How far each source could be believed, and what was thrown away with its reason: nothing is computed from that. */
export const DataQualityCard = ({ health, now, zone }: { health: HealthView; now: number; zone: string }) => (
  <section className="card" aria-label="Data quality">
    <Head title="Data quality" note={`values that came and were believed; aim: above ${TARGET_PCT} %`} />
    {health.quality.length === 0 ? (
      <Empty icon="activity" title="Nothing was measured yet">
        Scores appear with the first values.
      </Empty>
    ) : (
      <TableWrap label="Data quality of each source">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">Kind</th>
              <th scope="col" className="right">
                Today
              </th>
              <th scope="col" className="right">
                Seven days
              </th>
              <th scope="col" className="right">
                Doubtful
              </th>
              <th scope="col" className="right">
                Rejected
              </th>
              <th scope="col" className="right">
                Missing
              </th>
            </tr>
          </thead>
          <tbody>
            {health.quality.map((source) => (
              <Row key={source.source} source={source} />
            ))}
          </tbody>
        </table>
      </TableWrap>
    )}
    {health.rejected.length > 0 && (
      <details style={{ marginTop: 12 }}>
        <summary>Values that were not believed</summary>
        <ul className="audit-list">
          {health.rejected.map((sample) => (
            <li key={`${sample.name} ${sample.channelId} ${sample.metric} ${sample.at}`}>
              <span>
                {sample.name}, {sample.channelId} {sample.metric}: {sample.value === null ? 'no number' : sample.value}
              </span>
              <span className="quiet small num">{moment(sample.at, now, zone)}</span>
              <span className="quiet small">{sample.reason}</span>
            </li>
          ))}
        </ul>
      </details>
    )}
  </section>
);
