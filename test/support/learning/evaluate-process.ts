import { runEvaluate } from './run-evaluate.ts';

/** The command line with small test models, as a process. */
process.exitCode = await runEvaluate(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  progress: (sentence) => void process.stderr.write(`[${sentence}]`),
});
