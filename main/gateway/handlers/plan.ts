import { ok, permanent } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, QueryHandlers } from '../types.ts';

type PlanRooms = Pick<Rooms, 'planner' | 'planSettings' | 'store' | 'bus'>;
type PlanQueries = 'plan.get' | 'plan.whatIf' | 'plan.settings';
type PlanCommands = 'plan.replan' | 'plan.setSettings' | 'plan.pin';

export const planQueryHandlers = ({ planner, planSettings }: PlanRooms): QueryHandlers<PlanQueries> => ({
  'plan.get': ({ siteId }) => ok(planner.view(siteId)),
  'plan.whatIf': ({ siteId, changes }) => planner.whatIf(siteId, changes),
  'plan.settings': ({ siteId }) => {
    const { settings, loads } = planSettings.view(siteId);
    return ok({ settings, loads: [...loads] });
  },
});

export const planCommandHandlers = ({
  planner,
  planSettings,
  store,
  bus,
}: PlanRooms): CommandHandlers<PlanCommands> => ({
  'plan.replan': ({ siteId, who }) => {
    if (!store.plans.settings(siteId).enabled)
      return permanent('plan.off', 'Planning is switched off.', 'Switch it on in the settings of the plan.');
    planner.planNow(siteId, `${who} asked for it.`);
    return ok({});
  },
  'plan.setSettings': ({ siteId, who, settings }) => {
    const kept = planSettings.set(siteId, settings, who);
    if (!kept.ok) return kept;
    bus.emit('plan', { siteId, about: 'settings', share: null, sentence: `${who} changed what the plan is to do.` });
    planner.planNow(siteId, `${who} changed what the plan is to do.`, { anew: true });
    return kept;
  },
  'plan.pin': ({ siteId, who, blockId, pin, toAt }) => {
    const pinned = planner.pin(siteId, { blockId, pin, who, ...(toAt === undefined ? {} : { toAt }) });
    return pinned.ok ? ok({}) : pinned;
  },
});
