import { describe, expect, it } from 'vitest';
import { desktopFlags } from '../../../main/flags.ts';

const read = (...args: string[]) => desktopFlags(['electron', ...args], { COMMANDCENTER_DATA: '/default' }, 'linux');

describe('flags of the desktop application', () => {
  it.each([
    [[], '/default', 'auto'],
    [['/app', '--data', '/mine'], '/mine', 'auto'],
    [['/app', '--data=/mine', '--demo'], '/mine', 'always'],
    [['/app', '--no-demo'], '/default', 'never'],
    [['--no-demo', '--data', 'a folder'], `${process.cwd()}/a folder`, 'never'],
    [['--demo', '--no-demo'], '/default', 'always'],
  ])('%j', (args, dataFolder, demo) => {
    expect(read(...args)).toEqual({ dataFolder, demo });
  });

  it('passes over what Electron, Chromium and the system add', () => {
    expect(
      read('--no-sandbox', '--remote-debugging-port=0', '/app', '--hidden', '--inspect', '--data', '/mine', '-psn_0_1'),
    ).toEqual({ dataFolder: '/mine', demo: 'auto' });
  });

  it('takes the default folder when none is named', () => {
    expect(read('--data')).toEqual({ dataFolder: '/default', demo: 'auto' });
  });
});
