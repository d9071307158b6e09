import { createFrameSplitter, encodeFrame } from './frame.ts';
import { createRtuReplies, encodeRtu } from './rtu.ts';

/** `tcp`: the MBAP header of Modbus TCP. `rtu`: the frames of a serial line with their check sum, as they are. */
export const FRAMINGS = ['tcp', 'rtu'] as const;
export type FramingName = (typeof FRAMINGS)[number];

/** What came in since the last chunk, held against the request on its way. */
interface Taken {
  /** PDUs that answer the last request. */
  readonly answers: readonly Buffer[];
  /** Whole frames that answer something else. */
  readonly foreign: number;
  /** Whether bytes had to be skipped to find the next frame. */
  readonly skipped: boolean;
  /** There is no way back into step: the connection must be dropped. */
  readonly garbled: boolean;
}

/** How frames travel on one connection, with at most one request on its way. */
export interface Framing {
  /** The bytes of a request; from now on only its answer counts. */
  wrap(unitId: number, pdu: Buffer): Buffer;
  take(chunk: Buffer): Taken;
  /** Bytes of a frame that has begun and is not whole. */
  waitingBytes(): number;
}

/** Modbus TCP tells answers apart by their transaction id. */
const createMbapFraming = (): Framing => {
  const splitter = createFrameSplitter();
  let asked = { transactionId: 0, unitId: -1 };
  return {
    wrap: (unitId, pdu) => {
      asked = { transactionId: (asked.transactionId + 1) & 0xffff, unitId };
      return encodeFrame({ ...asked, pdu });
    },
    take: (chunk) => {
      const { frames, garbled } = splitter.push(chunk);
      const ours = frames.filter(
        ({ transactionId, unitId }) => transactionId === asked.transactionId && unitId === asked.unitId,
      );
      return {
        answers: ours.map(({ pdu }) => pdu),
        foreign: frames.length - ours.length,
        skipped: false,
        garbled,
      };
    },
    waitingBytes: () => splitter.waitingBytes(),
  };
};

/** A serial frame has no transaction id: unit, function and length must fit, and the check sum. */
const createRtuFraming = (): Framing => {
  const replies = createRtuReplies();
  return {
    wrap: (unitId, pdu) => {
      replies.expect(unitId, pdu);
      return encodeRtu(unitId, pdu);
    },
    take: (chunk) => ({ ...replies.push(chunk), garbled: false }),
    waitingBytes: () => replies.waitingBytes(),
  };
};

export const createFraming = (name: FramingName): Framing =>
  name === 'rtu' ? createRtuFraming() : createMbapFraming();
