import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseEntityLines } from '../../../../main/devices/home-assistant/entity-line.ts';
import { createHubFailures } from '../../../../main/devices/home-assistant/failures.ts';
import { entityStateSchema, parseFrame, parseStateChange } from '../../../../main/devices/home-assistant/messages.ts';
import { entityReadings } from '../../../../main/devices/home-assistant/readings.ts';
import { suggestedLines } from '../../../../main/devices/home-assistant/suggest.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/home-assistant', name), 'utf8'));
const conversation = z
  .array(z.object({ dir: z.enum(['in', 'out']), msg: z.unknown() }))
  .parse(fixture('websocket_conversation_ILLUSTRATIVE.json'));
const TIMES = { measuredAt: 1, receivedAt: 2 };
const UNITS = { temperature: '°C' };

describe('payloads as the developer pages show them', () => {
  it('are read unchanged: every message that the server says', () => {
    const incoming = conversation.filter(({ dir }) => dir === 'in').map(({ msg }) => JSON.stringify(msg));
    for (const text of incoming) {
      const messages = parseFrame(text);
      expect(messages, text).not.toBeNull();
      expect(messages?.length, text).toBe(text.startsWith('[') ? 2 : 1);
    }
    const events = incoming.flatMap((text) => parseFrame(text) ?? []).filter((message) => message.type === 'event');
    expect(events.map((message) => message.type === 'event' && parseStateChange(message.event))).toEqual([
      {
        entityId: 'switch.heater',
        state: expect.objectContaining({ state: 'on', context: { id: '01J...' } }),
        firedAt: Date.parse('2026-08-19T18:00:01.100Z'),
      },
      null,
      null,
    ]);
  });

  it('are read unchanged: refusals, each told apart', () => {
    const failures = createHubFailures('hub:8123');
    const errors = z.array(z.unknown()).parse(fixture('websocket_errors_ILLUSTRATIVE.json'));
    const codes = errors.flatMap((error) =>
      (parseFrame(JSON.stringify(error)) ?? []).map((message) =>
        message.type === 'result' ? failures.refused('it', message).error.code : message.type,
      ),
    );
    expect(codes).toEqual(['auth_invalid', 'device.refused', 'device.refused', 'device.refused']);
  });

  it('are read unchanged: states', () => {
    const states = z.array(entityStateSchema).parse(fixture('rest_states_ILLUSTRATIVE.json'));
    const { lines, problems } = parseEntityLines(
      'sensor.house_power = none\nsensor.grid_import = none\nclimate.living_room = climate modes=off,heat,auto',
    );
    expect(problems).toEqual([]);
    const readings = lines.flatMap((line, index) => {
      const state = states[index];
      return state ? entityReadings(line, state, UNITS, TIMES) : [];
    });
    expect(readings.map(({ channelId, metric, value }) => `${channelId} ${metric} ${value}`)).toEqual([
      'sensor.house_power powerW 1432.5',
      'climate.living_room tempC 20.6',
      'climate.living_room targetTempC 21',
    ]);
    expect(suggestedLines(states, false)).toEqual([
      { field: 'entities', line: 'sensor.house_power = none', label: 'House power: 1432.5 W' },
      { field: 'entities', line: 'sensor.grid_import = grid', label: 'sensor.grid_import (not available now)' },
      {
        field: 'entities',
        line: 'climate.living_room = climate min=5 max=30 modes=off,heat,auto',
        label: 'Living room: heat',
      },
    ]);
  });

  it.each(['', '{', '<html></html>', '[]', '3', '[{"id":1}]', 'null'])('%j is no message', (text) => {
    expect(parseFrame(text)).toBeNull();
  });

  it('leaves out messages of a kind that it does not know', () => {
    expect(parseFrame('{"type":"something new","id":1}')).toEqual([]);
  });
});
