import { useEffect } from 'react';
import type { PresenceStatus } from '../../../preload/contract/presence.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { presence } from '../../state/house.ts';
import { PresenceForm } from './presence-form.tsx';

/** A connection comes and goes without an event: it is looked at so often while it is wanted. */
const AGAIN_MS = 3_000;

const ICONS: Readonly<Record<PresenceStatus['state'], IconName>> = {
  off: 'minus',
  connecting: 'loader-circle',
  up: 'circle-check',
  failing: 'triangle-alert',
};

/** This home in Home Assistant: through which broker, and whether it is seen there. */
export const PresenceCard = () => {
  const view = presence.use((state) => state.value);
  const problem = presence.use((state) => state.problem);
  const isWanted = view !== null && view.status.state !== 'off';
  useEffect(() => {
    if (!isWanted) return;
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') void presence.reload();
    }, AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [isWanted]);
  return (
    <section className="card" id="home-assistant" aria-label="Home Assistant">
      <Head title="Home Assistant" note="through an MQTT broker" />
      {view === null ? (
        <Waiting problem={problem} what="the connection" height={200} onRetry={() => void presence.reload()} />
      ) : (
        <>
          <p className="row second" style={{ marginTop: 6, alignItems: 'flex-start' }} role="status">
            <Icon
              name={ICONS[view.status.state]}
              size={16}
              className={view.status.state === 'connecting' ? 'turning' : ''}
            />
            <span>{view.status.sentence}</span>
          </p>
          <PresenceForm view={view} />
        </>
      )}
    </section>
  );
};
