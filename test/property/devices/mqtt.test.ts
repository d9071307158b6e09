import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wordsOf } from '../../../main/devices/line-words.ts';
import { mqttChannels } from '../../../main/devices/mqtt/channels.ts';
import { findIn, meant, measured, timeOf } from '../../../main/devices/mqtt/payload.ts';
import { parseTopicLines } from '../../../main/devices/mqtt/topic-line.ts';
import { createFrameReader } from '../../../main/devices/simulator/mqtt-frames.ts';
import { mqttDocuments, mqttPayloads } from '../../support/mqtt/arbitraries.ts';

const LINES = parseTopicLines(
  'a state=a unit=W\nb state=b path=x.y unit=kW time=t\nc state=c on=ON\nd state=d command=e options=x,y',
).lines;

it('takes any payload without a throw, and only finite numbers out of it', () => {
  fc.assert(
    fc.property(mqttPayloads, (payload) => {
      for (const line of LINES) {
        const found = findIn(payload, line.path);
        if (found.kind !== 'value') continue;
        const said = meant(found.value, line.value);
        const value = said === null ? null : measured(said, line.value);
        expect(value === null || Number.isFinite(value)).toBe(true);
        const at = timeOf(payload, ['t']);
        expect(at === null || Number.isInteger(at)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('takes any document without a throw: each line is read or named', () => {
  fc.assert(
    fc.property(mqttDocuments, (topics) => {
      const { lines, problems } = parseTopicLines(topics);
      const meantLines = topics
        .split(/\r?\n/)
        .filter((text) => text.trim() !== '' && !text.trim().startsWith('#')).length;
      expect(lines.length + problems.length).toBeGreaterThanOrEqual(Math.min(1, meantLines));
      expect(lines.length).toBeLessThanOrEqual(meantLines);
      for (const { metrics, bounds, control } of mqttChannels({ host: 'h', port: 1, options: { topics } })) {
        expect(new Set(metrics).size).toBe(metrics.length);
        for (const metric of metrics) expect(bounds[metric]).toBeDefined();
        if (control?.control.kind === 'number')
          expect(control.control.maximum).toBeGreaterThan(control.control.minimum);
      }
    }),
    { numRuns: 2_000 },
  );
});

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
