import { replayClock } from '../../../main/clock.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { takeControl } from '../../../main/store/single-controller.ts';
import { openStore } from '../../../main/store/store.ts';

/**
 * A process that obeys: "take" tries to take control of the folder given as first argument, "own" asks whether it still
 * holds it, "release" lets go, "store" opens the store and writes until it is killed. One line of JSON answers each.
 */
const [folder = ''] = process.argv.slice(2);
let control: ReturnType<typeof takeControl> | undefined;
const say = (answer: unknown): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

const orders: Record<string, () => void | Promise<void>> = {
  take: () => {
    control = takeControl({ folder, host: 'serve', now: 1_000 });
    say(control.ok ? { ok: true } : { ok: false, code: control.error.code, message: control.error.message });
  },
  own: () => say({ own: control?.ok === true && control.value.stillOwner() }),
  release: () => {
    if (control?.ok) control.value.release();
    say({ released: true });
  },
  store: async () => {
    const clock = replayClock(1_000);
    const opened = await openStore({ folder, clock, log: createLog(memorySink(), clock) });
    if (!opened.ok) return say({ ok: false });
    // Each line tells of a row that was acknowledged: it must be there after a kill.
    for (let number = 1; ; number += 1) {
      opened.value.state.set('number', String(number));
      say({ number });
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};

let text = '';
process.stdin.on('data', (chunk) => {
  text += String(chunk);
  const lines = text.split('\n');
  text = lines.pop() ?? '';
  for (const line of lines) void orders[line]?.();
});
process.stdin.on('end', () => process.exit(0));
