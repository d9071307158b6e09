import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameSplitter, encodeFrame } from '../../../main/devices/modbus/frame.ts';
import {
  decodeReply,
  decodeRequest,
  encodeException,
  encodeReply,
  encodeRequest,
  type Request,
} from '../../../main/devices/modbus/pdu.ts';
import * as words from '../../../main/devices/modbus/words.ts';

const word = fc.integer({ min: 0, max: 0xffff });
const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ fn: fc.constantFrom(3 as const, 4 as const), address: word, count: fc.integer({ min: 1, max: 125 }) }),
  fc.record({ fn: fc.constant(6 as const), address: word, values: fc.tuple(word) }),
  fc.record({ fn: fc.constant(16 as const), address: word, values: fc.array(word, { minLength: 1, maxLength: 123 }) }),
);
const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
const frame = fc.record({
  transactionId: word,
  unitId: fc.integer({ min: 0, max: 255 }),
  pdu: bytes(1, 253),
});

describe('the Modbus codec', () => {
  it('brings every request back as it was', () => {
    fc.assert(
      fc.property(request, (asked) => {
        expect(decodeRequest(encodeRequest(asked))).toEqual(asked);
      }),
    );
  });

  it('brings every reply back as it was', () => {
    fc.assert(
      fc.property(request, fc.infiniteStream(word), (asked, stream) => {
        const values = 'count' in asked ? [...stream.take(asked.count)] : [];
        const reply = decodeReply(asked, encodeReply(asked, values));
        expect(reply).toEqual('count' in asked ? { kind: 'words', words: values } : { kind: 'written' });
      }),
    );
  });

  it('brings every exception back as it was', () => {
    fc.assert(
      fc.property(request, fc.integer({ min: 1, max: 255 }), (asked, exception) => {
        expect(decodeReply(asked, encodeException(asked.fn, exception))).toEqual({ kind: 'exception', exception });
      }),
    );
  });

  it('never throws on any bytes, and takes none for the words of a read unless the length fits', () => {
    fc.assert(
      fc.property(request, bytes(0, 260), (asked, garbage) => {
        const reply = decodeReply(asked, garbage);
        if (reply.kind === 'words' && 'count' in asked) expect(reply.words).toHaveLength(asked.count);
        decodeRequest(garbage);
      }),
    );
  });

  it('refuses every reply that is one byte short or long', () => {
    fc.assert(
      fc.property(request, fc.boolean(), (asked, short) => {
        const whole = encodeReply(asked, 'count' in asked ? Array.from({ length: asked.count }, () => 7) : []);
        const wrong = short ? whole.subarray(0, -1) : Buffer.concat([whole, Buffer.from([0])]);
        expect(decodeReply(asked, wrong).kind).toBe('malformed');
      }),
    );
  });
});

describe('the frame splitter', () => {
  it('finds the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(400), { maxLength: 12 }), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(encodeFrame));
        const splitter = createFrameSplitter();
        const borders = [...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
        let from = 0;
        const found = borders.flatMap((to) => {
          const chunk = stream.subarray(from, to);
          from = to;
          return splitter.push(chunk).frames;
        });
        expect(found).toEqual(frames);
        expect(splitter.waitingBytes()).toBe(0);
      }),
    );
  });

  it('stays silent for good once the stream is garbled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff }), frame, (protocol, after) => {
        const bad = encodeFrame({ transactionId: 1, unitId: 1, pdu: Buffer.from([3]) });
        bad.writeUInt16BE(protocol, 2);
        const splitter = createFrameSplitter();
        expect(splitter.push(Buffer.concat([bad, encodeFrame(after)]))).toEqual({ frames: [], garbled: true });
        expect(splitter.push(encodeFrame(after)).frames).toEqual([]);
      }),
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.array(bytes(0, 40), { maxLength: 10 }), (chunks) => {
        const splitter = createFrameSplitter();
        for (const chunk of chunks) splitter.push(chunk);
      }),
    );
  });
});

describe('numbers in registers', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }), (value) => {
        const [high, low] = words.wordsOfI32HighFirst(value);
        expect(words.i32HighFirst(high, low)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => {
        const [low, high] = words.wordsOfU32LowFirst(value);
        expect(words.u32LowFirst(low, high)).toBe(value);
        expect(words.u32HighFirst(high, low)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -0x8000, max: 0x7fff }), (value) => {
        expect(words.i16(words.wordOfI16(value))).toBe(value);
      }),
    );
  });

  it('end at the ends of their type', () => {
    expect(words.wordOfI16(40_000)).toBe(0x7fff);
    expect(words.i16(words.wordOfI16(-40_000))).toBe(-0x8000);
    expect(words.wordOfU16(-3)).toBe(0);
    expect(words.wordOfU16(Number.NaN)).toBe(0);
    expect(words.i32HighFirst(...words.wordsOfI32HighFirst(9e12))).toBe(0x7fff_ffff);
  });

  it('carry text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Za-z]{0,10}$/), (text) => {
        expect(words.asciiOf(words.wordsOfAscii(text, 5))).toBe(text);
      }),
    );
  });
});
