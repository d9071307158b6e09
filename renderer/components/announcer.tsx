import { useEffect, useState } from 'react';
import { live, overview, status } from '../state/house.ts';
import { useLink } from '../state/link.ts';

const QUIET_MS = 30_000;

/**
 * What screen readers are told unasked: a stop at once; the sentence of the house at most twice a minute; a lost
 * connection. Numbers that change every few seconds are never read aloud.
 */
export const Announcer = () => {
  const stop = status.use((state) => state.value?.stop ?? null);
  const sentence = overview.use((state) => state.value?.sentence ?? '');
  const link = useLink((state) => state.link);
  const known = live.use((state) => state.value !== null);
  const [polite, setPolite] = useState('');
  const [lastAt, setLastAt] = useState(0);
  useEffect(() => {
    if (!known || sentence === '') return;
    const wait = Math.max(0, lastAt + QUIET_MS - Date.now());
    const timer = window.setTimeout(() => {
      setPolite(sentence);
      setLastAt(Date.now());
    }, wait);
    return () => window.clearTimeout(timer);
  }, [sentence, known, lastAt]);
  return (
    <>
      <div className="hidden" role="alert">
        {stop ? `Stopped by ${stop.who}. Nothing is switched until a person re-enables it.` : ''}
      </div>
      <div className="hidden" role="status" aria-live="polite">
        {link === 'lost' ? 'The connection to the center is lost. Values on screen grow old.' : polite}
      </div>
    </>
  );
};
