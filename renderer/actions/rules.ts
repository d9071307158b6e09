import type { Problem } from '../../preload/contract/base.ts';
import type { Rule, RuleMode } from '../../preload/contract/rules.ts';
import type { Schedule, Workflow } from '../../preload/contract/workflows.ts';
import { firings, reloadAutomation, rules, suggestions, workflowRuns } from '../state/automation.ts';
import { bridge } from '../state/bridge.ts';
import { currentSiteId } from '../state/house.ts';
import { say, sayProblem } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

interface Saving {
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Checked by the center: errors refuse it, warnings want to be accepted. */
export const saveRule: UserAction<{ readonly rule: Rule; readonly acceptWarnings: boolean } & Saving> = {
  name: 'save-rule',
  run: async ({ rule, acceptWarnings, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('rules.save', { ...by, rule, acceptWarnings }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say(`${rule.name} is saved as version ${reply.value.version}.`);
    onSaved();
    await rules.reload();
  },
};

const RULE_MODE_WORDS: Readonly<Record<RuleMode, string>> = {
  on: 'acts from now on',
  test: 'only writes down what it would do',
  off: 'is off',
};

export const setRuleMode: UserAction<{ readonly rule: Rule; readonly mode: RuleMode }> = {
  name: 'set-rule-mode',
  run: async ({ rule, mode }) => {
    const by = await asker();
    if (!by) return;
    if (await send('rules.setMode', { ...by, ruleId: rule.id, mode })) say(`${rule.name} ${RULE_MODE_WORDS[mode]}.`);
    await rules.reload();
  },
};

/** Its versions stay, so that it can be taken up again. */
export const removeRule: UserAction<{ readonly rule: Rule; readonly onDone: () => void }> = {
  name: 'remove-rule',
  run: async ({ rule, onDone }) => {
    const by = await asker();
    if (!by) return;
    if (!(await send('rules.remove', { ...by, ruleId: rule.id }))) return;
    say(`${rule.name} is removed. What it had borrowed goes back.`);
    onDone();
    await rules.reload();
  },
};

export const restoreRule: UserAction<{
  readonly ruleId: string;
  readonly version: number;
  readonly onDone: () => void;
}> = {
  name: 'restore-rule',
  run: async ({ ruleId, version, onDone }) => {
    const by = await asker();
    if (!by) return;
    const done = await send('rules.restore', { ...by, ruleId, version });
    if (!done) return;
    say(`Version ${version} is taken up again as version ${done.version}.`);
    onDone();
    await rules.reload();
  },
};

/** All or nothing; what comes in is off. */
export const importRules: UserAction<{ readonly json: string } & Saving> = {
  name: 'import-rules',
  run: async ({ json, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('rules.import', { ...by, json }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    const { added, replaced } = reply.value;
    say(`${added} added, ${replaced} replaced. They are off until you switch them on.`);
    onSaved();
    await rules.reload();
  },
};

/** Hands all rules over as a file. */
export const exportRules: UserAction<Record<string, never>> = {
  name: 'export-rules',
  run: async () => {
    const siteId = currentSiteId();
    if (siteId === null) return;
    const reply = await bridge().query('rules.export', { siteId });
    if (!reply.ok) {
      sayProblem(reply.problem);
      return;
    }
    const address = URL.createObjectURL(new Blob([reply.value.json], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'rules.json';
    link.click();
    URL.revokeObjectURL(address);
  },
};

export const setTestMode: UserAction<{ readonly on: boolean }> = {
  name: 'set-test-mode',
  run: async ({ on }) => {
    const by = await asker();
    if (!by) return;
    if (await send('rules.setTestMode', { ...by, on }))
      say(on ? 'All rules run dry: they decide and write down, but ask for nothing.' : 'Rules act again.');
    await rules.reload();
  },
};

export const answerSuggestion: UserAction<{
  readonly suggestionId: string;
  readonly answer: 'accept' | 'decline';
}> = {
  name: 'answer-suggestion',
  run: async ({ suggestionId, answer }) => {
    const by = await asker();
    if (!by) return;
    if (await send('rules.answerSuggestion', { ...by, suggestionId, answer }))
      say(answer === 'accept' ? 'Taken up. You can change it like any other rule.' : 'It is not proposed again.');
    await suggestions.reload();
    await rules.reload();
  },
};

export const saveSchedule: UserAction<{ readonly schedule: Schedule } & Saving> = {
  name: 'save-schedule',
  run: async ({ schedule, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('schedules.save', { ...by, schedule }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say(`${schedule.name} is saved.`);
    onSaved();
    await reloadAutomation();
  },
};

export const removeSchedule: UserAction<{ readonly schedule: Schedule; readonly onDone: () => void }> = {
  name: 'remove-schedule',
  run: async ({ schedule, onDone }) => {
    const by = await asker();
    if (!by) return;
    if (!(await send('schedules.remove', { ...by, scheduleId: schedule.id }))) return;
    say(`${schedule.name} is removed.`);
    onDone();
    await reloadAutomation();
  },
};

export const saveWorkflow: UserAction<{ readonly workflow: Workflow } & Saving> = {
  name: 'save-workflow',
  run: async ({ workflow, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('workflows.save', { ...by, workflow }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say(`${workflow.name} is saved.`);
    onSaved();
    await reloadAutomation();
  },
};

export const removeWorkflow: UserAction<{ readonly workflow: Workflow; readonly onDone: () => void }> = {
  name: 'remove-workflow',
  run: async ({ workflow, onDone }) => {
    const by = await asker();
    if (!by) return;
    if (!(await send('workflows.remove', { ...by, workflowId: workflow.id }))) return;
    say(`${workflow.name} is removed.`);
    onDone();
    await reloadAutomation();
  },
};

export const runWorkflow: UserAction<{ readonly workflow: Workflow }> = {
  name: 'run-workflow',
  run: async ({ workflow }) => {
    const by = await asker();
    if (!by) return;
    if (await send('workflows.run', { ...by, workflowId: workflow.id })) say(`${workflow.name} is under way.`);
    await workflowRuns.reload();
  },
};

export const cancelWorkflow: UserAction<{ readonly runId: string }> = {
  name: 'cancel-workflow',
  run: async ({ runId }) => {
    const by = await asker();
    if (!by) return;
    if (await send('workflows.cancel', { ...by, runId })) say('It is cancelled. What it had switched goes back.');
    await workflowRuns.reload();
    await firings.reload();
  },
};
