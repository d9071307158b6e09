import { z } from 'zod';

/** One entity as both ways in say it. `state` is always text; `unavailable` and `unknown` are no values. */
export const entityStateSchema = z.object({
  entity_id: z.string().max(255),
  state: z.string().max(1_000),
  attributes: z.record(z.string(), z.unknown()).default({}),
  last_updated: z.string().optional(),
  /** Newer servers: moves also when the same value is said again. */
  last_reported: z.string().optional(),
  context: z.object({ id: z.string(), parent_id: z.string().nullish() }).nullish(),
});
export type EntityState = z.output<typeof entityStateSchema>;

export const configSchema = z.object({
  location_name: z.string().default(''),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  time_zone: z.string().default(''),
  version: z.string(),
  unit_system: z.object({ temperature: z.string().optional() }).optional(),
});
export type HubConfig = z.output<typeof configSchema>;

export const callResultSchema = z.object({ context: z.object({ id: z.string() }).optional() }).nullish();

const incomingSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth_required') }),
  z.object({ type: z.literal('auth_ok') }),
  z.object({ type: z.literal('auth_invalid') }),
  z.object({ type: z.literal('pong'), id: z.number() }),
  z.object({
    type: z.literal('result'),
    id: z.number(),
    success: z.boolean(),
    result: z.unknown().optional(),
    error: z.object({ code: z.union([z.string(), z.number()]), message: z.string().default('') }).optional(),
  }),
  z.object({ type: z.literal('event'), id: z.number(), event: z.unknown().optional() }),
]);
export type Incoming = z.output<typeof incomingSchema>;
export type ResultMessage = Extract<Incoming, { type: 'result' }>;

const stateChangedSchema = z.object({
  event_type: z.literal('state_changed'),
  data: z.object({ entity_id: z.string(), new_state: entityStateSchema.nullable() }),
  time_fired: z.string().optional(),
});

/** A frame holds one message, or several after `coalesce_messages`; null where it is none. Unknown types are left out. */
export const parseFrame = (text: string): readonly Incoming[] | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // Counted by the caller.
  }
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  const typed = z.object({ type: z.string() });
  if (messages.length === 0 || !messages.every((message) => typed.safeParse(message).success)) return null;
  return messages.flatMap((message) => {
    const parsed = incomingSchema.safeParse(message);
    return parsed.success ? [parsed.data] : [];
  });
};

export interface StateChange {
  readonly entityId: string;
  /** Null: the entity was taken away. */
  readonly state: EntityState | null;
  readonly firedAt: number | null;
}

/** ISO text with a zone, as the server writes it, as UTC ms. */
export const instantOf = (text: string | undefined): number | null => {
  if (text === undefined || !/(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
};

/** What an event says; null where it is no change of a state. */
export const parseStateChange = (event: unknown): StateChange | null => {
  const parsed = stateChangedSchema.safeParse(event);
  if (!parsed.success) return null;
  const { data, time_fired } = parsed.data;
  return { entityId: data.entity_id, state: data.new_state, firedAt: instantOf(time_fired) };
};
