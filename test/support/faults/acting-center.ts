// A center that polls and acts until it is killed. It prints a line only after the center has acknowledged the deed:
// whatever was printed must be found in the database afterwards.
import type { DeviceView } from '../../../preload/contract/devices.ts';
import { asker, startTestCenter } from '../center/test-center.ts';

const [folder = '', firstValue = '0'] = process.argv.slice(2);
const { center } = await startTestCenter(folder);
const { query, command } = asker(center);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const siteId = center.status().activeSiteId;
const asPerson = { siteId, who: 'Fault test', surface: 'window' };

if (center.status().stop) {
  say('FOUND stopped');
  say('ASK release');
  await command('stop.release', asPerson);
  say('ACK released');
}
say('READY');

for (let turn = Number(firstValue); ; turn += 1) {
  const devices = await query<readonly DeviceView[]>('devices.list', { siteId });
  const plugs = devices.filter((device) => device.driverId === 'shelly-gen2');
  const plug = plugs[turn % plugs.length];
  const channel = plug?.channels.find((each) => each.control?.kind === 'switch');
  if (plug && channel) {
    const { actionId } = await command<{ actionId: string }>('control.set', {
      ...asPerson,
      deviceId: plug.id,
      channelId: channel.channelId,
      value: channel.setpoint !== true,
    });
    say(`ACK action ${actionId}`);
  }
  await command('settings.set', { siteId, who: 'Fault test', changes: { maxGridImportW: 10_000 + turn } });
  say(`ACK setting ${10_000 + turn}`);
  if (turn % 4 === 3) {
    say('ASK stop');
    await command('stop.activate', asPerson);
    say('ACK stopped');
    if (turn % 8 === 7) {
      say('ASK release');
      await command('stop.release', asPerson);
      say('ACK released');
    }
  }
}
