import { describe, expect, it } from 'vitest';
import { messageOfSayings, parcelsOf, type Saying } from '../../../../main/health/routing/wording.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../../preload/contract/messages.ts';

const ROUTES = DEFAULT_MESSAGE_SETTINGS.routes;
const ALL = ['ntfy', 'telegram', 'email', 'sms'] as const;
const saying = (more: Partial<Saying> = {}): Saying => ({
  ...{
    subject: 'device/a',
    what: 'begins',
    level: 'attention',
    title: 'The meter is silent',
    text: 'Check its power.',
  },
  ...{ at: Date.UTC(2026, 5, 17, 1, 30), only: null, except: null },
  ...more,
});

describe('who says what', () => {
  it('goes by the level of each messenger, and an end where its beginning went', () => {
    const end = saying({ what: 'ends', level: 'info', only: ['email'] });
    const begin = saying();
    expect(parcelsOf([begin, end], ALL, ROUTES)).toEqual([
      { kinds: ['ntfy', 'telegram'], sayings: [begin] },
      { kinds: ['email'], sayings: [begin, end] },
    ]);
    expect(parcelsOf([saying({ level: 'critical' })], ALL, ROUTES)[0]?.kinds).toEqual(ALL);
    expect(parcelsOf([saying({ level: 'info' })], ALL, ROUTES)).toEqual([]);
    expect(parcelsOf([end], ALL, { ...ROUTES, email: { from: 'nothing', approvals: false } })).toEqual([]);
  });

  it('never tells trouble of a messenger by itself', () => {
    expect(parcelsOf([saying({ except: 'ntfy' })], ALL, ROUTES)[0]?.kinds).toEqual(['telegram', 'email']);
  });
});

describe('how it is said', () => {
  it('in its own words, with whether it needs somebody', () => {
    expect(messageOfSayings([saying()], 'UTC')).toEqual({
      level: 'attention',
      title: 'The meter is silent',
      text: 'Check its power.\n\nThis needs you.',
    });
    expect(messageOfSayings([saying({ what: 'ends', level: 'info' })], 'UTC').text).toContain('there is nothing to do');
    expect(messageOfSayings([saying({ what: 'passed', level: 'info' })], 'UTC').title).toBe(
      'The meter is silent (over again)',
    );
  });

  it('in one list, what needs somebody first, with local times', () => {
    const message = messageOfSayings(
      [saying({ what: 'passed', level: 'info', title: 'The plug was away' }), saying()],
      'Europe/Berlin',
    );
    expect(message).toEqual({
      level: 'attention',
      title: '1 of 2 notices need you',
      text: 'This needs you.\n03:30 The meter is silent. Check its power.\n\nFor your information; there is nothing to do.\n03:30 The plug was away (over again). Check its power.',
    });
  });
});
