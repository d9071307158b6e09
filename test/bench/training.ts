import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FlowView } from '../../preload/contract/house.ts';
import { asker, startTestCenter } from '../support/center/test-center.ts';
import type { Bench } from './types.ts';

/** The demo home learns for the first time; the main thread is watched meanwhile. */
export const benchTraining: Bench = async (folder) => {
  const { center } = await startTestCenter(folder);
  const { query } = asker(center);
  const siteId = center.status().activeSiteId;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  for (;;) {
    const flows = await query<readonly FlowView[]>('flows.list', { siteId });
    const training = flows.find((flow) => flow.name === 'training');
    if (training?.last && training.running === null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const took = performance.now() - startedAt;
  delay.disable();
  const { rss } = process.memoryUsage();
  await center.stop();
  return [
    {
      name: 'training, solar and load',
      value: took / 1000,
      unit: 's',
      note: '400 days of hours, both models with evaluation',
    },
    {
      name: 'event-loop delay while training, p99',
      value: delay.percentile(99) / 1e6,
      unit: 'ms',
      note: 'main thread with 5 devices polled',
    },
    { name: 'event-loop delay while training, max', value: delay.max / 1e6, unit: 'ms', note: 'same' },
    { name: 'memory after training', value: rss / 2 ** 20, unit: 'MiB', note: 'resident set with worker' },
  ];
};
