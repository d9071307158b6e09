import { permanent } from '../result.ts';
import { type CliCommand, done, failed } from './command.ts';
import { createControlClient } from './control-client.ts';

/** A fresh one-time address of the page that `serve` shows. */
export const link: CliCommand = {
  name: 'link',
  summary: 'Prints a fresh one-time address of the page, where serve runs.',
  positionals: [],
  options: {},
  run: async ({ folder }) => {
    const answer = await createControlClient(folder).query('center.link', {});
    if (!answer.ok) return failed(answer.error);
    const { address } = answer.value;
    return address === null
      ? failed(permanent('cli.no-page', 'The running center has no page.', 'Use its window.').error)
      : done([address], { address });
  },
};
