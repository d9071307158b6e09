import fc from 'fast-check';
import { expect } from 'vitest';
import { hubChannels } from '../../../main/devices/home-assistant/channels.ts';
import { parseEntityLines } from '../../../main/devices/home-assistant/entity-line.ts';
import { entityStateSchema, parseFrame, parseStateChange } from '../../../main/devices/home-assistant/messages.ts';
import { companionReadings, entityReadings, setpointOf } from '../../../main/devices/home-assistant/readings.ts';
import { suggestedLines } from '../../../main/devices/home-assistant/suggest.ts';
import { HUB_ENTITIES } from '../../../main/devices/simulator/home-assistant-entities.ts';
import { channelId } from '../../../main/ids.ts';

const LINES = parseEntityLines(HUB_ENTITIES).lines;
const IDS = LINES.map(({ entityId }) => entityId);
const odd = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.double(),
  fc.constantFrom(null, true, 'unavailable', '1.5', 'on', '1e999', '°F'),
);
const attributes = fc.dictionary(
  fc.constantFrom(
    'unit_of_measurement',
    'device_class',
    'temperature',
    'current_temperature',
    'min',
    'max',
    'hvac_modes',
    'options',
  ),
  fc.oneof(odd, fc.array(odd, { maxLength: 3 }), fc.constantFrom('W', 'kW', '%', '°C', 'power', 'battery')),
);
const state = fc.record({
  entity_id: fc.oneof(fc.constantFrom(...IDS), fc.string({ maxLength: 20 })),
  state: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.double().map(String),
    fc.constantFrom('on', 'unavailable', '1432.5', 'NaN'),
  ),
  attributes,
  last_updated: fc.oneof(fc.string({ maxLength: 30 }), fc.constant('2026-11-21T12:00:00+00:00')),
});

/** Whatever the server says: no throw, only finite numbers, nothing of an unavailable entity. */
export const checkStates = (numRuns: number): void =>
  fc.assert(
    fc.property(state, fc.constantFrom('°C', '°F', 'K', 'odd'), (said, temperature) => {
      const parsed = entityStateSchema.safeParse(JSON.parse(JSON.stringify(said)));
      if (!parsed.success) return;
      const times = { measuredAt: 1, receivedAt: 1 };
      for (const line of LINES) {
        const readings = [
          ...entityReadings(line, parsed.data, { temperature }, times),
          ...companionReadings(line, 'powerW', parsed.data, times),
        ];
        if (said.state === 'unavailable') expect(readings).toEqual([]);
        for (const { value } of readings) expect(Number.isFinite(value)).toBe(true);
        const set = setpointOf(line, channelId(line.entityId), parsed.data, { temperature });
        expect(typeof set !== 'number' || Number.isFinite(set)).toBe(true);
      }
      for (const { line } of suggestedLines([parsed.data], temperature === '°F'))
        expect(parseEntityLines(line).problems).toEqual([]);
    }),
    { numRuns },
  );

const frame = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.json({ maxDepth: 4 }),
  fc
    .record({
      id: odd,
      type: fc.constantFrom('result', 'event', 'pong', 'auth_ok', 'x'),
      success: odd,
      event: fc.object({ maxDepth: 3 }),
    })
    .map((value) => JSON.stringify(value)),
);

/** Whatever comes over the socket: messages, or null; never a throw. */
export const checkFrames = (numRuns: number): void =>
  fc.assert(
    fc.property(frame, (text) => {
      const messages = parseFrame(text);
      for (const message of messages ?? []) if (message.type === 'event') parseStateChange(message.event);
      expect(messages === null || Array.isArray(messages)).toBe(true);
    }),
    { numRuns },
  );

const word = fc.oneof(
  fc.constantFrom(
    'min=1',
    'max=9',
    'step=2',
    'unit=A',
    'modes=a,b',
    'options=a,b',
    'safe=a',
    'power=sensor.x',
    'metric=powerW',
    'label="a b"',
  ),
  fc.string({ maxLength: 8 }),
);
const line = fc
  .tuple(
    fc.constantFrom('sensor.a', 'switch.b', 'number.c', 'climate.d', 'select.e', '#', ''),
    fc.constantFrom('=', ' = ', ' '),
    fc.constantFrom('grid', 'none', 'moon', ''),
    fc.array(word, { maxLength: 5 }),
  )
  .map(([id, is, role, words]) => `${id}${is}${role} ${words.join(' ')}`);

/** Whatever stands in the field: lines or problems that name them, and channels that can be told apart. */
export const checkEntityLines = (numRuns: number): void =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n')),
        fc.string({ maxLength: 100 }),
      ),
      (entities) => {
        const { lines, problems } = parseEntityLines(entities);
        for (const { message } of problems) expect(message.length).toBeGreaterThan(0);
        const channels = hubChannels({ host: 'h', port: 1, options: { entities } });
        expect(channels.length).toBeGreaterThanOrEqual(lines.length);
        expect(new Set(channels.map(({ channelId: id }) => id)).size).toBe(channels.length);
      },
    ),
    { numRuns },
  );
