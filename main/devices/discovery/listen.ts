import multicastDns, { type MulticastDNS } from 'multicast-dns';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../result.ts';
import { type Announcement, createRecordBook, type MdnsRecord } from './records.ts';

/** Most answers come within a second; sleeping devices answer a later question. */
const ASK_AT_MS = [0, 1_000, 2_500];
const MDNS_PORT = 5_353;

export interface ListenOptions {
  readonly clock: Clock;
  readonly services: readonly string[];
  /** Own addresses: on each of them it is asked and heard. */
  readonly addresses: readonly string[];
  readonly port?: number;
  readonly listenMs: number;
  readonly signal: AbortSignal;
  readonly onTrouble: (text: string) => void;
}

/** Asks by multicast who is there and listens for a while (RFC 6762, 6763). Tells each announcement once a change. */
export const listenForServices = async (
  options: ListenOptions,
  onAnnouncement: (announcement: Announcement) => void,
): Promise<void> => {
  const { clock, services, addresses, port = MDNS_PORT, listenMs, signal, onTrouble } = options;
  if (signal.aborted || services.length === 0) return;
  const book = createRecordBook(services);
  const told = new Set<string>();
  const asked = new Set<string>();

  const tell = (): void => {
    for (const announcement of book.announcements()) {
      const text = JSON.stringify(announcement);
      if (told.has(text)) continue;
      told.add(text);
      onAnnouncement(announcement);
    }
  };

  const open = (address: string): MulticastDNS => {
    // Bound to all addresses, because what is sent to a group does not arrive at a single one.
    const socket = multicastDns({ interface: address, bind: '0.0.0.0', port, reuseAddr: true });
    socket.on('error', (error: unknown) =>
      onTrouble(`Announcements on ${address} cannot be heard: ${messageOf(error)}.`),
    );
    // Somebody on the network sends what is no DNS: nothing that a person could mend.
    socket.on('warning', () => undefined);
    socket.on(
      'response',
      (packet: { answers?: MdnsRecord[]; additionals?: MdnsRecord[] }, { address: sender }: { address: string }) => {
        book.add([...(packet.answers ?? []), ...(packet.additionals ?? [])], sender);
        const open = book.questions().filter(({ name, type }) => !asked.has(`${type} ${name}`));
        for (const { name, type } of open) asked.add(`${type} ${name}`);
        if (open.length > 0) socket.query({ questions: [...open] });
        tell();
      },
    );
    return socket;
  };

  const sockets = addresses.map(open);
  const ask = (): void => {
    for (const socket of sockets)
      socket.query({ questions: services.map((service) => ({ name: `${service}.local`, type: 'PTR' as const })) });
  };
  const timers = ASK_AT_MS.filter((atMs) => atMs < listenMs).map((atMs) => clock.after(atMs, ask));
  await clock.sleep(listenMs, signal);
  for (const cancel of timers) cancel();
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.destroy(() => resolve()))));
};
