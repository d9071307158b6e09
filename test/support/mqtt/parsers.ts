import fc from 'fast-check';
import { expect } from 'vitest';
import { mqttChannels } from '../../../main/devices/mqtt/channels.ts';
import { findIn, meant, measured, timeOf } from '../../../main/devices/mqtt/payload.ts';
import { parseTopicLines } from '../../../main/devices/mqtt/topic-line.ts';
import { mqttDocuments, mqttPayloads } from './arbitraries.ts';

const LINES = parseTopicLines(
  'a state=a unit=W\nb state=b path=x.y unit=kW time=t\nc state=c on=ON\nd state=d command=e options=x,y',
).lines;

/** Whatever a broker brings: no throw, and only finite numbers. */
export const checkPayloads = (numRuns: number): void =>
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
    { numRuns },
  );

/** Whatever stands in the field: each line is read or named. */
export const checkDocuments = (numRuns: number): void =>
  fc.assert(
    fc.property(mqttDocuments, (topics) => {
      const { lines, problems } = parseTopicLines(topics);
      const texts = topics.split(/\r?\n/).filter((text) => text.trim() !== '' && !text.trim().startsWith('#'));
      expect(lines.length + problems.length).toBeGreaterThanOrEqual(Math.min(1, texts.length));
      expect(lines.length).toBeLessThanOrEqual(texts.length);
      for (const { metrics, bounds, control } of mqttChannels({ host: 'h', port: 1, options: { topics } })) {
        expect(new Set(metrics).size).toBe(metrics.length);
        for (const metric of metrics) expect(bounds[metric]).toBeDefined();
        if (control?.control.kind === 'number')
          expect(control.control.maximum).toBeGreaterThan(control.control.minimum);
      }
    }),
    { numRuns },
  );
