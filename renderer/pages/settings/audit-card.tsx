import { Empty, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { moment } from '../../format/time.ts';
import { settingsAudit } from '../../state/house.ts';
import { settingGroups } from './setting-fields.ts';

const FIELDS = new Map(
  settingGroups('').flatMap((group) => group.fields.map((one) => [one.name as string, { ...one, group: group.title }])),
);

/** What is kept elsewhere than among the settings and noted beside them. */
const OTHER_LABELS: Readonly<Record<string, string>> = { 'rules.testMode': 'All rules' };

const words = (name: string, stored: string | null): string => {
  const field = FIELDS.get(name);
  if (stored === null || stored === 'none') return field?.usual ? 'as usual' : 'not set';
  const value = Number(stored);
  if (!field || field.kind === 'time' || !Number.isFinite(value)) return stored;
  const typed = value / field.factor;
  return `${decimal(typed, Number.isInteger(typed) ? 0 : Math.max(1, field.digits))}\u00a0${field.unit}`;
};

/** Who changed which limit, and when. */
export const AuditCard = ({ now, zone }: { now: number; zone: string }) => {
  const list = settingsAudit.use((state) => state.value);
  const problem = settingsAudit.use((state) => state.problem);
  return (
    <section className="card" aria-label="Changes">
      <Head title="Changes" />
      {list === null ? (
        <Waiting problem={problem} what="the changes" height={90} onRetry={() => void settingsAudit.reload()} />
      ) : list.length === 0 ? (
        <Empty icon="clock" title="Nothing was changed yet">
          Each change of a limit is kept here with its name and time.
        </Empty>
      ) : (
        <ul className="audit-list" style={{ marginTop: 6 }}>
          {list.slice(0, 12).map((change) => {
            const field = FIELDS.get(change.name);
            return (
              <li key={`${change.at}/${change.name}`}>
                <span>
                  {field ? `${field.group}: ${field.label.toLowerCase()}` : (OTHER_LABELS[change.name] ?? change.name)}{' '}
                  <b style={{ fontWeight: 530 }}>{words(change.name, change.after)}</b>
                </span>
                <time className="small quiet">{moment(change.at, now, zone)}</time>
                <span className="small quiet">
                  {change.who}, was {words(change.name, change.before)}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
};
