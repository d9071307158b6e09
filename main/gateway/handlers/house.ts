import type { Problem } from '../../../preload/contract/base.ts';
import { DEFAULT_SETTINGS, type SiteSettings, settingsProblems } from '../../../preload/contract/house.ts';
import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type HouseQueries = InNamespace<QueryName, 'flows' | 'health' | 'settings' | 'backups' | 'notices'>;
type HouseCommands = InNamespace<CommandName, 'flows' | 'settings' | 'backups'>;

export const houseQueryHandlers = ({ flows, views, store }: Rooms): QueryHandlers<HouseQueries> => ({
  'flows.list': ({ siteId }) => ok([...flows.list(siteId)]),
  'flows.runs': ({ siteId, limit, flow }) => ok([...flows.runs(siteId, limit, flow)]),
  'health.get': ({ siteId }) => ok(views.health(siteId)),
  'settings.get': ({ siteId }) => ok(store.settings.get(siteId)),
  'settings.audit': ({ siteId }) => ok([...store.settings.audit(siteId, 50)]),
  'backups.list': () => ok([...store.backups.list()]),
  'notices.list': ({ siteId }) =>
    ok(store.events.list(siteId, 50).map(({ id, at, level, title, text }) => ({ id, at, level, title, text }))),
});

const refusedSettings = (fields: Record<string, string>): Result<never, Problem> =>
  fail({
    code: 'settings.unsafe',
    kind: 'permanent',
    message: Object.values(fields)[0] ?? 'These limits contradict each other.',
    advice: 'Correct the marked field. Nothing was changed.',
    fields,
  });

export const houseCommandHandlers = ({ flows, store, clock, bus, safety }: Rooms): CommandHandlers<HouseCommands> => {
  const change: CommandHandlers<HouseCommands>['settings.set'] = ({ siteId, changes, who }) => {
    const wished = { ...store.settings.get(siteId), ...changes } as SiteSettings;
    // What was contradictory before is not the fault of a change of something else.
    const above = changes.maxGridImportW === undefined ? {} : safety.settingsProblems(siteId, wished);
    const problems = { ...settingsProblems(wished), ...above };
    if (Object.keys(problems).length > 0) return refusedSettings(problems);
    const settings = store.settings.set(siteId, changes as Partial<SiteSettings>, who, clock.now());
    bus.emit('settings', { siteId });
    return ok(settings);
  };
  return {
    'flows.run': ({ siteId, flow }) => {
      const run = flows.run(siteId, flow, 'hand');
      return run.ok ? ok({ runId: run.value.runId }) : run;
    },
    'flows.cancel': ({ runId }) => {
      const cancelled = flows.cancel(runId);
      return cancelled.ok ? ok({}) : cancelled;
    },
    'settings.set': change,
    'settings.reset': ({ siteId, who }, context) => change({ siteId, who, changes: DEFAULT_SETTINGS }, context),
    'backups.create': () => store.backup('by hand', clock.now()),
  };
};
