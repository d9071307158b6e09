import { type ReactNode, useEffect, useState } from 'react';
import type { Problem } from '../../preload/contract/base.ts';
import { Button, Empty } from './parts.tsx';

const PATIENCE_MS = 2000;

/** True once something has been waited for longer than 2 s. */
const useLate = (waiting: boolean): boolean => {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setLate(false);
      return;
    }
    const timer = window.setTimeout(() => setLate(true), PATIENCE_MS);
    return () => window.clearTimeout(timer);
  }, [waiting]);
  return late;
};

/**
 * The frame of a card before its value is there: a sunken block of the same height, and after 2 s the words for what it
 * waits for; on a failure what failed, what to do, and a button that tries now.
 */
export const Waiting = ({
  problem,
  what,
  height,
  onRetry,
  children,
}: {
  problem: Problem | null;
  what: string;
  height: number | string;
  onRetry: () => void;
  children?: ReactNode;
}) => {
  const late = useLate(problem === null);
  if (problem)
    return (
      <Empty
        icon="triangle-alert"
        title={problem.message}
        action={
          <Button icon="rotate-ccw" size="small" onClick={onRetry}>
            Try now
          </Button>
        }
      >
        {problem.advice}
      </Empty>
    );
  return (
    <div className="waiting" style={{ minHeight: height }} aria-busy="true">
      {children}
      {late && <span className="small quiet">Waiting for {what}</span>}
    </div>
  );
};
