import { useState } from 'react';
import type { Surface } from '../../../preload/contract/base.ts';
import type { StopState } from '../../../preload/contract/site.ts';
import { explainStop } from '../../actions/explain-stop.ts';
import { MODE_LABELS } from '../../actions/set-mode.ts';
import { Button } from '../../components/parts.tsx';
import { ReleaseForm } from '../../components/release-form.tsx';
import { clockSeconds, span, took } from '../../format/time.ts';
import { useNow } from '../../state/now.ts';

const WHERE: Readonly<Record<Surface, string>> = {
  window: 'Window',
  tray: 'Tray',
  notification: 'Notification',
  palette: 'Command palette',
  keyboard: 'Keyboard',
  cli: 'Terminal',
  http: 'Another program',
  mqtt: 'Home Assistant',
  input: 'A button of the house',
  ntfy: 'ntfy',
  telegram: 'Telegram',
  email: 'E-mail',
  sms: 'SMS',
  system: 'The system itself',
};

const Why = ({ stop }: { stop: StopState }) => {
  const [text, setText] = useState('');
  if (stop.why)
    return (
      <dd>
        <b>“{stop.why}”</b>{' '}
        {stop.whyAt !== null && stop.whyAt - stop.stoppedAt > 2000 && (
          <span className="quiet">Typed {span(stop.whyAt - stop.stoppedAt)} later</span>
        )}
      </dd>
    );
  return (
    <dd>
      <form
        className="why-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) void explainStop.run({ why: text.trim() }, 'window');
        }}
      >
        <input
          className="text-input"
          aria-label="Why it was stopped"
          placeholder="Not said yet"
          value={text}
          maxLength={400}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={text.trim() === ''}>
          Save
        </Button>
      </form>
    </dd>
  );
};

/** Who stopped it, when, why, how fast it acted, and the way back. */
export const StoppedCard = ({ stop, zone }: { stop: StopState; zone: string }) => {
  const now = useNow();
  return (
    <section className="card stopped-card" aria-label="Stopped">
      <h2>Stopped by {stop.who}</h2>
      <dl className="facts">
        <dt>When</dt>
        <dd>
          <b className="num">{clockSeconds(stop.stoppedAt, zone)}</b>, {span(now - stop.stoppedAt, true)} ago
        </dd>
        <dt>Where</dt>
        <dd>{WHERE[stop.surface]}</dd>
        <dt>Why</dt>
        <Why stop={stop} />
        <dt>Before</dt>
        <dd>{MODE_LABELS[stop.modeBefore]}</dd>
        <dt>Took</dt>
        <dd>
          {stop.commandedAfterMs === null ? (
            'Commands are on their way'
          ) : (
            <>
              <b className="num">{took(stop.commandedAfterMs)}</b> to command all
              {stop.answeredAfterMs === null ? (
                ', not all have answered'
              ) : (
                <>
                  , <b className="num">{took(stop.answeredAfterMs)}</b> to the last answer
                </>
              )}
            </>
          )}
        </dd>
      </dl>
      <ReleaseForm />
    </section>
  );
};
