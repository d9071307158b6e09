import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const answerSchema = z.record(z.string(), z.unknown());
type Answer = z.infer<typeof answerSchema>;

/** A real process of control-holder.ts. */
export interface ObeyingProcess {
  readonly process: ChildProcess;
  /** Gives an order and answers the next line. */
  ask(order: string): Promise<Answer>;
  next(): Promise<Answer>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

export const obeyingProcess = (folder: string): ObeyingProcess => {
  const script = new URL('./control-holder.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Answer> => {
    const line = await lines.next();
    if (line.done) throw new Error('The process ended without an answer.');
    return answerSchema.parse(JSON.parse(line.value));
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  return {
    process: child,
    next,
    ask: (order) => {
      child.stdin.write(`${order}\n`);
      return next();
    },
    kill,
  };
};
