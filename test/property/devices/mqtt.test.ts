import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wordsOf } from '../../../main/devices/line-words.ts';
import { createFrameReader } from '../../../main/devices/simulator/mqtt-frames.ts';
import { checkDocuments, checkPayloads } from '../../support/mqtt/parsers.ts';

it('takes any payload without a throw, and only finite numbers out of it', () => checkPayloads(2_000));
it('takes any document without a throw: each line is read or named', () => checkDocuments(2_000));

it('reads back what it was told, whatever stands between the quotes', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 30 }).filter((text) => !/["\r\n]/.test(text)),
      (text) => {
        expect(wordsOf(`name key="${text}" other='x y' bare=1`)).toEqual({
          name: 'name',
          pairs: [
            ['key', text],
            ['other', 'x y'],
            ['bare', '1'],
          ],
        });
      },
    ),
  );
});

it('cuts any bytes into frames or refuses them, the same however they arrive', () => {
  const read = (chunks: readonly Buffer[]): string => {
    const reader = createFrameReader(1_000);
    try {
      return JSON.stringify(chunks.flatMap((chunk) => reader(chunk)));
    } catch {
      return 'refused';
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const whole = read([Buffer.from(bytes)]);
      const single = read([...bytes].map((byte) => Buffer.from([byte])));
      expect(single).toBe(whole);
    }),
    { numRuns: 1_000 },
  );
});
