/**
 * Modbus TCP framing (MODBUS Messaging on TCP/IP Implementation Guide 1.0b, section 3.1.3): transaction id, protocol
 * id 0, length of what follows, unit id, then the PDU. TCP keeps no message borders: one chunk may hold half a frame or
 * three.
 */
export interface Frame {
  readonly transactionId: number;
  readonly unitId: number;
  readonly pdu: Buffer;
}

const HEADER_BYTES = 7;
export const LONGEST_PDU = 253;
/** Unit id and a PDU of 1 to 253 bytes. */
const SHORTEST_LENGTH = 2;
const LONGEST_LENGTH = 1 + LONGEST_PDU;

export const encodeFrame = ({ transactionId, unitId, pdu }: Frame): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(transactionId, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unitId, 6);
  return Buffer.concat([header, pdu]);
};

export interface FrameSplitter {
  /**
   * Takes the next bytes of the stream; answers the frames that became whole. `garbled` says that the stream holds
   * something else than Modbus: there is no way back into step, so the connection must be dropped.
   */
  push(chunk: Buffer): { readonly frames: readonly Frame[]; readonly garbled: boolean };
  /** Bytes of a frame that has begun and is not whole. */
  waitingBytes(): number;
}

export const createFrameSplitter = (): FrameSplitter => {
  let waiting: Buffer = Buffer.alloc(0);
  let garbled = false;
  const take = (): Frame | null => {
    if (garbled || waiting.length < HEADER_BYTES - 1) return null;
    const length = waiting.readUInt16BE(4);
    garbled = waiting.readUInt16BE(2) !== 0 || length < SHORTEST_LENGTH || length > LONGEST_LENGTH;
    const end = HEADER_BYTES - 1 + length;
    if (garbled || waiting.length < end) return null;
    const frame: Frame = {
      transactionId: waiting.readUInt16BE(0),
      unitId: waiting.readUInt8(6),
      pdu: Buffer.from(waiting.subarray(HEADER_BYTES, end)),
    };
    waiting = waiting.subarray(end);
    return frame;
  };
  return {
    push: (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      const frames: Frame[] = [];
      for (let frame = take(); frame; frame = take()) frames.push(frame);
      return { frames, garbled };
    },
    waitingBytes: () => waiting.length,
  };
};
