import type Database from 'better-sqlite3';
import type { SiteId } from '../../preload/contract/base.ts';
import { type RuleSuggestion, ruleSuggestionSchema } from '../../preload/contract/rules.ts';
import {
  type Schedule,
  type ScheduleView,
  scheduleSchema,
  scheduleViewSchema,
  type Workflow,
  type WorkflowRun,
  workflowRunSchema,
  workflowSchema,
} from '../../preload/contract/workflows.ts';
import { present, type UnreadableRows } from './unreadable.ts';

export type ScheduleRun = NonNullable<ScheduleView['last']>;

/** A run with the workflow as it was when the run began, and the end of the wait that is under way. */
export interface StoredRun {
  readonly run: WorkflowRun;
  readonly plan: Workflow;
  readonly waitsUntil: number | null;
}

export interface WorkflowRepository {
  /** Oldest first. */
  schedules(siteId: SiteId): readonly Schedule[];
  saveSchedule(siteId: SiteId, schedule: Schedule, at: number): void;
  /** False where there is none. What it did is kept. */
  removeSchedule(siteId: SiteId, id: string): boolean;
  /** Claims a time that came due for one caller; false where it was claimed before, so that nothing is done twice. */
  claim(siteId: SiteId, scheduleId: string, dueAt: number, run: ScheduleRun): boolean;
  /** What became of a claimed time. */
  settle(siteId: SiteId, scheduleId: string, dueAt: number, run: Omit<ScheduleRun, 'at'>): void;
  lastRun(siteId: SiteId, scheduleId: string): ScheduleRun | undefined;

  workflows(siteId: SiteId): readonly Workflow[];
  saveWorkflow(siteId: SiteId, workflow: Workflow, at: number): void;
  removeWorkflow(siteId: SiteId, id: string): boolean;
  putRun(siteId: SiteId, stored: StoredRun): void;
  /** Newest first. */
  runs(siteId: SiteId, limit: number): readonly WorkflowRun[];
  /** Runs without an end: those of an earlier process, after a start. */
  unfinished(siteId: SiteId): readonly StoredRun[];

  suggestions(siteId: SiteId): readonly RuleSuggestion[];
  suggestion(siteId: SiteId, id: string): RuleSuggestion | undefined;
  putSuggestion(suggestion: RuleSuggestion): void;
  removeSuggestion(siteId: SiteId, id: string): void;
  /** Runs and times that began before; answers the rows removed. The newest of each schedule stays. */
  prune(before: number): number;
}

interface BodyRow {
  readonly id: string;
  readonly body: string;
}
interface RunRow extends BodyRow {
  readonly plan: string;
  readonly waits_until: number | null;
}
interface DueRow {
  readonly due_at: number;
  readonly state: string;
  readonly sentence: string;
}

const scheduleRunSchema = scheduleViewSchema.shape.last.unwrap();

