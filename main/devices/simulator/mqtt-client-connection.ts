import type { Socket } from 'node:net';
import {
  createFieldReader,
  createFrameReader,
  encodeFrame,
  encodeText,
  encodeWord,
  type Frame,
  PACKET,
} from './mqtt-frames.ts';

const MOST_BYTES = 1024 * 1024;
const NO_ERROR = 0;
const WRONG_VERSION = 1;
const WRONG_IDENTIFIER = 2;
const WRONG_CREDENTIALS = 4;
const TOPIC_REFUSED = 0x80;

export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
}

/** What a connection asks of the broker that it belongs to. */
export interface BrokerSide {
  mayEnter(user: string | null, password: string | null): boolean;
  mayRead(user: string | null, filter: string): boolean;
  onEnter(clientId: string): void;
  onSubscribe(filter: string): void;
  onPublish(message: BrokerMessage): void;
  /** Every byte leaves through here, so that a fault holds for all. */
  write(frame: Buffer): void;
}

/** The broker's end of one connection: CONNECT first, then whatever the client asks. */
export const createClientConnection = (socket: Socket, broker: BrokerSide) => {
  const readFrames = createFrameReader(MOST_BYTES);
  const granted = new Map<string, 0 | 1>();
  let clientId: string | null = null;
  let user: string | null = null;
  let will: BrokerMessage | null = null;
  let lastPacketId = 0;

  /** What is wrong with a CONNECT; else the client is in. */
  const enter = (body: Buffer): number => {
    const fields = createFieldReader(body);
    const protocol = fields.text();
    const level = fields.byte();
    const flags = fields.byte();
    fields.word(); // Keep-alive: a simulated home may run at speed, so that nobody is thrown out for silence.
    const asked = fields.text();
    const has = (bit: number): boolean => (flags & (1 << bit)) !== 0;
    const message = has(2) ? { topic: fields.text(), payload: fields.binary(), retain: has(5) } : null;
    const name = has(7) ? fields.text() : null;
    const password = has(6) ? fields.text() : null;
    if (protocol !== 'MQTT' || level !== 4) return WRONG_VERSION;
    if (asked === '' && !has(1)) return WRONG_IDENTIFIER;
    if (!broker.mayEnter(name, password)) return WRONG_CREDENTIALS;
    user = name;
    will = message;
    clientId = asked === '' ? `anonymous-${socket.remotePort ?? 0}` : asked;
    broker.onEnter(clientId);
    return NO_ERROR;
  };

  const connect = ({ body }: Frame): void => {
    if (clientId !== null) throw new Error('a client connects once');
    const code = enter(body);
    broker.write(encodeFrame(PACKET.connack, 0, Buffer.from([0, code])));
    if (code !== NO_ERROR) socket.end();
  };

  const publish = ({ flags, body }: Frame): void => {
    const fields = createFieldReader(body);
    const topic = fields.text();
    if (topic === '' || /[+#\0]/.test(topic)) throw new Error('a wildcard stands in the topic of a message');
    const qos = (flags >> 1) & 3;
    const id = qos === 0 ? null : fields.word();
    broker.onPublish({ topic, payload: Buffer.from(fields.rest()), retain: (flags & 1) === 1 });
    if (id !== null) broker.write(encodeFrame(qos === 1 ? PACKET.puback : PACKET.pubrec, 0, encodeWord(id)));
  };

  const subscribe = ({ body }: Frame): void => {
    const fields = createFieldReader(body);
    const id = fields.word();
    const codes: number[] = [];
    const taken: string[] = [];
    while (!fields.isAtEnd()) {
      const filter = fields.text();
      const qos = Math.min(1, fields.byte()) === 0 ? 0 : 1;
      const isTaken = broker.mayRead(user, filter);
      codes.push(isTaken ? qos : TOPIC_REFUSED);
      if (!isTaken) continue;
      granted.set(filter, qos);
      taken.push(filter);
    }
    broker.write(encodeFrame(PACKET.suback, 0, encodeWord(id), Buffer.from(codes)));
    for (const filter of taken) broker.onSubscribe(filter);
  };

  const unsubscribe = ({ body }: Frame): void => {
    const fields = createFieldReader(body);
    const id = fields.word();
    while (!fields.isAtEnd()) granted.delete(fields.text());
    broker.write(encodeFrame(PACKET.unsuback, 0, encodeWord(id)));
  };

  const goodbye = (): void => {
    will = null;
    socket.end();
  };

  const handlers: Readonly<Record<number, (frame: Frame) => void>> = {
    [PACKET.connect]: connect,
    [PACKET.publish]: publish,
    [PACKET.puback]: () => undefined,
    [PACKET.pubrel]: ({ body }) => broker.write(encodeFrame(PACKET.pubcomp, 0, body)),
    [PACKET.subscribe]: subscribe,
    [PACKET.unsubscribe]: unsubscribe,
    [PACKET.pingreq]: () => broker.write(encodeFrame(PACKET.pingresp, 0)),
    [PACKET.disconnect]: goodbye,
  };
  const answer = (frame: Frame): void => {
    const handler = handlers[frame.type];
    if (!handler || (clientId === null && frame.type !== PACKET.connect)) throw new Error('no client says this now');
    handler(frame);
  };

  socket.on('data', (chunk) => {
    try {
      for (const frame of readFrames(Buffer.from(chunk))) answer(frame);
    } catch {
      socket.destroy(); // A client that breaks the protocol is thrown out (4.8).
    }
  });

  return {
    clientId: () => clientId,
    filters: (): ReadonlyMap<string, 0 | 1> => granted,
    /** The will of a client that went without a goodbye. */
    lastWill: () => will,
    deliver: ({ topic, payload, retain }: BrokerMessage, qos: 0 | 1): void => {
      lastPacketId = (lastPacketId % 0xffff) + 1;
      const id = qos === 1 ? encodeWord(lastPacketId) : Buffer.alloc(0);
      broker.write(encodeFrame(PACKET.publish, (qos << 1) | Number(retain), encodeText(topic), id, payload));
    },
    end: () => socket.destroy(),
  };
};

export type ClientConnection = ReturnType<typeof createClientConnection>;
