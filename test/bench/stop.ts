import { systemClock } from '../../main/clock.ts';
import { driverOf } from '../../main/devices/registry.ts';
import { demoProfile, loadDemoData } from '../../main/devices/simulator/demo-profile.ts';
import { createSimulatedHouse } from '../../main/devices/simulator/house.ts';
import { startShellySimulator } from '../../main/devices/simulator/shelly-server.ts';
import type { ProbeResult } from '../../preload/contract/devices.ts';
import type { FlowView } from '../../preload/contract/house.ts';
import type { StopState } from '../../preload/contract/site.ts';
import { asker, startTestCenter } from '../support/center/test-center.ts';
import { type Bench, median } from './types.ts';

const PLUGS = 50;
const RUNS = 5;

/** STOP with 50 plugs on their own sockets while the models of the same center train. */
export const benchStop: Bench = async (folder) => {
  const data = loadDemoData('resources/demo');
  if (!data.ok) throw new Error(data.error.message);
  const clock = systemClock();
  const loads = Array.from({ length: PLUGS }, (_, index) => ({
    id: `load-${index}`,
    name: `Load ${index}`,
    kind: 'resistive' as const,
    ratedPowerW: 60,
  }));
  const house = createSimulatedHouse({
    clock,
    profile: demoProfile(data.value, 'Europe/Berlin'),
    loads,
    batteryCapacityKwh: 10,
    startSocPct: 80,
    timeZone: 'Europe/Berlin',
  });
  const plugs = await Promise.all(
    loads.map((load) => startShellySimulator({ house, clock, loadId: load.id, model: 'PlusPlugS' })),
  );
  const { center } = await startTestCenter(folder);
  const { query, command } = asker(center);
  const siteId = center.status().activeSiteId;
  const person = { siteId, who: 'Bench', surface: 'window' };
  const control = driverOf('shelly-gen2')?.channels[0]?.control;
  if (!control) throw new Error('The plug driver has no control.');
  for (const [index, plug] of plugs.entries()) {
    const input = { siteId, driverId: 'shelly-gen2', connection: { host: plug.host, port: plug.port } };
    const probe = await command<ProbeResult>('devices.probe', input);
    const channel = probe.channels[0];
    if (!channel) throw new Error('The plug has no channel.');
    await command('devices.add', {
      ...input,
      who: 'Bench',
      name: `Plug ${index}`,
      channels: [
        {
          channelId: channel.channelId,
          name: `Plug ${index}`,
          role: 'other-load',
          use: 'primary',
          priority: 5,
          safeState: false,
          ratedPowerW: 60,
          rules: control.defaultRules,
          controllable: true,
        },
      ],
    });
  }
  const training = async (): Promise<boolean> =>
    (await query<readonly FlowView[]>('flows.list', { siteId })).some(
      (flow) => flow.name === 'training' && flow.running,
    );
  const commanded: number[] = [];
  const answered: number[] = [];
  let trained = 0;
  for (let run = 0; run < RUNS; run += 1) {
    if (!(await training())) await command('flows.run', { siteId, flow: 'training', who: 'Bench' });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    if (await training()) trained += 1;
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
  await center.stop();
  await Promise.all(plugs.map((plug) => plug.close()));
  const note = `${PLUGS} plugs and the demo’s devices, training ran in ${trained} of ${RUNS} stops`;
  return [
    { name: 'STOP to last device commanded, median', value: median(commanded), unit: 'ms', note },
    { name: 'STOP to last device commanded, worst', value: Math.max(...commanded), unit: 'ms', note },
    { name: 'STOP to last read-back, median', value: median(answered), unit: 'ms', note },
  ];
};
