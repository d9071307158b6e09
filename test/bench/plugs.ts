import { systemClock } from '../../main/clock.ts';
import { driverOf } from '../../main/devices/registry.ts';
import { demoProfile, loadDemoData } from '../../main/devices/simulator/demo-profile.ts';
import { createSimulatedHouse } from '../../main/devices/simulator/house.ts';
import { startShellySimulator } from '../../main/devices/simulator/shelly-server.ts';
import type { ProbeResult } from '../../preload/contract/devices.ts';
import type { FlowView } from '../../preload/contract/house.ts';
import { asker, startTestCenter } from '../support/center/test-center.ts';

export const PLUGS = 50;

/** The demo center with fifty more plugs, each on a socket of its own, beside which the models can train. */
export const startPlugs = async (folder: string) => {
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
  const sockets = await Promise.all(
    loads.map((load) => startShellySimulator({ house, clock, loadId: load.id, model: 'PlusPlugS' })),
  );
  const { center } = await startTestCenter(folder);
  const { query, command } = asker(center);
  const siteId = center.status().activeSiteId;
  const control = driverOf('shelly-gen2')?.channels[0]?.control;
  if (!control) throw new Error('The plug driver has no control.');
  const plugs: { readonly deviceId: string; readonly channelId: string }[] = [];
  for (const [index, socket] of sockets.entries()) {
    const input = { siteId, driverId: 'shelly-gen2', connection: { host: socket.host, port: socket.port } };
    const probe = await command<ProbeResult>('devices.probe', input);
    const channelId = probe.channels[0]?.channelId;
    if (!channelId) throw new Error('The plug has no channel.');
    const added = await command<{ readonly deviceId: string }>('devices.add', {
      ...input,
      who: 'Bench',
      name: `Plug ${index}`,
      channels: [
        {
          channelId,
          name: `Plug ${index}`,
          role: 'other-load',
          use: 'primary',
          priority: 5,
          safeState: false,
          ratedPowerW: 60,
          // They are switched again and again; what a relay bears is not what is measured here.
          rules: { minOnMs: 0, minOffMs: 0, maxSwitchesPerHour: 1_000, writeBudgetPerDay: 10_000 },
          controllable: true,
        },
      ],
    });
    plugs.push({ deviceId: added.deviceId, channelId });
  }
  const isTraining = async (): Promise<boolean> =>
    (await query<readonly FlowView[]>('flows.list', { siteId })).some(
      (flow) => flow.name === 'training' && flow.running,
    );
  return {
    center,
    siteId,
    query,
    command,
    plugs,
    isTraining,
    /** Begins it where it does not run. */
    train: async (): Promise<void> => {
      if (!(await isTraining())) await command('flows.run', { siteId, flow: 'training', who: 'Bench' });
    },
    close: async (): Promise<void> => {
      await center.stop();
      await Promise.all(sockets.map((socket) => socket.close()));
    },
  };
};
