import { type GxNotice, parseNotice, parseTopic } from './mqtt-topics.ts';
import type { VenusValue, VenusValues } from './venus-readings.ts';

/** More paths than any system has: what comes beyond is not kept. */
const MOST_PATHS = 20_000;

/** All that a GX has said since it was last asked for everything. */
export interface GxTree extends VenusValues {
  /** What was heard of a path, also that it has no value now; null for what is no notification of this GX. */
  hear(topic: string, payload: Buffer, at: number): { readonly key: string; readonly notice: GxNotice } | null;
  /** True where the path was ever named, valid or not. */
  knows(service: string, instance: number, path: string): boolean;
  /** The device answered just now, and it sends what changes: whatever it said before is still so. */
  confirm(service: string, instance: number, at: number): void;
  /** When it answered last; null where it never did. */
  confirmedAt(service: string, instance: number): number | null;
  clear(): void;
}

export const keyOf = (service: string, instance: number, path: string): string => `${service}/${instance}/${path}`;

export const createGxTree = (portal: string): GxTree => {
  /** By device, then by path; null is "no value now". */
  const devices = new Map<string, Map<string, VenusValue | null>>();
  const confirmedAt = new Map<string, number>();
  let paths = 0;

  const deviceOf = (service: string, instance: number) => devices.get(`${service}/${instance}`);

  return {
    hear: (topic, payload, at) => {
      const parsed = parseTopic(topic);
      if (parsed?.kind !== 'N' || parsed.portal !== portal) return null;
      const { service, instance, path } = parsed;
      const notice = parseNotice(payload);
      const id = `${service}/${instance}`;
      const known = devices.get(id);
      if (notice.kind === 'gone') {
        if (known?.delete(path) === true) paths -= 1;
        if (known?.size === 0) devices.delete(id);
      } else if (notice.kind !== 'malformed') {
        const device = known ?? new Map<string, VenusValue | null>();
        if (!device.has(path)) {
          if (paths >= MOST_PATHS) return null;
          paths += 1;
        }
        device.set(path, notice.kind === 'value' ? { value: notice.value, at } : null);
        devices.set(id, device);
      }
      return { key: keyOf(service, instance, path), notice };
    },
    of: (service, instance, path) => {
      const known = deviceOf(service, instance)?.get(path);
      if (known === undefined || known === null) return undefined;
      return { value: known.value, at: Math.max(known.at, confirmedAt.get(`${service}/${instance}`) ?? known.at) };
    },
    instances: (service) =>
      [...devices.keys()].flatMap((id) => {
        const [name, instance] = id.split('/');
        return name === service ? [Number(instance)] : [];
      }),
    knows: (service, instance, path) => deviceOf(service, instance)?.has(path) ?? false,
    confirm: (service, instance, at) => void confirmedAt.set(`${service}/${instance}`, at),
    confirmedAt: (service, instance) => confirmedAt.get(`${service}/${instance}`) ?? null,
    clear: () => {
      devices.clear();
      confirmedAt.clear();
      paths = 0;
    },
  };
};
