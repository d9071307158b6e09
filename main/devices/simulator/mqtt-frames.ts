/** Packet types of MQTT 3.1.1 (2.2.1): the upper half of the first byte. */
export const PACKET = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

/** A frame from type, flags and the parts of its body; texts and payloads are already encoded. */
export const encodeFrame = (type: number, flags: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  // "Remaining length": seven bits a byte, the lowest first (2.2.3).
  for (let left = body.length; ; left = Math.floor(left / 128)) {
    const more = left >= 128;
    length.push((left % 128) + (more ? 128 : 0));
    if (!more) break;
  }
  return Buffer.concat([Buffer.from([(type << 4) | flags, ...length]), body]);
};

export const encodeWord = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

export const encodeText = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([encodeWord(bytes.length), bytes]);
};

/** Cuts a stream into frames; throws where it is no MQTT or a frame is larger than `mostBytes`. */
export const createFrameReader = (mostBytes: number) => {
  let held = Buffer.alloc(0);
  const take = (): Frame | null => {
    let length = 0;
    let index = 1;
    for (; ; index += 1) {
      if (index > 4) throw new Error('the length of a frame has too many bytes');
      const byte = held[index];
      if (byte === undefined) return null;
      length += (byte & 0x7f) * 128 ** (index - 1);
      if (byte < 128) break;
    }
    if (length > mostBytes) throw new Error('a frame is too large');
    const end = index + 1 + length;
    if (held.length < end) return null;
    const [first = 0] = held;
    const body = held.subarray(index + 1, end);
    held = held.subarray(end);
    return { type: first >> 4, flags: first & 0x0f, body };
  };
  return (chunk: Buffer): readonly Frame[] => {
    held = Buffer.concat([held, chunk]);
    const frames: Frame[] = [];
    for (let frame = take(); frame !== null; frame = take()) frames.push(frame);
    return frames;
  };
};

/** Reads the fields of a body one after another; throws where it ends too early. */
export const createFieldReader = (body: Buffer) => {
  let at = 0;
  const bytes = (count: number): Buffer => {
    if (at + count > body.length) throw new Error('a frame ends too early');
    at += count;
    return body.subarray(at - count, at);
  };
  const word = (): number => bytes(2).readUInt16BE(0);
  const binary = (): Buffer => bytes(word());
  return {
    byte: (): number => bytes(1).readUInt8(0),
    word,
    binary,
    text: (): string => binary().toString('utf8'),
    rest: (): Buffer => bytes(body.length - at),
    isAtEnd: (): boolean => at === body.length,
  };
};
