import { type PresenceSettings, presenceSettingsSchema } from '../../../preload/contract/presence.ts';

export const DEFAULT_PRESENCE: PresenceSettings = {
  enabled: false,
  host: '',
  port: 1883,
  encryption: 'off',
  fingerprint: null,
  user: null,
  prefix: 'homeassistant',
};

/** Where the secret store keeps the broker's password. */
export const PRESENCE_SECRET = 'home-presence/password';
export const PRESENCE_STATE = 'home-presence';

/** What was kept; what cannot be read counts as switched off, since nothing may be sent to a place that is not certain. */
export const readPresenceSettings = (kept: string | undefined): PresenceSettings => {
  if (kept === undefined) return DEFAULT_PRESENCE;
  try {
    return presenceSettingsSchema.catch(DEFAULT_PRESENCE).parse(JSON.parse(kept));
  } catch {
    return DEFAULT_PRESENCE; // No JSON: as above.
  }
};
