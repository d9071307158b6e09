import { join, resolve } from 'node:path';
import type { Center, CenterOptions } from '../../../main/center/types.ts';
import { createCenter } from '../../../main/center.ts';
import { systemClock } from '../../../main/clock.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { placesOf } from '../../../main/places.ts';
import { fileSecretStore } from '../../../main/secrets.ts';

const MAIN = resolve(import.meta.dirname, '../../../main');

/** The whole center from source, on a folder of its own, with the real clock, store, workers and sockets. */
export const startTestCenter = async (
  dataFolder: string,
  options: Partial<Pick<CenterOptions, 'demo' | 'clock' | 'host'>> = {},
): Promise<{ readonly center: Center; readonly log: readonly string[] }> => {
  const places = placesOf(MAIN);
  const clock = options.clock ?? systemClock();
  const sink = memorySink();
  const created = await createCenter({
    host: options.host ?? 'test',
    version: '0.0.0-test',
    dataFolder,
    demo: options.demo ?? 'always',
    clock,
    log: createLog(sink, clock),
    lostLogLines: () => 0,
    secrets: fileSecretStore(join(dataFolder, 'secrets')),
    workers: places.workers,
    resourcesFolder: places.resourcesFolder,
  });
  if (!created.ok) throw new Error(`${created.error.message} ${created.error.advice}`);
  return { center: created.value, log: sink.lines };
};

let keys = 0;

/** Asks the center as a window would, and throws what a test does not expect. */
export const asker = (center: Pick<Center, 'handle'>) => {
  const ask = async <Value>(request: unknown): Promise<Value> => {
    const reply = await center.handle(request, { surface: 'window' });
    if (!reply.ok) throw new Error(`${reply.problem.code}: ${reply.problem.message}`);
    return reply.value as Value;
  };
  return {
    query: <Value>(name: string, input: unknown) => ask<Value>({ kind: 'query', name, input }),
    command: <Value>(name: string, input: unknown) => {
      keys += 1;
      return ask<Value>({ kind: 'command', name, input, key: `test-key-${process.pid}-${keys}-${performance.now()}` });
    },
  };
};
