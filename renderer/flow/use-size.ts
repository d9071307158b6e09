import { type RefObject, useEffect, useRef, useState } from 'react';

/** The width of an element in px, followed as it changes; null before the first measure. */
export const useWidth = <Kind extends HTMLElement>(): [RefObject<Kind | null>, number | null] => {
  const element = useRef<Kind>(null);
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    const shown = element.current;
    if (!shown) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(shown);
    return () => observer.disconnect();
  }, []);
  return [element, width];
};

/** True while a media query holds. */
export const useMedia = (query: string): boolean => {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const follow = (): void => setHolds(media.matches);
    follow();
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [query]);
  return holds;
};

export const PHONE = '(max-width: 759px)';
/** A window as low as most laptops have: cards give up some height, so that what comes next is seen without scrolling. */
export const LOW = '(max-height: 960px)';

/** Motion only where the person wants it and the window is seen. */
export const useMotion = (): boolean => {
  const reduced = useMedia('(prefers-reduced-motion: reduce)');
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const follow = (): void => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', follow);
    return () => document.removeEventListener('visibilitychange', follow);
  }, []);
  return visible && !reduced;
};
