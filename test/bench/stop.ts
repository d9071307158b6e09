import type { StopState } from '../../preload/contract/site.ts';
import { PLUGS, startPlugs } from './plugs.ts';
import { type Bench, median } from './types.ts';

const RUNS = 5;

/** STOP with 50 plugs on their own sockets while the models of the same center train. */
export const benchStop: Bench = async (folder) => {
  const { center, siteId, command, isTraining, train, close } = await startPlugs(folder);
  const person = { siteId, who: 'Bench', surface: 'window' };
  const commanded: number[] = [];
  const answered: number[] = [];
  let trained = 0;
  for (let run = 0; run < RUNS; run += 1) {
    await train();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    if (await isTraining()) trained += 1;
    const startedAt = performance.now();
    await command('stop.activate', person);
    commanded.push(performance.now() - startedAt);
    let state: StopState | null = center.status().stop;
    while (state && state.answeredAfterMs === null) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      state = center.status().stop;
    }
    answered.push(state?.answeredAfterMs ?? Number.NaN);
    await command('stop.release', person);
  }
  await close();
  const note = `${PLUGS} plugs and the demo’s devices, training ran in ${trained} of ${RUNS} stops`;
  return [
    { name: 'STOP to last device commanded, median', value: median(commanded), unit: 'ms', note },
    { name: 'STOP to last device commanded, worst', value: Math.max(...commanded), unit: 'ms', note },
    { name: 'STOP to last read-back, median', value: median(answered), unit: 'ms', note },
  ];
};
