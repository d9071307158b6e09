import { useEffect, useState } from 'react';

/** True once the page's fonts are there: what a canvas wrote before has to be written again. */
export const useFonts = (): boolean => {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let alive = true;
    const settle = async (): Promise<void> => {
      await document.fonts.load('430 11px Inter');
      if (alive) setReady(true);
    };
    void settle();
    return () => {
      alive = false;
    };
  }, []);
  return ready;
};
