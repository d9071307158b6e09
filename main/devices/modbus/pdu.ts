/**
 * Requests and replies of the four functions that the product uses (MODBUS Application Protocol 1.1b3): 3 and 4 read,
 * 6 writes one register, 16 writes several.
 */
export const READ_HOLDING = 3;
export const READ_INPUT = 4;
export const WRITE_SINGLE = 6;
export const WRITE_MULTIPLE = 16;

const MOST_READ = 125;
const MOST_WRITTEN = 123;

export type Request =
  | { readonly fn: typeof READ_HOLDING | typeof READ_INPUT; readonly address: number; readonly count: number }
  | { readonly fn: typeof WRITE_SINGLE; readonly address: number; readonly values: readonly [number] }
  | { readonly fn: typeof WRITE_MULTIPLE; readonly address: number; readonly values: readonly number[] };

export type Reply =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'written' }
  | { readonly kind: 'exception'; readonly exception: number }
  /** Well framed, but no answer to this request. */
  | { readonly kind: 'malformed'; readonly what: string };

export const encodeRequest = (request: Request): Buffer => {
  if ('count' in request) return bytes(request.fn, request.address, request.count);
  if (request.fn === WRITE_SINGLE) return bytes(request.fn, request.address, request.values[0]);
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
  if (fn !== READ_HOLDING && fn !== READ_INPUT && fn !== WRITE_SINGLE && fn !== WRITE_MULTIPLE) return { exception: 1 };
  if (pdu.length < 5) return { exception: 3 };
  const address = pdu.readUInt16BE(1);
  const second = pdu.readUInt16BE(3);
  if (fn === WRITE_SINGLE) return pdu.length === 5 ? { fn, address, values: [second] } : { exception: 3 };
  if (fn !== WRITE_MULTIPLE) {
    return pdu.length === 5 && second >= 1 && second <= MOST_READ ? { fn, address, count: second } : { exception: 3 };
  }
  const fits =
    second >= 1 && second <= MOST_WRITTEN && pdu.length === 6 + second * 2 && pdu.readUInt8(5) === second * 2;
  return fits ? { fn, address, values: bytesToWords(pdu.subarray(6)) } : { exception: 3 };
};

export const encodeReply = (request: Request, words: readonly number[]): Buffer => {
  if ('count' in request) {
    return Buffer.concat([Buffer.from([request.fn, words.length * 2]), wordsToBytes(words)]);
  }
  return bytes(request.fn, request.address, request.fn === WRITE_SINGLE ? request.values[0] : request.values.length);
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
    const whole = pdu.length === 2 + request.count * 2 && pdu.readUInt8(1) === request.count * 2;
    return whole
      ? { kind: 'words', words: bytesToWords(pdu.subarray(2)) }
      : { kind: 'malformed', what: `another length than ${request.count} registers` };
  }
  const echoed = request.fn === WRITE_SINGLE ? request.values[0] : request.values.length;
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
