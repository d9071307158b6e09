import { isIPv4 } from 'node:net';
import type { networkInterfaces } from 'node:os';

export type Interfaces = ReturnType<typeof networkInterfaces>;

/** A network of at most 254 hosts. */
export interface Network {
  /** `192.168.1.0/24`. */
  readonly name: string;
  readonly hosts: readonly string[];
}

const SMALLEST_PREFIX = 24;

const numberOf = (address: string): number => address.split('.').reduce((total, part) => total * 256 + Number(part), 0);
const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

/** Networks that belong to a home (RFC 1918), and this computer itself. Nothing else is ever asked. */
const PRIVATE: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
];
export const isPrivate = (address: string): boolean =>
  isIPv4(address) &&
  PRIVATE.some(([start, prefix]) => {
    const size = 2 ** (32 - prefix);
    return Math.floor(numberOf(address) / size) === Math.floor(numberOf(start) / size);
  });

/** The network around an address, or null where it may not be asked: not private, too large, or no network at all. */
export const networkOf = (text: string): Network | null => {
  const [address = '', prefixText = ''] = text.trim().split('/');
  const prefix = Number(prefixText);
  if (!isPrivate(address) || !/^\d{1,2}$/.test(prefixText) || prefix < SMALLEST_PREFIX || prefix > 32) return null;
  const size = 2 ** (32 - prefix);
  const start = Math.floor(numberOf(address) / size) * size;
  // First and last are the network itself and everybody in it; a network of one or two hosts has neither (RFC 3021).
  const [from, to] = size <= 2 ? [start, start + size - 1] : [start + 1, start + size - 2];
  const hosts = Array.from({ length: to - from + 1 }, (_, index) => addressOf(from + index));
  return { name: `${addressOf(start)}/${prefix}`, hosts };
};

/** Own IPv4 addresses on private networks, without this computer's inner ones. */
export const ownAddresses = (interfaces: Interfaces): readonly string[] =>
  Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address))
    .map(({ address }) => address);

/** The /24 around each own address, however large the network is: what lies further away is typed. */
export const ownNetworks = (interfaces: Interfaces): readonly Network[] => {
  const found = ownAddresses(interfaces).flatMap((address) => networkOf(`${address}/24`) ?? []);
  return [...new Map(found.map((network) => [network.name, network])).values()];
};
