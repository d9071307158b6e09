import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  CLOUD_CHANNELS,
  GEN1_CHANNELS,
  GEN1_VALVE_CHANNELS,
  GEN2_CHANNELS,
} from '../../../main/devices/shelly/channels.ts';
import { cloudDeviceSchema, commandTaken, devicesIn, updatedAt } from '../../../main/devices/shelly/cloud-answer.ts';
import { cloudReadings, cloudRelay } from '../../../main/devices/shelly/cloud-status.ts';
import { parseFrameChallenge, parseHeaderChallenge } from '../../../main/devices/shelly/digest.ts';
import { deepMerge, parseFrame } from '../../../main/devices/shelly/frames.ts';
import { gen1LeaseEndsAt, gen1Readings, gen1StatusSchema } from '../../../main/devices/shelly/gen1-status.ts';
import { statusReadings, statusSchema } from '../../../main/devices/shelly/readings.ts';
import type { ChannelSpec } from '../../../main/devices/types.ts';
import type { Reading } from '../../../main/reading.ts';

/** Laws that every parser of a Shelly's words keeps, whatever comes. */
const NOW = Date.UTC(2026, 5, 1, 12);
const times = { measuredAt: NOW - 200, receivedAt: NOW };

const captured = [
  'gen2_pro4pm',
  'gen2_pro3em_triphase',
  'gen2_wall_display_thermostat',
  'gen3_blu_gateway_trv',
  'gen1_plug_s',
].map((name) => {
  const file: Record<string, unknown> = JSON.parse(
    readFileSync(new URL(`../../fixtures/shelly/${name}.json`, import.meta.url), 'utf8'),
  );
  return file['Shelly.GetStatus'] ?? file['GET /status'];
});

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, -1, 0, 1e308, -0, 999, '', 'NaN', [], {}, true, 4_294_967_296),
  fc.double(),
);

/** A genuine payload in which one to three places hold something else, or are gone. */
const spoilt = fc
  .tuple(
    fc.constantFrom(...captured),
    fc.array(fc.tuple(fc.nat(), fc.option(odd, { nil: undefined })), { minLength: 1, maxLength: 3 }),
  )
  .map(([payload, changes]) => {
    const copy: unknown = structuredClone(payload);
    const places: { readonly holder: Record<string, unknown>; readonly name: string }[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const holder = value as Record<string, unknown>;
      for (const name of Object.keys(holder)) {
        places.push({ holder, name });
        walk(holder[name]);
      }
    };
    walk(copy);
    for (const [index, value] of changes) {
      const place = places[index % places.length];
      if (!place) continue;
      if (value === undefined) delete place.holder[place.name];
      else place.holder[place.name] = value;
    }
    return copy;
  });

const anything = fc.oneof({ weight: 4, arbitrary: spoilt }, { weight: 1, arbitrary: fc.jsonValue() });

/** Text as it comes over a wire: whole, cut short, with a byte turned, or anything. */
const wire = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.tuple(anything, fc.nat(), fc.constantFrom('cut', 'turn', 'whole')).map(([value, at, how]) => {
    const text = JSON.stringify(value) ?? '';
    const place = at % Math.max(1, text.length);
    if (how === 'whole') return text;
    return how === 'cut' ? text.slice(0, place) : `${text.slice(0, place)}\u0007${text.slice(place + 1)}`;
  }),
);

const declared = (channels: readonly ChannelSpec[]) => new Map(channels.map((spec) => [spec.channelId, spec.metrics]));
const GEN2 = declared(GEN2_CHANNELS);
const CLOUD = declared(CLOUD_CHANNELS);
const GEN1 = declared([...GEN1_CHANNELS, ...GEN1_VALVE_CHANNELS]);

const lawful = (readings: readonly Reading[], channels: ReturnType<typeof declared>): void => {
  for (const { channelId, metric, value, measuredAt, receivedAt } of readings) {
    // The add-on takes any number; what is not declared never leaves the driver.
    if (!channelId.startsWith('temperature:')) expect(channels.get(channelId)).toContain(metric);
    expect(Number.isFinite(value)).toBe(true);
    expect(Number.isFinite(measuredAt)).toBe(true);
    expect(measuredAt).toBeLessThanOrEqual(receivedAt);
  }
  const names = readings.map(({ channelId, metric }) => `${channelId} ${metric}`);
  expect(new Set(names).size).toBe(names.length);
};

