import type { Sighting } from '../types.ts';

/** A record of an mDNS answer, in the form of npm `dns-packet`; the unknown ones are let be. */
export interface MdnsRecord {
  readonly name: string;
  readonly type: string;
  readonly data?: unknown;
}

/** Announced by somebody: which service, and where. */
export interface Announcement {
  /** `_shelly._tcp`. */
  readonly service: string;
  readonly sighting: Sighting;
}

const LOCAL = '.local';
/** What one home can have; the rest is noise or malice. */
const MOST_RECORDS = 2_000;

/** Names are compared without regard to case (RFC 6762, 16). */
const key = (name: string): string => name.replace(/\.$/, '').toLowerCase();

const textRecords = (data: unknown): Readonly<Record<string, string>> => {
  const parts = Array.isArray(data) ? data : [data];
  return Object.fromEntries(
    parts.flatMap((part: unknown) => {
      const text = Buffer.isBuffer(part) ? part.toString('utf8') : typeof part === 'string' ? part : '';
      const at = text.indexOf('=');
      return at > 0 ? [[text.slice(0, at).toLowerCase(), text.slice(at + 1)]] : [];
    }),
  );
};

const serviceOf = (instance: string, services: readonly string[]): string | undefined =>
  services.find((service) => key(instance).endsWith(`.${key(service)}${LOCAL}`));

/** Gathers the records of many answers, which may come in any order and in parts. */
export const createRecordBook = (services: readonly string[]) => {
  /** Instances by their key, as they were written: the name is for people. */
  const instances = new Map<string, { readonly name: string; sender: string }>();
  const targets = new Map<string, { readonly host: string; readonly port: number }>();
  const texts = new Map<string, Readonly<Record<string, string>>>();
  const addresses = new Map<string, string>();

  const size = (): number => instances.size + targets.size + texts.size + addresses.size;

  const note = (instance: string, sender: string): void => {
    if (serviceOf(instance, services) !== undefined && !instances.has(key(instance)))
      instances.set(key(instance), { name: instance, sender });
  };

  return {
    /** `sender` stands in for an address that nobody says. */
    add: (records: readonly MdnsRecord[], sender: string): void => {
      for (const { name, type, data } of records) {
        if (size() > MOST_RECORDS) return;
        if (type === 'PTR' && typeof data === 'string') note(data, sender);
        else if (type === 'A' && typeof data === 'string') addresses.set(key(name), data);
        else if (type === 'TXT') texts.set(key(name), textRecords(data));
        else if (type === 'SRV' && typeof data === 'object' && data !== null) {
          const { target, port } = data as { target?: unknown; port?: unknown };
          if (typeof target !== 'string' || typeof port !== 'number' || port < 1 || port > 65_535) continue;
          targets.set(key(name), { host: target, port });
          note(name, sender);
        }
      }
    },
    /** Everybody of whom a place is known. */
    announcements: (): readonly Announcement[] =>
      [...instances].flatMap(([instance, { name, sender }]) => {
        const target = targets.get(instance);
        const service = serviceOf(name, services);
        if (!target || service === undefined) return [];
        const host = addresses.get(key(target.host)) ?? sender;
        const label = name.slice(0, name.length - service.length - LOCAL.length - 1).replace(/\.$/, '');
        return [{ service, sighting: { host, port: target.port, name: label, txt: texts.get(instance) ?? {} } }];
      }),
    /** What is still to be asked: the place of an instance, the address of a host. */
    questions: (): readonly { readonly name: string; readonly type: 'SRV' | 'TXT' | 'A' }[] => [
      ...[...instances.values()].flatMap(({ name }) =>
        targets.has(key(name))
          ? []
          : [
              { name, type: 'SRV' as const },
              { name, type: 'TXT' as const },
            ],
      ),
      ...[...targets.values()].flatMap(({ host }) =>
        addresses.has(key(host)) ? [] : [{ name: host, type: 'A' as const }],
      ),
    ],
  };
};
