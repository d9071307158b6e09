import { z } from 'zod';
import { emptySchema, personSchema } from './base.ts';

/**
 * How CommandCenter is shown in Home Assistant: the MQTT broker that both know. It belongs to this installation and shows
 * the home that is open. The password can be set and cleared, never read.
 */
export const presenceSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  host: z.string().trim().max(253),
  port: z.number().int().min(1).max(65_535),
  /** `off`: plain. `verify`: the system's authorities decide. `pinned`: the one certificate that a person agreed to. */
  encryption: z.enum(['off', 'verify', 'pinned']),
  /** SHA-256 of the certificate that a person agreed to. */
  fingerprint: z.string().max(128).nullable(),
  user: z.string().max(200).nullable(),
  /** As in Home Assistant's MQTT settings; `homeassistant` unless somebody changed it there. */
  prefix: z
    .string()
    .max(100)
    // The empty text, "+", "#" and the null character are no topic; a slash at an end makes an empty level.
    .refine((text) => text !== '' && !/^\/|\/$|[+#\0]/.test(text), 'This is no prefix of a topic.'),
});
export type PresenceSettings = z.infer<typeof presenceSettingsSchema>;

const presenceStatusSchema = z.strictObject({
  state: z.enum(['off', 'connecting', 'up', 'failing']),
  /** What is shown where, or what went wrong and what to do: one or two sentences. */
  sentence: z.string(),
  /** Of a certificate that nobody vouches for: the person may compare it and agree to it. */
  fingerprint: z.string().nullable(),
});
export type PresenceStatus = z.infer<typeof presenceStatusSchema>;

const presenceViewSchema = z.strictObject({
  settings: presenceSettingsSchema,
  /** `unreadable`: the secret store does not answer now. */
  password: z.enum(['none', 'kept', 'unreadable']),
  status: presenceStatusSchema,
});
export type PresenceView = z.infer<typeof presenceViewSchema>;

export const presenceQueries = {
  'presence.get': { input: emptySchema, output: presenceViewSchema },
} as const;

export const presenceCommands = {
  /** Saves and connects anew; `presence.get` tells what comes of it. Switched off, Home Assistant forgets the device. */
  'presence.set': {
    input: z.strictObject({
      who: personSchema,
      settings: presenceSettingsSchema,
      /** Left out: as it is. Null: cleared. Typed again for another broker: it is never sent to a place it was not meant for. */
      password: z.string().min(1).max(500).nullable().optional(),
    }),
    output: emptySchema,
  },
} as const;
