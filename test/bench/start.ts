import type { LiveState } from '../../preload/contract/site.ts';
import { doorOf, startServe } from '../support/e2e/running-serve.ts';
import type { Bench } from './types.ts';

type Answer = { readonly value: { readonly activeSiteId: string } & LiveState };

/** From the start of the process to the first fresh value of the house through the door. */
const startOnce = async (folder: string): Promise<number> => {
  const startedAt = performance.now();
  const serve = await startServe(folder);
  const { request } = await doorOf(serve);
  const status = (await request({ kind: 'query', name: 'center.status', input: {} })) as Answer;
  const siteId = status.value.activeSiteId;
  for (;;) {
    const live = (await request({ kind: 'query', name: 'site.live', input: { siteId } })) as Answer;
    if (live.value.gridW.freshness === 'fresh') break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const took = performance.now() - startedAt;
  await serve.close();
  return took;
};

export const benchStart: Bench = async (folder) => [
  {
    name: 'start to usable, first time',
    value: await startOnce(folder),
    unit: 'ms',
    note: 'built serve, empty folder: fills 400 days, opens 5 devices, first fresh value',
  },
  { name: 'start to usable, again', value: await startOnce(folder), unit: 'ms', note: 'the same folder' },
];
