import { join } from 'node:path';
import type { TaskSite } from '../../../main/learning/protocol.ts';
import { runTraining } from '../../../main/learning/train-task.ts';
import { createVersionCache } from '../../../main/learning/version-cache.ts';
import { loadTensorflow } from '../../../main/tensorflow.ts';
import { busyHome, WEEKEND } from './busy-home.ts';
import { DEMO_SITE, openDemoHome, ZONE } from './demo-home.ts';
import { PLAIN_MODELS } from './plain-models.ts';

const NOW = Date.parse('2026-11-21T01:05:00Z');

/** Trains the load of a made home again and again in this thread, each version against the one before; tensors after each. */
export const repeatedTrainings = async (times: number, days: number): Promise<readonly number[]> => {
  const home = await openDemoHome(NOW, false);
  busyHome(home.store, home.clock, days).measure(WEEKEND);
  const backend = await loadTensorflow();
  const versions = createVersionCache(backend, PLAIN_MODELS, 1);
  const { id, latitude, longitude, currency } = DEMO_SITE;
  const site: TaskSite = { id, latitude, longitude, timeZone: ZONE, currency, pvPeakW: null };
  const tensors: number[] = [];
  const folderOf = (time: number): string => join(home.folder, 'models', `load-${time}`);
  for (let time = 0; time < times; time += 1) {
    const done = await runTraining(
      backend,
      PLAIN_MODELS,
      versions,
      {
        ...{ task: 'train', databasePath: home.store.databasePath, site, now: NOW, kind: 'load', seed: 7 },
        ...{ version: `load-${time}`, folder: folderOf(time), codeVersion: '0', settings: {}, hindcasts: [] },
        // A challenger now and then, since it is judged by fits of its own.
        challenger: time % 3 === 2 ? { extraTrees: 4 } : null,
        rival: time === 0 ? null : { version: `load-${time - 1}`, folder: folderOf(time - 1) },
      },
      async () => true,
    );
    if (!done.ok) throw new Error(done.error.message);
    tensors.push(backend.tf.memory().numTensors);
  }
  versions.dispose();
  tensors.push(backend.tf.memory().numTensors);
  home.close();
  return tensors;
};
