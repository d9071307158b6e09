import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

const HOLD_MS = 3000;
const TURN = 2 * Math.PI * 9.5;

/**
 * A button that has to be held for 3 s, by mouse, finger, Space or Enter; letting go starts over. The ring shows the way
 * even under reduced motion, since it is the measure of the hold itself.
 */
export const HoldButton = ({ label, disabled, onHeld }: { label: string; disabled?: boolean; onHeld: () => void }) => {
  const [heldMs, setHeldMs] = useState<number | null>(null);
  const frame = useRef(0);
  const start = (): void => {
    if (disabled || frame.current !== 0) return;
    const began = performance.now();
    const step = (): void => {
      const ms = performance.now() - began;
      if (ms >= HOLD_MS) {
        frame.current = 0;
        setHeldMs(null);
        onHeld();
        return;
      }
      setHeldMs(ms);
      frame.current = requestAnimationFrame(step);
    };
    frame.current = requestAnimationFrame(step);
  };
  const end = (): void => {
    cancelAnimationFrame(frame.current);
    frame.current = 0;
    setHeldMs(null);
  };
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const isHoldKey = (event: KeyboardEvent): boolean => event.key === ' ' || event.key === 'Enter';
  const share = (heldMs ?? 0) / HOLD_MS;
  return (
    <button
      type="button"
      className="hold-button"
      disabled={disabled}
      onPointerDown={(event) => event.button === 0 && start()}
      onPointerUp={end}
      onPointerLeave={end}
      onPointerCancel={end}
      onBlur={end}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isHoldKey(event)) return;
        event.preventDefault();
        if (!event.repeat) start();
      }}
      onKeyUp={(event) => isHoldKey(event) && end()}
    >
      <span className="fill" style={{ transform: `scaleX(${share})` }} />
      <svg className="ring" viewBox="0 0 24 24" aria-hidden="true">
        <circle className="track" cx="12" cy="12" r="9.5" />
        {heldMs !== null && (
          <circle className="done" cx="12" cy="12" r="9.5" strokeDasharray={`${TURN * share} ${TURN}`} />
        )}
      </svg>
      <span className="num">
        {heldMs === null ? label : `Keep holding, ${((HOLD_MS - heldMs) / 1000).toFixed(1)} s`}
      </span>
    </button>
  );
};
