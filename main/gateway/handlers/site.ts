import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { ok, permanent } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type SiteQueries = InNamespace<QueryName, 'center' | 'site'>;
type SiteCommands = InNamespace<CommandName, 'site' | 'mode' | 'stop'>;

export const siteQueryHandlers = ({ sites, telemetry, views }: Rooms): QueryHandlers<SiteQueries> => ({
  'center.status': () => ok(sites.status()),
  'center.link': () => ok({ address: sites.link() }),
  'site.live': ({ siteId }) => ok(telemetry.live(siteId)),
  'site.overview': ({ siteId }) => ok(views.overview(siteId)),
});

export const siteCommandHandlers = ({
  sites,
  commander,
  emergencyStop,
  stopTokens,
  bus,
}: Rooms): CommandHandlers<SiteCommands> => ({
  'site.leaveDemo': (input) => sites.leaveDemo(input),
  'site.edit': (input) => {
    const edited = sites.edit(input);
    return edited.ok ? ok({}) : edited;
  },
  'site.open': async ({ siteId }) => {
    const opened = await sites.open(siteId);
    return opened.ok ? ok({}) : opened;
  },
  'mode.set': ({ siteId, mode, who }) => {
    const set = commander.setMode(siteId, mode, who);
    if (set.ok) bus.emit('status', sites.status());
    return set.ok ? ok({}) : set;
  },
  'stop.activate': async ({ siteId, who, surface, why }, context) =>
    ok(
      await emergencyStop.activate(siteId, who, context.surface === 'window' ? surface : context.surface, why ?? null),
    ),
  'stop.drill': ({ siteId, who, surface }, context) =>
    emergencyStop.drill(siteId, who, context.surface === 'window' ? surface : context.surface),
  'stop.setToken': ({ name, hash }, context) => {
    if (context.surface !== 'cli')
      return permanent('stop.only-terminal', 'A token is made in a terminal.', 'Use "npm run cli -- stop-token".');
    if (name !== null && hash !== null) stopTokens.keep(name, hash);
    else stopTokens.revoke(name);
    return ok({ names: [...stopTokens.names()] });
  },
  'stop.explain': ({ siteId, who, why }) => emergencyStop.explain(siteId, who, why),
  'stop.release': ({ siteId, who, surface }) => {
    const released = emergencyStop.release(siteId, who, surface);
    if (released.ok) bus.emit('status', sites.status());
    return released.ok ? ok({}) : released;
  },
});
