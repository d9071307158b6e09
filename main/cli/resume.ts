import { ok } from '../result.ts';
import { type CliCommand, type CommandContext, done, failed, type Outcome, textOf, usage } from './command.ts';
import { createControlClient } from './control-client.ts';
import { nobodyListens, withStore } from './offline.ts';

const BACK = 'It comes back in Watch: it looks, and switches nothing.';

const whereNothingRuns = async (context: CommandContext, who: string): Promise<Outcome> => {
  const released = await withStore(context.folder, context.clock, (store) =>
    ok(
      store.transaction(() => {
        const stopped = store.sites.list().filter((site) => store.stops.active(site.id) !== undefined);
        for (const site of stopped) {
          // Watch first: a release without it could let automation come back by itself.
          store.state.set(`mode:${site.id}`, 'watch');
          store.stops.release(site.id, who, context.clock.now());
        }
        return stopped.map((site) => site.name);
      }),
    ),
  );
  if (!released.ok) return failed(released.error);
  return released.value.length === 0
    ? done(['No home was stopped.'], { reached: false, released: [] })
    : done(
        [
          `The stop of ${released.value.join(', ')} is released by ${who}. Nothing runs now; the next start is in Watch.`,
        ],
        { reached: false, released: released.value },
      );
};

/** Ends an emergency stop. Only a person does that, so a name has to be typed. */
export const resume: CliCommand = {
  name: 'resume',
  summary: 'Ends an emergency stop; the house comes back in Watch.',
  positionals: [],
  options: { who: { type: 'string', help: 'your name, kept in the log' } },
  run: async (context) => {
    const who = textOf(context, 'who');
    if (!who || who.length > 80)
      return usage('--who is needed: only a person ends a stop, and the name is kept in the log.');
    const client = createControlClient(context.folder);
    const status = await client.query('center.status', {});
    if (!status.ok) return nobodyListens(status) ? whereNothingRuns(context, who) : failed(status.error);
    if (status.value.stop === null) return done(['The house is not stopped.'], { reached: true, released: [] });
    const siteId = status.value.activeSiteId;
    const released = await client.command('stop.release', { siteId, who, surface: 'cli' });
    return released.ok
      ? done([`The stop is released by ${who}. ${BACK}`], { reached: true, released: [siteId] })
      : failed(released.error);
  },
};