/** A document that no longer parses is left out and reported: half of it would be another one. */
export const createWorkflowRepository = (db: Database.Database, unreadable: UnreadableRows): WorkflowRepository => {
  const listOf = (table: 'schedules' | 'workflows') =>
    db.prepare<[string], BodyRow>(`SELECT id, body FROM ${table} WHERE site_id = ? ORDER BY created_at, id`);
  const putIn = (table: 'schedules' | 'workflows') =>
    db.prepare(
      `INSERT INTO ${table} (site_id, id, created_at, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (site_id, id) DO UPDATE SET body = excluded.body`,
    );
  const removeFrom = (table: 'schedules' | 'workflows') =>
    db.prepare(`DELETE FROM ${table} WHERE site_id = ? AND id = ?`);
  const schedules = { list: listOf('schedules'), put: putIn('schedules'), remove: removeFrom('schedules') };
  const workflows = { list: listOf('workflows'), put: putIn('workflows'), remove: removeFrom('workflows') };

  // The primary key makes exactly one caller the one who does it.
  const claim = db.prepare(
    `INSERT INTO schedule_runs (site_id, schedule_id, due_at, state, sentence) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const settle = db.prepare(
    'UPDATE schedule_runs SET state = ?, sentence = ? WHERE site_id = ? AND schedule_id = ? AND due_at = ?',
  );
  const lastRun = db.prepare<[string, string], DueRow>(
    'SELECT * FROM schedule_runs WHERE site_id = ? AND schedule_id = ? ORDER BY due_at DESC LIMIT 1',
  );
  const putRun = db.prepare(
    `INSERT OR REPLACE INTO workflow_runs (id, site_id, started_at, finished_at, plan, waits_until, body)
     VALUES (@id, @siteId, @startedAt, @finishedAt, @plan, @waitsUntil, @body)`,
  );
  const runs = db.prepare<[string, number], RunRow>(
    'SELECT * FROM workflow_runs WHERE site_id = ? ORDER BY started_at DESC, id LIMIT ?',
  );
  const unfinished = db.prepare<[string], RunRow>(
    'SELECT * FROM workflow_runs WHERE site_id = ? AND finished_at IS NULL ORDER BY started_at, id',
  );
  const suggestions = db.prepare<[string], BodyRow>(
    'SELECT id, body FROM rule_suggestions WHERE site_id = ? ORDER BY at DESC, id',
  );
  const suggestion = db.prepare<[string, string], BodyRow>(
    'SELECT id, body FROM rule_suggestions WHERE site_id = ? AND id = ?',
  );
  const putSuggestion = db.prepare(
    'INSERT OR REPLACE INTO rule_suggestions (site_id, id, at, state, body) VALUES (@siteId, @id, @at, @state, @body)',
  );
  const removeSuggestion = db.prepare('DELETE FROM rule_suggestions WHERE site_id = ? AND id = ?');
  const pruneRuns = db.prepare('DELETE FROM workflow_runs WHERE finished_at IS NOT NULL AND started_at < ?');
  const pruneDue = db.prepare(
    `DELETE FROM schedule_runs WHERE due_at < ? AND due_at < (
       SELECT max(due_at) FROM schedule_runs AS newer
       WHERE newer.site_id = schedule_runs.site_id AND newer.schedule_id = schedule_runs.schedule_id)`,
  );

  const readRun = (row: RunRow): WorkflowRun | undefined =>
    unreadable.json(workflowRunSchema, row.body, `workflow_runs ${row.id}`);
  const readStored = (row: RunRow): StoredRun | undefined => {
    const run = readRun(row);
    const plan = unreadable.json(workflowSchema, row.plan, `workflow_runs ${row.id}`);
    return run && plan && { run, plan, waitsUntil: row.waits_until };
  };
  const readSuggestion = (row: BodyRow): RuleSuggestion | undefined =>
    unreadable.json(ruleSuggestionSchema, row.body, `rule_suggestions ${row.id}`);

  return {
    schedules: (siteId) =>
      present(
        schedules.list.all(siteId).map((row) => unreadable.json(scheduleSchema, row.body, `schedules ${row.id}`)),
      ),
    saveSchedule: (siteId, schedule, at) => {
      schedules.put.run(siteId, schedule.id, at, JSON.stringify(schedule));
    },
    removeSchedule: (siteId, id) => schedules.remove.run(siteId, id).changes > 0,
    claim: (siteId, scheduleId, dueAt, { state, sentence }) =>
      claim.run(siteId, scheduleId, dueAt, state, sentence).changes > 0,
    settle: (siteId, scheduleId, dueAt, { state, sentence }) => {
      settle.run(state, sentence, siteId, scheduleId, dueAt);
    },
    lastRun: (siteId, scheduleId) => {
      const row = lastRun.get(siteId, scheduleId);
      if (!row) return undefined;
      const parsed = scheduleRunSchema.safeParse({ at: row.due_at, state: row.state, sentence: row.sentence });
      if (parsed.success) return parsed.data;
      unreadable.report(`schedule_runs ${scheduleId}`, parsed.error.message);
      return undefined;
    },
    workflows: (siteId) =>
      present(
        workflows.list.all(siteId).map((row) => unreadable.json(workflowSchema, row.body, `workflows ${row.id}`)),
      ),
    saveWorkflow: (siteId, workflow, at) => {
      workflows.put.run(siteId, workflow.id, at, JSON.stringify(workflow));
    },
    removeWorkflow: (siteId, id) => workflows.remove.run(siteId, id).changes > 0,
    putRun: (siteId, { run, plan, waitsUntil }) => {
      const { id, startedAt, finishedAt } = run;
      const bodies = { plan: JSON.stringify(plan), body: JSON.stringify(run) };
      putRun.run({ id, siteId, startedAt, finishedAt, waitsUntil, ...bodies });
    },
    runs: (siteId, limit) => present(runs.all(siteId, limit).map(readRun)),
    unfinished: (siteId) => present(unfinished.all(siteId).map(readStored)),
    suggestions: (siteId) => present(suggestions.all(siteId).map(readSuggestion)),
    suggestion: (siteId, id) => {
      const row = suggestion.get(siteId, id);
      return row && readSuggestion(row);
    },
    putSuggestion: (value) => {
      const { siteId, id, at, state } = value;
      putSuggestion.run({ siteId, id, at, state, body: JSON.stringify(value) });
    },
    removeSuggestion: (siteId, id) => {
      removeSuggestion.run(siteId, id);
    },
    prune: (before) => pruneRuns.run(before).changes + pruneDue.run(before).changes,
  };
};
