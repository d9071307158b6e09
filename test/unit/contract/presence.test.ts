import { describe, expect, it } from 'vitest';
import { presenceCommands, presenceQueries, presenceSettingsSchema } from '../../../preload/contract/presence.ts';

const settings = {
  enabled: true,
  host: 'broker.lan',
  port: 1883,
  encryption: 'off',
  fingerprint: null,
  user: 'ada',
  prefix: 'homeassistant',
} as const;
const takes = (change: object): boolean => presenceSettingsSchema.safeParse({ ...settings, ...change }).success;

describe('how the home is shown in Home Assistant', () => {
  it('takes settings as a form sends them, and nothing beside them', () => {
    expect(takes({})).toBe(true);
    expect(takes({ host: '', enabled: false, user: null })).toBe(true);
    expect(takes({ prefix: 'home/assistant' })).toBe(true);
    expect(takes({ password: 'x' })).toBe(false);
    expect(takes({ port: 0 })).toBe(false);
    expect(takes({ port: 65_536 })).toBe(false);
    expect(takes({ encryption: 'tls' })).toBe(false);
  });

  it.each(['', '/home', 'home/', 'home/#', '+/home', 'ho\0me', 'x'.repeat(101)])('refuses the prefix %j', (prefix) => {
    expect(takes({ prefix })).toBe(false);
  });

  it('asks for a name, and lets a password be kept, set or removed', () => {
    const { input } = presenceCommands['presence.set'];
    expect(input.safeParse({ settings }).success).toBe(false);
    for (const password of [undefined, null, 'secret'])
      expect(input.safeParse({ who: 'Ada', settings, password }).success).toBe(true);
    expect(input.safeParse({ who: 'Ada', settings, password: '' }).success).toBe(false);
  });

  it('has no room for a password in what a window reads', () => {
    const { output } = presenceQueries['presence.get'];
    const view = { settings, password: 'kept', status: { state: 'up', sentence: 'Shown.', fingerprint: null } };
    expect(output.safeParse(view).success).toBe(true);
    expect(output.safeParse({ ...view, password: 'secret' }).success).toBe(false);
    expect(output.safeParse({ ...view, secret: 'x' }).success).toBe(false);
  });
});