const holds =
  <Ts>(property: fc.IProperty<Ts>) =>
  (numRuns: number): void =>
    fc.assert(property, { numRuns });

export const laws: readonly (readonly [name: string, share: number, hold: (numRuns: number) => void])[] = [
  [
    'a status of generation 2 is refused or gives declared, finite, dated readings, each once',
    1,
    holds(
      fc.property(anything, (data) => {
        const status = statusSchema.safeParse(data);
        if (status.success) lawful(statusReadings(status.data, times), GEN2);
      }),
    ),
  ],
  [
    'a partial notification never breaks what is known, and renews only what it names',
    0.5,
    holds(
      fc.property(fc.tuple(spoilt, anything), ([base, patch]) => {
        const merged = statusSchema.safeParse(deepMerge(base, patch));
        if (!merged.success || typeof patch !== 'object' || patch === null) return;
        const named = patch as Record<string, unknown>;
        const readings = statusReadings(merged.data, times, named);
        lawful(readings, GEN2);
        for (const { channelId } of readings)
          if (/^(switch|blutrv|pm1)/.test(channelId)) expect(Object.keys(named)).toContain(channelId);
      }),
    ),
  ],
  [
    'a status of the first generation likewise, in both modes',
    1,
    holds(
      fc.property(anything, (data) => {
        const status = gen1StatusSchema.safeParse(data);
        if (!status.success) return;
        lawful(gen1Readings(status.data, times, false), GEN1);
        for (const { channelId } of gen1Readings(status.data, times, true)) expect(channelId).not.toMatch(/^switch/);
        for (const relay of status.data.relays ?? [])
          expect(Number.isFinite(gen1LeaseEndsAt(relay, NOW) ?? 0)).toBe(true);
      }),
    ),
  ],
  [
    'a frame is a reply, a notification, somebody else’s, or nothing',
    1,
    holds(
      fc.property(wire, (text) => {
        const frame = parseFrame(text);
        if (frame) expect(['reply', 'notification', 'other']).toContain(frame.kind);
      }),
    ),
  ],
  [
    'a challenge is whole or none',
    0.5,
    holds(
      fc.property(
        fc.oneof(
          wire,
          fc.string().map((text) => `Digest ${text}`),
        ),
        (text) => {
          for (const challenge of [parseHeaderChallenge(text), parseFrameChallenge(text)])
            if (challenge) expect(challenge.nc).toBeGreaterThanOrEqual(1);
        },
      ),
    ),
  ],
  [
    'an answer of the cloud is a list of devices or a plain failure, and a command is done or not',
    0.5,
    holds(
      fc.property(
        fc.oneof(
          wire,
          anything.map((status) => JSON.stringify([{ id: 'a', code: 'c', gen: 'G2', online: 1, status }])),
          anything.map((status) => JSON.stringify([{ id: 'a', code: 'c', gen: 'G1', online: 1, status }])),
        ),
        (body) => {
          for (const status of [200, 400, 429, 502]) {
            const answer = { ok: true as const, value: { status, headers: {}, body } };
            const devices = devicesIn(answer, 'host', ['a'], NOW);
            if (!devices.ok) expect(devices.error.message).toMatch(/Shelly/);
            for (const device of devices.ok ? devices.value : []) {
              expect(cloudDeviceSchema.safeParse(device).success).toBe(true);
              const at = updatedAt(device);
              if (at !== null) expect(Number.isFinite(at)).toBe(true);
              const readings = cloudReadings(device, times);
              if (readings.ok) lawful(readings.value, CLOUD);
              expect(Number.isFinite(cloudRelay(device, 0, NOW)?.leaseEndsAt ?? 0)).toBe(true);
            }
            const taken = commandTaken(answer, 'host', 'a', NOW);
            if (status >= 400) expect(taken.ok).toBe(false);
          }
        },
      ),
    ),
  ],
];
