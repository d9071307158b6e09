import { type Frame, LONGEST_PDU } from './frame.ts';
import { READ_HOLDING, READ_INPUT, WRITE_MULTIPLE, WRITE_SINGLE } from './pdu.ts';

/**
 * Modbus RTU framing (MODBUS over Serial Line 1.02, section 2.5.1) carried over TCP as cheap serial gateways do: unit id,
 * PDU, CRC with the low byte first. There is no length and no border in the stream: the length follows from the
 * function, and only the check sum tells that a frame is one.
 */
const CRC_BYTES = 2;
const LONGEST_FRAME = 1 + LONGEST_PDU + CRC_BYTES;

/** CRC-16/MODBUS: polynomial 0xA001 reflected, start 0xFFFF. */
export const crc16 = (bytes: Buffer): number => {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
};

export const encodeRtu = (unitId: number, pdu: Buffer): Buffer => {
  const out = Buffer.alloc(1 + pdu.length + CRC_BYTES);
  out.writeUInt8(unitId, 0);
  pdu.copy(out, 1);
  out.writeUInt16LE(crc16(out.subarray(0, 1 + pdu.length)), 1 + pdu.length);
  return out;
};

/** Length of the whole frame that begins here: null where none can begin, 0 while that is not known yet. */
type LengthOf = (bytes: Buffer) => number | null;

const replyLength: LengthOf = (bytes) => {
  if (bytes.length < 3) return bytes.length < 2 || isFunction(bytes.readUInt8(1) & 0x7f) ? 0 : null;
  const fn = bytes.readUInt8(1);
  if (!isFunction(fn & 0x7f)) return null;
  if (fn & 0x80) return 3 + CRC_BYTES;
  if (fn === WRITE_SINGLE || fn === WRITE_MULTIPLE) return 6 + CRC_BYTES;
  const count = bytes.readUInt8(2);
  return count >= 2 && count <= 250 && count % 2 === 0 ? 3 + count + CRC_BYTES : null;
};

const requestLength: LengthOf = (bytes) => {
  if (bytes.length < 2) return 0;
  if (bytes.readUInt8(1) !== WRITE_MULTIPLE) return 6 + CRC_BYTES;
  if (bytes.length < 7) return 0;
  return 7 + bytes.readUInt8(6) + CRC_BYTES;
};

const isFunction = (fn: number): boolean => [READ_HOLDING, READ_INPUT, WRITE_SINGLE, WRITE_MULTIPLE].includes(fn);

/** The frame that begins here and is whole and sound, or null. */
const soundFrame = (bytes: Buffer, lengthOf: LengthOf): Buffer | null => {
  const length = lengthOf(bytes);
  if (length === null || length === 0 || length > LONGEST_FRAME || bytes.length < length) return null;
  return crc16(bytes.subarray(0, length - CRC_BYTES)) === bytes.readUInt16LE(length - CRC_BYTES)
    ? bytes.subarray(0, length)
    : null;
};

const couldBegin = (bytes: Buffer, lengthOf: LengthOf): boolean => {
  const length = lengthOf(bytes);
  return length !== null && length <= LONGEST_FRAME && (length === 0 || bytes.length < length);
};

/** Finds sound frames in a stream that may hold noise, echoes and pieces of other frames. */
const createResync = (lengthOf: LengthOf, preferred: (frame: Buffer) => boolean) => {
  let waiting: Buffer = Buffer.alloc(0);
  const take = (): { readonly frame: Buffer | null; readonly skipped: boolean } | null => {
    // A promising beginning is waited for, unless exactly what was asked for stands whole behind it.
    let begin: number | null = null;
    for (let at = 0; at < waiting.length; at += 1) {
      const rest = waiting.subarray(at);
      const frame = soundFrame(rest, lengthOf);
      if (frame && (begin === null || preferred(frame))) {
        waiting = waiting.subarray(at + frame.length);
        return { frame: Buffer.from(frame), skipped: at > 0 };
      }
      if (begin === null && couldBegin(rest, lengthOf)) begin = at;
    }
    const drop = begin ?? waiting.length;
    waiting = waiting.subarray(drop);
    return drop > 0 ? { frame: null, skipped: true } : null;
  };
  return {
    push: (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      const frames: Buffer[] = [];
      let skipped = false;
      for (let taken = take(); taken; taken = take()) {
        if (taken.frame) frames.push(taken.frame);
        skipped ||= taken.skipped;
      }
      return { frames, skipped };
    },
    clear: (): void => {
      waiting = Buffer.alloc(0);
    },
    waitingBytes: (): number => waiting.length,
  };
};

const pduOf = (frame: Buffer): Buffer => frame.subarray(1, frame.length - CRC_BYTES);

/** How long the answer's PDU must be: a stale answer of another length is not taken for this one. */
const answerLength = (request: Buffer): number => {
  const fn = request.readUInt8(0);
  return fn === READ_HOLDING || fn === READ_INPUT ? 2 + request.readUInt16BE(3) * 2 : 5;
};

/** The client's side: whole replies, those that answer the last request apart from all others. */
export const createRtuReplies = () => {
  let asked: { readonly unitId: number; readonly request: Buffer } | null = null;
  const answers = (frame: Buffer): boolean => {
    if (!asked || frame.readUInt8(0) !== asked.unitId) return false;
    const pdu = pduOf(frame);
    const fn = asked.request.readUInt8(0);
    return pdu.readUInt8(0) === (fn | 0x80) || (pdu.readUInt8(0) === fn && pdu.length === answerLength(asked.request));
  };
  const resync = createResync(replyLength, answers);
  return {
    /** What arrived before the request was sent cannot be its answer: it is forgotten. */
    expect: (unitId: number, request: Buffer): void => {
      asked = { unitId, request };
      resync.clear();
    },
    push: (chunk: Buffer) => {
      const { frames, skipped } = resync.push(chunk);
      const ours = frames.filter(answers);
      return { answers: ours.map(pduOf), foreign: frames.length - ours.length, skipped };
    },
    waitingBytes: resync.waitingBytes,
  };
};

/** The server's side: whole requests. */
export const createRtuRequests = () => {
  const resync = createResync(requestLength, () => true);
  return {
    push: (chunk: Buffer): { readonly frames: readonly Frame[]; readonly garbled: boolean } => ({
      frames: resync
        .push(chunk)
        .frames.map((frame) => ({ transactionId: 0, unitId: frame.readUInt8(0), pdu: pduOf(frame) })),
      garbled: false,
    }),
  };
};
