import { z } from 'zod';
import { topicProblem } from '../../devices/mqtt/topic.ts';

/** Where our values are offered to Home Assistant. The password is kept apart, in the secret store. */
export const homePresenceSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  host: z.string().trim().max(253),
  port: z.number().int().min(1).max(65_535),
  /** `off`: plain. `verify`: the system's authorities decide. `pinned`: the one certificate that a person agreed to. */
  encryption: z.enum(['off', 'verify', 'pinned']),
  fingerprint: z.string().max(128).nullable(),
  user: z.string().max(200).nullable(),
  /** As in Home Assistant's MQTT settings; `homeassistant` unless somebody changed it there. */
  prefix: z
    .string()
    .max(100)
    .refine((text) => topicProblem(text) === null && !/^\/|\/$/.test(text), 'This is no prefix of a topic.'),
});
export type HomePresenceSettings = z.infer<typeof homePresenceSettingsSchema>;

export const DEFAULT_PRESENCE: HomePresenceSettings = {
  enabled: false,
  host: '',
  port: 1883,
  encryption: 'off',
  fingerprint: null,
  user: null,
  prefix: 'homeassistant',
};

export const PRESENCE_SECRET = 'home-presence/password';
export const PRESENCE_STATE = 'home-presence';

/** What was kept; what cannot be read counts as switched off, since nothing may be sent to a place that is not certain. */
export const readPresenceSettings = (kept: string | undefined): HomePresenceSettings => {
  if (kept === undefined) return DEFAULT_PRESENCE;
  try {
    return homePresenceSettingsSchema.catch(DEFAULT_PRESENCE).parse(JSON.parse(kept));
  } catch {
    return DEFAULT_PRESENCE; // No JSON: as above.
  }
};
