import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeReply, encodeRequest, type Request } from '../../../main/devices/modbus/pdu.ts';
import { createRtuReplies, createRtuRequests, encodeRtu } from '../../../main/devices/modbus/rtu.ts';

const word = fc.integer({ min: 0, max: 0xffff });
const unit = fc.integer({ min: 1, max: 247 });
const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ fn: fc.constantFrom(3 as const, 4 as const), address: word, count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ fn: fc.constant(6 as const), address: word, values: fc.tuple(word) }),
  fc.record({ fn: fc.constant(16 as const), address: word, values: fc.array(word, { minLength: 1, maxLength: 60 }) }),
);
const noise = fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes));

/** The stream in pieces, as TCP pleases. */
const cut = (stream: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const borders = [...cuts.filter((at) => at < stream.length).sort((a, b) => a - b), stream.length];
  return borders.map((to, at) => stream.subarray(borders[at - 1] ?? 0, to));
};
const cuts = fc.array(fc.nat(300), { maxLength: 12 });

describe('frames of a serial line', () => {
  it('are found however the stream is cut, with nothing around them', () => {
    fc.assert(
      fc.property(request, unit, fc.infiniteStream(word), cuts, (asked, unitId, words, at) => {
        const pdu = encodeReply(asked, 'count' in asked ? [...words.take(asked.count)] : []);
        const replies = createRtuReplies();
        replies.expect(unitId, encodeRequest(asked));
        const taken = cut(encodeRtu(unitId, pdu), at).map(replies.push);
        expect(taken.flatMap(({ answers }) => answers)).toEqual([pdu]);
        expect(taken.some(({ skipped, foreign }) => skipped || foreign > 0)).toBe(false);
        expect(replies.waitingBytes()).toBe(0);
      }),
    );
  });

  it('are found behind noise: the answer that was sent is among what is taken', () => {
    fc.assert(
      fc.property(request, unit, fc.infiniteStream(word), noise, cuts, (asked, unitId, words, before, at) => {
        const pdu = encodeReply(asked, 'count' in asked ? [...words.take(asked.count)] : []);
        const replies = createRtuReplies();
        replies.expect(unitId, encodeRequest(asked));
        const found = cut(Buffer.concat([before, encodeRtu(unitId, pdu)]), at).flatMap(
          (part) => replies.push(part).answers,
        );
        expect(found.map((answer) => answer.toString('hex'))).toContain(pdu.toString('hex'));
      }),
    );
  });

  it('with one bit wrong are no answer', () => {
    fc.assert(
      fc.property(request, unit, fc.nat(), (asked, unitId, flip) => {
        const whole = encodeRtu(
          unitId,
          encodeReply(asked, 'count' in asked ? Array.from({ length: asked.count }, () => 7) : []),
        );
        const at = flip % (whole.length * 8);
        whole[at >> 3] = (whole[at >> 3] ?? 0) ^ (1 << (at & 7));
        const replies = createRtuReplies();
        replies.expect(unitId, encodeRequest(asked));
        expect(replies.push(whole).answers).toEqual([]);
      }),
    );
  });

  it('of a server come back as they were asked', () => {
    fc.assert(
      fc.property(request, unit, cuts, (asked, unitId, at) => {
        const requests = createRtuRequests();
        const pdu = encodeRequest(asked);
        const found = cut(encodeRtu(unitId, pdu), at).flatMap((part) => requests.push(part).frames);
        expect(found).toEqual([{ transactionId: 0, unitId, pdu }]);
      }),
    );
  });

  it('never throw and never hoard, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
        request,
        unit,
        (chunks, asked, unitId) => {
          const replies = createRtuReplies();
          const requests = createRtuRequests();
          replies.expect(unitId, encodeRequest(asked));
          for (const chunk of chunks) {
            replies.push(Buffer.from(chunk));
            requests.push(Buffer.from(chunk));
            expect(replies.waitingBytes()).toBeLessThan(260);
          }
        },
      ),
    );
  });
});
