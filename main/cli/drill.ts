import { type CliCommand, done, failed, textOf, usage } from './command.ts';
import { createControlClient } from './control-client.ts';

const WORDS = {
  ready: 'would go to its safe state',
  'already-safe': 'is in its safe state already',
  'no-answer': 'does not answer',
  'no-safe-state': 'has no safe state',
} as const;

/** Rehearses the emergency stop: every device is read, none is switched. */
export const drill: CliCommand = {
  name: 'drill',
  summary: 'Rehearses the emergency stop: reads every device, switches none.',
  positionals: [],
  options: { who: { type: 'string', help: 'your name, kept in the log (default: your user name)' } },
  run: async (context) => {
    const who = textOf(context, 'who') ?? context.userName;
    if (who.length === 0 || who.length > 80) return usage('--who needs a name of 1 to 80 characters.');
    const client = createControlClient(context.folder);
    const status = await client.query('center.status', {});
    if (!status.ok) return failed(status.error);
    const answer = await client.command('stop.drill', { siteId: status.value.activeSiteId, who, surface: 'cli' });
    if (!answer.ok) return failed(answer.error);
    const { devices, sentence } = answer.value;
    const lines = devices.map(({ name, result, answeredAfterMs }) =>
      answeredAfterMs === null
        ? `  ${name} ${WORDS[result]}.`
        : `  ${name} ${WORDS[result]} (answered after ${Math.round(answeredAfterMs)} ms).`,
    );
    return done([sentence, ...lines, 'Nothing was switched.'], answer.value);
  },
};
