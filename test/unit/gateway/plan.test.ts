import { describe, expect, it } from 'vitest';
import { createEventBus } from '../../../main/events.ts';
import { planCommandHandlers, planQueryHandlers } from '../../../main/gateway/handlers/plan.ts';
import type { Rooms } from '../../../main/gateway/rooms.ts';
import { siteId } from '../../../main/ids.ts';
import { emptyPlanView } from '../../../main/planning/site/plan-view.ts';
import { ok, permanent } from '../../../main/result.ts';
import { DEFAULT_PLAN_SETTINGS } from '../../../preload/contract/plan-settings.ts';

const HOME = siteId('home');
const asAda = { siteId: HOME, who: 'Ada' };

/** A planner that notes what it is asked for. */
const setUp = (options: { readonly enabled?: boolean; readonly fits?: boolean } = {}) => {
  const { enabled = true, fits = true } = options;
  const asked: unknown[] = [];
  const bus = createEventBus(() => undefined);
  bus.on('plan', ({ about }) => void asked.push(`event ${about}`));
  const settings = { ...DEFAULT_PLAN_SETTINGS, enabled };
  const rooms = {
    bus,
    store: { plans: { settings: () => settings } } as unknown as Rooms['store'],
    planner: {
      view: (site) => emptyPlanView(site, 'waiting', 'The first plan is being made.', true),
      planNow: (_, why, how) => void asked.push([why, how?.anew ?? false]),
      pin: (_, wish) => {
        asked.push(wish);
        return wish.blockId === 'gone' ? permanent('plan.pin', 'It is over.', 'Choose another.') : ok(undefined);
      },
      whatIf: async () => permanent('plan.none', 'No.', 'Later.'),
    },
    planSettings: {
      view: () => ({ settings, loads: [] }),
      set: (_, wished) => (fits ? ok(wished) : permanent('plan.settings', 'It does not fit.', 'Change it.')),
    },
  } satisfies Pick<Rooms, 'bus' | 'store' | 'planner' | 'planSettings'>;
  return { asked, queries: planQueryHandlers(rooms), commands: planCommandHandlers(rooms) };
};
const WINDOW = { surface: 'window' } as const;

describe('the door to the plan', () => {
  it('shows plan and settings', async () => {
    const { queries } = setUp();
    expect(await queries['plan.get']({ siteId: HOME })).toMatchObject({ ok: true, value: { state: 'waiting' } });
    expect(await queries['plan.settings']({ siteId: HOME })).toMatchObject({ ok: true, value: { loads: [] } });
    expect(await queries['plan.whatIf']({ siteId: HOME, changes: {} })).toMatchObject({ ok: false });
  });

  it('plans when it is asked to, with the name of who asked, and not where nobody wants plans', async () => {
    const { asked, commands } = setUp();
    expect(await commands['plan.replan'](asAda, WINDOW)).toEqual(ok({}));
    expect(asked).toEqual([['Ada asked for it.', false]]);
    const off = setUp({ enabled: false });
    expect(await off.commands['plan.replan'](asAda, WINDOW)).toMatchObject({ error: { code: 'plan.off' } });
    expect(off.asked).toEqual([]);
  });

  it('makes the plan in force void with new settings, and keeps it where they are refused', async () => {
    const wished = { ...asAda, settings: DEFAULT_PLAN_SETTINGS };
    const { asked, commands } = setUp();
    expect(await commands['plan.setSettings'](wished, WINDOW)).toMatchObject({ ok: true });
    expect(asked).toEqual(['event settings', ['Ada changed what the plan is to do.', true]]);
    const refused = setUp({ fits: false });
    expect(await refused.commands['plan.setSettings'](wished, WINDOW)).toMatchObject({ ok: false });
    expect(refused.asked).toEqual([]);
  });

  it('hands on what a person wants of a block, with its new time where it has one', async () => {
    const { asked, commands } = setUp();
    expect(await commands['plan.pin']({ ...asAda, blockId: 'b', pin: 'move', toAt: 5 }, WINDOW)).toEqual(ok({}));
    expect(await commands['plan.pin']({ ...asAda, blockId: 'gone', pin: 'skip' }, WINDOW)).toMatchObject({ ok: false });
    expect(asked).toEqual([
      { blockId: 'b', pin: 'move', who: 'Ada', toAt: 5 },
      { blockId: 'gone', pin: 'skip', who: 'Ada' },
    ]);
  });
});
