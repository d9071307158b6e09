import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Interfaces,
  isPrivate,
  networkOf,
  ownAddresses,
  ownNetworks,
} from '../../../main/devices/discovery/networks.ts';
import { createRecordBook, type MdnsRecord } from '../../../main/devices/discovery/records.ts';
import { doorsOf } from '../../../main/devices/discovery/scan.ts';

const address = (text: string, internal = false): NonNullable<Interfaces[string]>[number] => ({
  address: text,
  netmask: '255.255.0.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: `${text}/16`,
});

describe('the networks that may be asked', () => {
  it.each([
    ['10.0.0.1', true],
    ['10.255.255.255', true],
    ['172.16.0.1', true],
    ['172.31.9.9', true],
    ['192.168.4.5', true],
    ['127.0.0.1', true],
    ['172.32.0.1', false],
    ['192.169.0.1', false],
    ['8.8.8.8', false],
    ['100.64.0.1', false],
    ['169.254.1.1', false],
    ['fe80::1', false],
    ['home', false],
  ])('%s is private: %s', (text, isIt) => {
    expect(isPrivate(text)).toBe(isIt);
  });

  it('are those of a home: 254 addresses at most around the own one, however large the network is', () => {
    const found = ownNetworks({
      lo: [address('127.0.0.1', true)],
      eth0: [address('192.168.7.20')],
      wlan0: [address('192.168.7.21'), address('10.1.2.3')],
      vpn: [address('100.90.1.1'), address('8.8.8.8')],
    });
    expect(found.map(({ name, hosts }) => [name, hosts.length, hosts[0], hosts.at(-1)])).toEqual([
      ['192.168.7.0/24', 254, '192.168.7.1', '192.168.7.254'],
      ['10.1.2.0/24', 254, '10.1.2.1', '10.1.2.254'],
    ]);
    expect(ownAddresses({ lo: [address('127.0.0.1', true)], eth0: [address('192.168.7.20')] })).toEqual([
      '192.168.7.20',
    ]);
  });

  it.each([
    '192.168.1.0',
    '192.168.1.0/23',
    '192.168.1.0/8',
    '8.8.8.0/24',
    '192.168.1.0/33',
    'x/24',
    '',
    '192.168.1.0/2 4',
  ])('are not %s', (text) => {
    expect(networkOf(text)).toBeNull();
  });

  it('never have more than 254 hosts, and only private ones', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, fc.integer({ min: 0, max: 32 }), (a, b, c, d, prefix) => {
        const network = networkOf(`${a}.${b}.${c}.${d}/${prefix}`);
        if (!network) return;
        expect(network.hosts.length).toBeLessThanOrEqual(254);
        expect(network.hosts.length).toBeGreaterThan(0);
        expect(network.hosts.every(isPrivate)).toBe(true);
      }),
    );
  });

  it('are asked port by port, so that no device is asked several things at once', () => {
    expect(doorsOf(['a', 'b'], [80, 502]).map(({ host, port }) => `${host}:${port}`)).toEqual([
      'a:80',
      'b:80',
      'a:502',
      'b:502',
    ]);
  });
});

describe('announcements', () => {
  const RECORDS: readonly MdnsRecord[] = [
    { name: '_shelly._tcp.local', type: 'PTR', data: 'shellyplus1pm-a8.._shelly._tcp.local'.replace('..', '.') },
    { name: 'shellyplus1pm-a8._shelly._tcp.local', type: 'SRV', data: { target: 'Shelly-A8.local', port: 80 } },
    {
      name: 'shellyplus1pm-a8._shelly._tcp.local',
      type: 'TXT',
      data: [Buffer.from('gen=2'), Buffer.from('App=Plus1PM')],
    },
    { name: 'shelly-a8.LOCAL', type: 'A', data: '192.168.1.9' },
  ];
  const EXPECTED = [
    {
      service: '_shelly._tcp',
      sighting: { host: '192.168.1.9', port: 80, name: 'shellyplus1pm-a8', txt: { gen: '2', app: 'Plus1PM' } },
    },
  ];

  it('are put together from records in any order and in parts', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...RECORDS], { minLength: RECORDS.length }), (records) => {
        const book = createRecordBook(['_shelly._tcp']);
        for (const record of records) book.add([record], '192.168.1.200');
        expect(book.announcements()).toEqual(EXPECTED);
        expect(book.questions()).toEqual([]);
      }),
    );
  });

  it('ask for what is missing, and take the sender where nobody says an address', () => {
    const book = createRecordBook(['_http._tcp']);
    book.add([{ name: '_http._tcp.local', type: 'PTR', data: 'evcc._http._tcp.local' }], '10.0.0.4');
    expect(book.announcements()).toEqual([]);
    expect(book.questions().map(({ type }) => type)).toEqual(['SRV', 'TXT']);
    book.add([{ name: 'evcc._http._tcp.local', type: 'SRV', data: { target: 'evcc.local', port: 7070 } }], '10.0.0.4');
    expect(book.announcements()[0]?.sighting).toEqual({ host: '10.0.0.4', port: 7070, name: 'evcc', txt: {} });
    expect(book.questions()).toEqual([{ name: 'evcc.local', type: 'A' }]);
  });

  it('of other services, and records that are none, are let be', () => {
    const book = createRecordBook(['_shelly._tcp']);
    book.add(
      [
        { name: '_printer._tcp.local', type: 'PTR', data: 'Office._printer._tcp.local' },
        { name: 'x._shelly._tcp.local', type: 'SRV', data: { target: 7, port: 80 } },
        { name: 'y._shelly._tcp.local', type: 'SRV', data: { target: 'y.local', port: 99_999 } },
        { name: 'z._shelly._tcp.local', type: 'SRV', data: null },
        { name: 'z._shelly._tcp.local', type: 'TXT', data: 5 },
      ],
      '10.0.0.4',
    );
    expect(book.announcements()).toEqual([]);
  });
});
