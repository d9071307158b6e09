import type { PresenceView } from '../../../preload/contract/presence.ts';

/** Shown in Home Assistant by day; in other scenes a broker that vouches for itself, or nothing yet. */
export const fakePresence = (scene: 'shown' | 'untrusted' | 'off'): PresenceView => ({
  settings: {
    enabled: scene !== 'off',
    host: scene === 'off' ? '' : 'homeassistant.local',
    port: scene === 'untrusted' ? 8883 : 1883,
    encryption: scene === 'untrusted' ? 'verify' : 'off',
    fingerprint: null,
    user: scene === 'off' ? null : 'commandcenter',
    prefix: 'homeassistant',
  },
  password: scene === 'off' ? 'none' : 'kept',
  status: {
    off: { state: 'off', sentence: 'Nothing is shown in Home Assistant.', fingerprint: null } as const,
    shown: {
      state: 'up',
      sentence: 'Shown in Home Assistant through homeassistant.local:1883.',
      fingerprint: null,
    } as const,
    untrusted: {
      state: 'failing',
      sentence: 'Nobody vouches for the certificate of the broker. Compare it and agree to it.',
      fingerprint: '5E:0B:C1:77:9A:20:4D:F3:11:86:6C:DA:3F:95:E8:02:7B:44:C9:1D:B6:58:0F:A3:EE:72:31:98:CD:06:5A:F4',
    } as const,
  }[scene],
});
