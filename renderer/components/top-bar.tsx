import type { Mode } from '../../preload/contract/base.ts';
import { MODE_LABELS, setMode } from '../actions/set-mode.ts';
import { stop } from '../actions/stop.ts';
import { clock, day, span } from '../format/time.ts';
import { devices, live, notices, status, useSite } from '../state/house.ts';
import { useLink } from '../state/link.ts';
import { useNow } from '../state/now.ts';
import { useUi } from '../state/ui.ts';
import { Icon } from './icon.tsx';
import { Chip } from './parts.tsx';
import { Segment } from './segment.tsx';

const MODES: readonly Mode[] = ['watch', 'suggest', 'automate'];
const LATE_MS = 15_000;
const LOST_MS = 60_000;

/** The dot: filled while values come, a ring when they are late, hollow with words when the link is gone. */
const Freshness = ({ now }: { now: number }) => {
  const link = useLink((state) => state.link);
  const since = useLink((state) => state.since);
  const at = live.use((state) => state.value?.at ?? null);
  const hasNone = devices.use((state) => state.value?.length === 0);
  if (link === 'connecting')
    return (
      <span className="fresh late">
        <i />
        Connecting
      </span>
    );
  if (link === 'lost')
    return (
      <span className="fresh lost">
        <i />
        Not connected for {span(Date.now() - since)}
      </span>
    );
  if (hasNone)
    return (
      <span className="fresh late">
        <i />
        No device yet
      </span>
    );
  if (at === null)
    return (
      <span className="fresh late">
        <i />
        Waiting
      </span>
    );
  const age = Math.max(0, now - at);
  if (age > LOST_MS)
    return (
      <span className="fresh lost">
        <i />
        No values for {span(age)}
      </span>
    );
  if (age > LATE_MS)
    return (
      <span className="fresh late">
        <i />
        Late, {span(age)}
      </span>
    );
  return (
    <span className="fresh">
      <i />
      <span className="num">
        <span className="desk-only-inline">Live, </span>
        {span(age)}
      </span>
    </span>
  );
};

const Stopped = ({ now }: { now: number }) => {
  const stopped = status.use((state) => state.value?.stop ?? null);
  if (!stopped) return null;
  return (
    <span className="stop-words">
      <Icon name="octagon-x" size={18} />
      <b>STOPPED</b>
      <span>
        <span className="num">{span(now - stopped.stoppedAt, true)}</span>, by {stopped.who}
        <span className="desk-only-inline">{stopped.why ? `: “${stopped.why}”` : ''}</span>
      </span>
    </span>
  );
};

/** Site, time, freshness, mode and STOP; while stopped the whole bar is red and says who, how long and why. */
export const TopBar = () => {
  const now = useNow();
  const site = useSite();
  const mode = status.use((state) => state.value?.mode ?? null);
  const isStopped = status.use((state) => (state.value?.stop ?? null) !== null);
  const testMode = status.use((state) => state.value?.testMode ?? false);
  const pending = status.use((state) => state.value?.pendingProposals ?? 0);
  const news = notices.use((state) => state.value?.filter((notice) => notice.level !== 'info').length ?? 0);
  const zone = site?.timeZone ?? 'UTC';
  return (
    <header className={isStopped ? 'top is-stopped' : 'top'}>
      <span className="site-name">
        <b>{site?.name ?? 'CommandCenter'}</b>
        {site?.demo && (
          <Chip look="outline" icon="flask-conical" tiny>
            Demo
          </Chip>
        )}
      </span>
      {site && (
        <span className="clock num">
          {day(now, zone)}, {clock(now, zone)}
        </span>
      )}
      <Freshness now={now} />
      <span className="grow" />
      {isStopped ? (
        <>
          <Stopped now={now} />
          <span className="grow" />
        </>
      ) : (
        mode && (
          <>
            <Segment
              className="desk-only-flex"
              label="Mode"
              value={mode}
              options={MODES.map((value) => ({ value, label: MODE_LABELS[value] }))}
              onChange={(value) => void setMode.run({ mode: value }, 'window')}
            />
            <a className="chip outline phone-only" href="#/control">
              {MODE_LABELS[mode]}
              {testMode && ', test'}
            </a>
          </>
        )
      )}
      {testMode && !isStopped && (
        <a
          className="chip outline desk-only-flex"
          href="#/automation"
          title="Rules decide and write down, and ask for nothing"
        >
          <Icon name="flask-conical" size={14} />
          Test
        </a>
      )}
      {pending > 0 && (
        <a className="tool text desk-only-flex" href="#/approvals">
          <Icon name="clipboard-check" size={16} />
          Approvals
          <b className="badge">{pending}</b>
        </a>
      )}
      <button
        type="button"
        className="tool"
        aria-label={news > 0 ? `Notices, ${news} need a look` : 'Notices'}
        onClick={() => useUi.setState({ noticesOpen: true })}
      >
        <Icon name="bell" size={17} />
        {news > 0 && <b className="badge">{news}</b>}
      </button>
      {isStopped ? (
        <button
          type="button"
          className="re-enable desk-only-flex"
          onClick={() => useUi.setState({ releaseOpen: true })}
        >
          <Icon name="lock" size={16} />
          Re-enable
        </button>
      ) : (
        <button
          type="button"
          className="stop desk-only-flex"
          title="Stop everything (Ctrl .)"
          onClick={() => void stop.run({}, 'window')}
        >
          <Icon name="octagon" size={18} />
          STOP
        </button>
      )}
    </header>
  );
};
