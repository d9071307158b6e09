// node test/bench/control/latency.ts: how long a command and a STOP take on fifty real sockets while the models train.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action } from '../../../preload/contract/control.ts';
import { PLUGS, startPlugs } from '../plugs.ts';
import { type Bench, median, percentile } from '../types.ts';

/** Every plug is switched on and off again so often. */
const ROUNDS = 3;
const STOPS = 20;

export const benchLatency: Bench = async (folder) => {
  const { center, siteId, command, plugs, isTraining, train, close } = await startPlugs(folder);
  const ended = new Map<string, (action: Action) => void>();
  const early = new Map<string, Action>();
  center.bus.on('action', (action) => {
    if (action.finishedAt === null) return;
    const waits = ended.get(action.id);
    if (waits) waits(action);
    else early.set(action.id, action);
  });
  /** Whether the models train at each moment that is measured. */
  const beside = { trained: 0, moments: 0 };
  const training = async (): Promise<void> => {
    await train();
    beside.moments += 1;
    if (await isTraining()) beside.trained += 1;
  };

  const commands: number[] = [];
  const begun: number[] = [];
  const outcomes = new Map<string, number>();
  for (let round = 0; round < ROUNDS * 2; round += 1)
    for (const plug of plugs) {
      if (commands.length % 10 === 0) await training();
      const startedAt = performance.now();
      const { actionId } = await command<{ actionId: string }>('control.set', {
        siteId,
        ...plug,
        value: round % 2 === 0,
        who: 'Bench',
        surface: 'window',
      });
      begun.push(performance.now() - startedAt);
      const known = early.get(actionId);
      const action = known ?? (await new Promise<Action>((resolve) => void ended.set(actionId, resolve)));
      commands.push(performance.now() - startedAt);
      outcomes.set(action.outcome, (outcomes.get(action.outcome) ?? 0) + 1);
    }

  const person = { siteId, who: 'Bench', surface: 'window' };
  const stops: number[] = [];
  const answers: number[] = [];
  for (let run = 0; run < STOPS; run += 1) {
    await training();
    const startedAt = performance.now();
    await command('stop.activate', person);
    stops.push(performance.now() - startedAt);
    while (center.status().stop?.answeredAfterMs === null) await new Promise((resolve) => setTimeout(resolve, 10));
    answers.push(center.status().stop?.answeredAfterMs ?? Number.NaN);
    await command('stop.release', person);
  }
  await close();
  const trained = `training ran at ${beside.trained} of ${beside.moments} looks`;
  const came = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const onCommands = `${commands.length} commands on ${PLUGS} plugs: ${came}; ${trained}`;
  const onStops = `${STOPS} stops, ${PLUGS} plugs and the demo’s devices`;
  return [
    { name: 'Command to its row written, p50', value: median(begun), unit: 'ms', note: onCommands },
    { name: 'Command to confirmed, p50', value: median(commands), unit: 'ms', note: 'read back and power seen' },
    { name: 'Command to confirmed, p99', value: percentile(commands, 99), unit: 'ms', note: 'the same' },
    { name: 'STOP to last device commanded, p50', value: median(stops), unit: 'ms', note: onStops },
    { name: 'STOP to last device commanded, p99', value: percentile(stops, 99), unit: 'ms', note: 'the same' },
    { name: 'STOP to last read-back, p50', value: median(answers), unit: 'ms', note: 'the same' },
    { name: 'STOP to last read-back, p99', value: percentile(answers, 99), unit: 'ms', note: 'the same' },
  ];
};

if (process.argv[1] === import.meta.filename) {
  const folder = mkdtempSync(join(tmpdir(), 'commandcenter-latency-'));
  try {
    for (const { name, value, unit, note } of await benchLatency(folder))
      process.stdout.write(`${name.padEnd(40)} ${value.toFixed(1).padStart(9)} ${unit}  ${note}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
}
