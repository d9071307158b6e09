/**
 * One clock for everything that drifts on the map. Ten small moves a second read as motion and cost a sixth of what the
 * screen's own rate would: the map is open all day.
 */
const TICK_MS = 100;

type Mover = (elapsedMs: number) => void;

const movers = new Set<Mover>();
let timer = 0;
let last = 0;

const tick = (): void => {
  const now = performance.now();
  const elapsed = Math.min(now - last, 4 * TICK_MS);
  last = now;
  for (const move of movers) move(elapsed);
};

/** Calls back with the time since the last move; answers the function that ends it. */
export const drift = (mover: Mover): (() => void) => {
  movers.add(mover);
  if (timer === 0) {
    last = performance.now();
    timer = window.setInterval(tick, TICK_MS);
  }
  return () => {
    movers.delete(mover);
    if (movers.size > 0) return;
    window.clearInterval(timer);
    timer = 0;
  };
};
