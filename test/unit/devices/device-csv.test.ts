import { describe, expect, it } from 'vitest';
import { exportDevices, importDevices } from '../../../main/devices/device-csv.ts';
import { evcc } from '../../../main/devices/evcc/driver.ts';
import { ocpp16 } from '../../../main/devices/ocpp/driver.ts';
import { shellyGen2 } from '../../../main/devices/shelly/driver.ts';
import { solark } from '../../../main/devices/solark/driver.ts';
import { channelId } from '../../../main/ids.ts';

const DRIVERS = [shellyGen2, ocpp16, solark, evcc];
const read = (csv: string) => importDevices(csv, DRIVERS);
const problemsOf = (csv: string) =>
  read(csv).problems.map(({ line, column, message }) => `${line} ${column ?? '-'}: ${message}`);

const HEADER =
  'device,driver,host,port,channel,role,priority,controllable,safe_state,min_on_s,min_off_s,max_switches_per_hour,writes_per_day';

describe('a list of devices', () => {
  it('needs little: name, model and address', () => {
    const { rows, problems } = read(
      'device,driver,host\nBoiler,shelly-gen2,192.168.1.9\nHeater,shelly-gen2,192.168.1.10\n',
    );
    expect(problems).toEqual([]);
    expect(rows).toEqual([
      {
        line: 2,
        name: 'Boiler',
        driverId: 'shelly-gen2',
        connection: { host: '192.168.1.9', port: 80 },
        channels: null,
      },
      {
        line: 3,
        name: 'Heater',
        driverId: 'shelly-gen2',
        connection: { host: '192.168.1.10', port: 80 },
        channels: null,
      },
    ]);
  });

  it('is read as other programs write it: semicolons, a mark at the start, a comma in numbers, capital column names', () => {
    const { rows, problems } = read(
      '\uFEFFDevice;Driver;Host;Channel;Rated_power_W;Safe_state\r\nBoiler;shelly-gen2;10.0.0.9;switch:0;1200,5;off\r\n;;;;;\r\n',
    );
    expect(problems).toEqual([]);
    expect(rows[0]?.channels).toMatchObject([{ channelId: 'switch:0', ratedPowerW: 1_200.5, safeState: false }]);
  });

  it('takes what is said of a device from its first line', () => {
    const { rows, problems } = read(
      'device,driver,host,channel,name\nCar,evcc,evcc.local,grid,\nCar,,,battery,Store\nCar,evcc,evcc.local,pv,Roof\n',
    );
    expect(problems).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.channels?.map(({ name }) => name)).toEqual(['Grid', 'Store', 'Roof']);
  });

  it('names line and column of each cell that is wrong, and what is possible there', () => {
    const csv = [
      HEADER,
      'A,shelly-gen2,10.0.0.1,80,switch:0,toaster,5,no,off,,,,',
      'B,shelly-gen2,10.0.0.2,80,switch:0,load,10,no,off,,,,',
      'C,shelly-gen2,10.0.0.3,80,switch:0,load,5,perhaps,off,,,,',
      'D,shelly-gen2,10.0.0.4,80,switch:0,load,5,yes,16,,,,',
      'E,shelly-gen2,10.0.0.5,80,switch:7,load,5,yes,off,,,,',
      'F,shelly-gen1000,10.0.0.6,80,switch:0,load,5,yes,off,,,,',
      'G,shelly-gen2,,80,switch:0,load,5,yes,off,,,,',
      'H,shelly-gen2,10.0.0.8,99999,switch:0,load,5,yes,off,,,,',
      'I,shelly-gen2,10.0.0.9,80,switch:0,load,5,yes,off,300,,,',
      'J,solark,10.0.0.10,502,battery,battery,5,no,,,,,',
      'K,evcc,10.0.0.11,7070,grid,grid,5,yes,,,,,',
      ',shelly-gen2,10.0.0.12,80,switch:0,load,5,yes,off,,,,',
      'L,ocpp16,,,charging,ev,5,yes,on,,,,',
    ].join('\n');
    expect(read(csv).rows).toEqual([]);
    expect(problemsOf(csv)).toEqual([
      '2 role: "toaster" is no role.',
      '3 priority: "10" is no priority.',
      '4 controllable: "perhaps" is neither yes nor no.',
      '5 safe_state: "16" is no safe state here.',
      '6 channel: Shelly relay or plug (Plus, Pro, Gen3, Gen4) has no channel "switch:7".'.replace(
        'Shelly relay or plug (Plus, Pro, Gen3, Gen4)',
        shellyGen2.label,
      ),
      '7 driver: There is no model "shelly-gen1000".',
      '8 host: The address is missing.',
      '9 port: "99999" is no port.',
      '10 min_off_s: "" is no such number.',
      '10 max_switches_per_hour: "" is no such number.',
      '10 writes_per_day: "" is no such number.',
      '11 unit_id: The unit number is missing.',
      '12 controllable: Grid of this model cannot be controlled.',
      '13 device: The device has no name.',
      '14 -: Charger name is missing.',
    ]);
  });

  it('takes nothing of a device with one wrong line, and all of the others', () => {
    const { rows, problems } = read(
      'device,driver,host,channel,role\nGood,shelly-gen2,10.0.0.1,switch:0,load\nBad,evcc,10.0.0.2,grid,grid\nBad,evcc,10.0.0.2,pv,sun\n',
    );
    expect(rows.map(({ name }) => name)).toEqual(['Good']);
    expect(problems).toMatchObject([{ line: 4, column: 'role', device: 'Bad' }]);
  });

  it.each([
    [
      'one name for two places',
      'A,shelly-gen2,10.0.0.1,switch:0\nA,shelly-gen2,10.0.0.2,switch:0',
      /another model or address/,
    ],
    [
      'one place under two names',
      'A,shelly-gen2,10.0.0.1,switch:0\nB,shelly-gen2,10.0.0.1,switch:0',
      /same device stands on line 2/,
    ],
    ['a channel twice', 'A,shelly-gen2,10.0.0.1,switch:0\nA,shelly-gen2,10.0.0.1,switch:0', /stands there twice/],
    ['all channels and one', 'A,shelly-gen2,10.0.0.1,\nA,shelly-gen2,10.0.0.1,switch:0', /takes all of them/],
    ['too many cells', 'A,shelly-gen2,10.0.0.1,switch:0,load,load', /6 cells/],
    ['a missing quotation mark', 'A,"shelly-gen2,10.0.0.1,switch:0', /quotation mark/],
  ])('refuses %s', (_, lines, words) => {
    expect(problemsOf(`device,driver,host,channel\n${lines}\n`).join()).toMatch(words);
  });

  it.each([
    ['', /empty/],
    ['device,driver,host,password\nA,shelly-gen2,10.0.0.1,hunter2\n', /holds no passwords/],
    ['device,driver,host,colour\nA,shelly-gen2,10.0.0.1,red\n', /no column "colour"/],
    ['device,host\nA,10.0.0.1\n', /column "driver" is missing/],
    ['device,driver,host,host\nA,shelly-gen2,10.0.0.1,10.0.0.2\n', /there twice/],
  ])('refuses %j as a whole', (csv, words) => {
    expect(read(csv).rows).toEqual([]);
    expect(problemsOf(csv).join()).toMatch(words);
    expect(JSON.stringify(read(csv))).not.toContain('hunter2');
  });

  it('counts lines as a person does, line breaks in quotes included', () => {
    const csv =
      'device,driver,host,name,channel,role\n"A\nlong name",shelly-gen2,10.0.0.1,x,switch:0,load\n\nB,shelly-gen2,10.0.0.2,x,switch:0,wrong\n';
    expect(read(csv).rows[0]).toMatchObject({ line: 2, name: 'A\nlong name' });
    expect(problemsOf(csv)).toEqual(['5 role: "wrong" is no role.']);
  });

  it('holds no formula that a program for tables would run, and no secret', () => {
    const csv = exportDevices([
      {
        name: '=HYPERLINK("http://evil")',
        driverId: 'ocpp16',
        connection: { host: '0.0.0.0', port: 8887, options: { chargePointId: 'BOX', maximumA: '16' } },
        channels: [
          {
            channelId: channelId('charging'),
            name: '@car',
            role: 'ev',
            use: 'primary',
            priority: 3,
            safeState: true,
            ratedPowerW: null,
            rules: null,
            controllable: true,
            powerScale: -1,
          },
        ],
      },
    ]);
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(csv).toContain("'@car");
    expect(csv).toContain(',-1,');
    expect(csv.split('\n')[0]).not.toMatch(/pass|secret|token/);
    expect(read(csv).rows[0]).toMatchObject({
      name: '=HYPERLINK("http://evil")',
      channels: [{ name: '@car', powerScale: -1 }],
    });
  });
});
