import { describe, expect, it } from 'vitest';
import { defaultDataFolder } from '../../../main/data-folder.ts';

describe('the default data folder', () => {
  it.each([
    ['linux', {}, '/home/mara', '/home/mara/.local/share/commandcenter'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/mara', '/data/commandcenter'],
    ['linux', { XDG_DATA_HOME: 'data' }, '/home/mara', '/home/mara/.local/share/commandcenter'],
    ['darwin', {}, '/Users/mara', '/Users/mara/Library/Application Support/CommandCenter'],
    [
      'win32',
      { APPDATA: 'C:\\Users\\mara\\AppData\\Roaming' },
      'C:\\x',
      'C:\\Users\\mara\\AppData\\Roaming\\CommandCenter',
    ],
    ['win32', {}, 'C:\\Users\\mara', 'C:\\Users\\mara\\AppData\\Roaming\\CommandCenter'],
    ['linux', { COMMANDCENTER_DATA: '/tmp/house', XDG_DATA_HOME: '/data' }, '/home/mara', '/tmp/house'],
    ['linux', { COMMANDCENTER_DATA: '' }, '/home/mara', '/home/mara/.local/share/commandcenter'],
  ] as const)('on %s with %j and home %s is %s', (platform, env, home, expected) => {
    expect(defaultDataFolder(env, platform, home)).toBe(expected);
  });
});
