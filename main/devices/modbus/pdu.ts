/**
 * Requests and replies of the functions that the product uses (MODBUS Application Protocol 1.1b3): 3 and 4 read
 * registers, 6 writes one, 16 several; 1 and 2 read bits (coils, discrete inputs), 5 writes one coil. Bits stand among
 * the words as 0 and 1, a coil to write as 0 or `COIL_ON`.
 */
export const READ_COILS = 1;
export const READ_DISCRETE = 2;
export const READ_HOLDING = 3;
export const READ_INPUT = 4;
export const WRITE_COIL = 5;
export const WRITE_SINGLE = 6;
export const WRITE_MULTIPLE = 16;

/** What a switched-on coil is written as. */
export const COIL_ON = 0xff00;

const MOST_READ = 125;
const MOST_BITS_READ = 2_000;
const MOST_WRITTEN = 123;

type ReadFunction = typeof READ_HOLDING | typeof READ_INPUT | typeof READ_COILS | typeof READ_DISCRETE;

export type Request =
  | { readonly fn: ReadFunction; readonly address: number; readonly count: number }
  | {
      readonly fn: typeof WRITE_SINGLE | typeof WRITE_COIL;
      readonly address: number;
      readonly values: readonly [number];
    }
  | { readonly fn: typeof WRITE_MULTIPLE; readonly address: number; readonly values: readonly number[] };

export type Reply =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'written' }
  | { readonly kind: 'exception'; readonly exception: number }
  /** Well framed, but no answer to this request. */
  | { readonly kind: 'malformed'; readonly what: string };

const readsBits = (fn: number): boolean => fn === READ_COILS || fn === READ_DISCRETE;

/** Bytes after the byte count of a reply. */
const dataBytes = ({ fn, count }: { readonly fn: number; readonly count: number }): number =>
  readsBits(fn) ? Math.ceil(count / 8) : count * 2;

export const encodeRequest = (request: Request): Buffer => {
  if ('count' in request) return bytes(request.fn, request.address, request.count);
  if (request.fn !== WRITE_MULTIPLE) return bytes(request.fn, request.address, request.values[0]);
  const size = request.values.length;
  return Buffer.concat([
    bytes(request.fn, request.address, size),
    Buffer.from([size * 2]),
    wordsToBytes(request.values),
  ]);
};

/** Answers the exception code that a server must give when the request itself is wrong. */
export const decodeRequest = (pdu: Buffer): Request | { readonly exception: 1 | 3 } => {
  const fn = pdu.length > 0 ? pdu.readUInt8(0) : 0;
  const isRead = fn === READ_HOLDING || fn === READ_INPUT || fn === READ_COILS || fn === READ_DISCRETE;
  if (!isRead && fn !== WRITE_SINGLE && fn !== WRITE_COIL && fn !== WRITE_MULTIPLE) return { exception: 1 };
  if (pdu.length < 5) return { exception: 3 };
  const address = pdu.readUInt16BE(1);
  const second = pdu.readUInt16BE(3);
  if (fn === WRITE_SINGLE) return pdu.length === 5 ? { fn, address, values: [second] } : { exception: 3 };
  if (fn === WRITE_COIL) {
    const isCoil = pdu.length === 5 && (second === 0 || second === COIL_ON);
    return isCoil ? { fn, address, values: [second] } : { exception: 3 };
  }
  if (isRead) {
    const most = readsBits(fn) ? MOST_BITS_READ : MOST_READ;
    return pdu.length === 5 && second >= 1 && second <= most ? { fn, address, count: second } : { exception: 3 };
  }
  const fits =
    second >= 1 && second <= MOST_WRITTEN && pdu.length === 6 + second * 2 && pdu.readUInt8(5) === second * 2;
  return fits ? { fn, address, values: bytesToWords(pdu.subarray(6)) } : { exception: 3 };
};

export const encodeReply = (request: Request, words: readonly number[]): Buffer => {
  if ('count' in request) {
    const data = readsBits(request.fn) ? bitsToBytes(words) : wordsToBytes(words);
    return Buffer.concat([Buffer.from([request.fn, data.length]), data]);
  }
  return bytes(request.fn, request.address, request.fn === WRITE_MULTIPLE ? request.values.length : request.values[0]);
};

export const encodeException = (fn: number, exception: number): Buffer => Buffer.from([(fn | 0x80) & 0xff, exception]);

/** Checks a reply against the request that it must answer: function, byte count and echo. */
export const decodeReply = (request: Request, pdu: Buffer): Reply => {
  const fn = pdu.length > 0 ? pdu.readUInt8(0) : 0;
  if (fn === (request.fn | 0x80)) {
    return pdu.length === 2
      ? { kind: 'exception', exception: pdu.readUInt8(1) }
      : { kind: 'malformed', what: 'an exception of the wrong length' };
  }
  if (fn !== request.fn) return { kind: 'malformed', what: `function ${fn} instead of ${request.fn}` };
  if ('count' in request) {
    const size = dataBytes(request);
    const whole = pdu.length === 2 + size && pdu.readUInt8(1) === size;
    if (!whole) return { kind: 'malformed', what: `another length than ${request.count} registers` };
    const data = pdu.subarray(2);
    return { kind: 'words', words: readsBits(request.fn) ? bytesToBits(data, request.count) : bytesToWords(data) };
  }
  const echoed = request.fn === WRITE_MULTIPLE ? request.values.length : request.values[0];
  return pdu.equals(bytes(request.fn, request.address, echoed))
    ? { kind: 'written' }
    : { kind: 'malformed', what: 'an echo of another write' };
};

const bytes = (fn: number, first: number, second: number): Buffer => {
  const out = Buffer.alloc(5);
  out.writeUInt8(fn, 0);
  out.writeUInt16BE(first, 1);
  out.writeUInt16BE(second, 3);
  return out;
};

const wordsToBytes = (words: readonly number[]): Buffer => {
  const out = Buffer.alloc(words.length * 2);
  words.forEach((word, at) => void out.writeUInt16BE(word & 0xffff, at * 2));
  return out;
};

const bytesToWords = (part: Buffer): readonly number[] =>
  Array.from({ length: part.length >> 1 }, (_, at) => part.readUInt16BE(at * 2));

/** The first bit is the lowest of the first byte. */
const bitsToBytes = (bits: readonly number[]): Buffer => {
  const out = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => {
    if (bit !== 0) out.writeUInt8(out.readUInt8(at >> 3) | (1 << (at & 7)), at >> 3);
  });
  return out;
};

const bytesToBits = (part: Buffer, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => (part.readUInt8(at >> 3) >> (at & 7)) & 1);
