import { describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../main/clock.ts';

describe('replay clock', () => {
  it('fires timers in order, also those that timers set', async () => {
    const clock = replayClock(1_000);
    const fired: string[] = [];
    clock.after(20, () => fired.push(`b ${clock.now()}`));
    clock.after(10, () => {
      fired.push(`a ${clock.now()}`);
      clock.after(5, () => fired.push(`a2 ${clock.now()}`));
    });
    await clock.advance(30);
    expect(fired).toEqual(['a 1010', 'a2 1015', 'b 1020']);
    expect(clock.now()).toBe(1_030);
  });

  it('jumps the wall clock alone, as sleep does', async () => {
    const clock = replayClock(1_000);
    let fired = false;
    clock.after(10, () => {
      fired = true;
    });
    clock.jump(3_600_000);
    expect([clock.now(), clock.monotonicMs(), fired]).toEqual([3_601_000, 0, false]);
  });

  it('ends a sleep on abort and leaves no timer', async () => {
    const clock = replayClock(0);
    const abort = new AbortController();
    const slept = clock.sleep(1_000_000, abort.signal);
    abort.abort();
    await slept;
    expect(clock.pendingTimers()).toBe(0);
  });
});

describe('system clock', () => {
  it('cancels what was asked for', async () => {
    const clock = systemClock();
    let fired = false;
    clock.after(1, () => {
      fired = true;
    })();
    await clock.sleep(5);
    expect(fired).toBe(false);
  });
});
