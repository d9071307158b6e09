import { temporary } from '../result.ts';
import { type Finding, findings } from './checks.ts';
import { type CliCommand, done } from './command.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: 'ok      ', note: 'note    ', problem: 'PROBLEM ' };

const lineOf = ({ state, name, sentence, fix }: Finding): string =>
  `${MARKS[state]} ${name}: ${sentence}${fix ? ` ${fix}` : ''}`;

/** Looks at everything that a start needs and says how to mend what is wrong. Changes nothing. */
export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'Checks this machine and the data folder, and says how to mend what is wrong.',
  positionals: [],
  options: {},
  run: async (context) => {
    const found = await findings(context);
    const problems = found.filter((finding) => finding.state === 'problem');
    const lines = found.map(lineOf);
    if (problems.length === 0) return done([...lines, 'Nothing stands in the way.'], found);
    const failure = temporary(
      'cli.doctor',
      problems.length === 1 ? 'One thing has to be mended.' : `${problems.length} things have to be mended.`,
      'Each line marked PROBLEM says how.',
    ).error;
    return { kind: 'failed', failure, lines, data: found };
  },
};
