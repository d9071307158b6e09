import { z } from 'zod';
import { ruleCommands, ruleQueries } from './contract/automation.ts';
import { backtestCommands, backtestQueries } from './contract/backtest.ts';
import { instantSchema, modeSchema, type problemSchema, siteIdSchema } from './contract/base.ts';
import { batteryDecisionQueries } from './contract/battery-decision.ts';
import { actionSchema, controlCommands, controlQueries } from './contract/control.ts';
import { deviceCommands, deviceQueries, searchSchema } from './contract/devices.ts';
import { feedCommands, feedEventSchema, feedQueries } from './contract/feeds.ts';
import { flowRunSchema, houseCommands, houseQueries, noticeSchema } from './contract/house.ts';
import { insightQueries } from './contract/insight.ts';
import { messageCommands, messageQueries } from './contract/messages.ts';
import { modelCommands, modelEventSchema, modelQueries } from './contract/models.ts';
import { planCommands, planEventSchema, planQueries } from './contract/plan.ts';
import { presenceCommands, presenceQueries } from './contract/presence.ts';
import { safetyCommands, safetyQueries } from './contract/safety.ts';
import { centerStatusSchema, liveStateSchema, siteCommands, siteQueries, stopStateSchema } from './contract/site.ts';
import { tariffCommands, tariffQueries } from './contract/tariff.ts';

/**
 * The door between a window and the center: every query (reads), command (changes) and event (pushes) with its schemas.
 * Signs: grid + import, battery + charging. Units stand in the names; times are UTC epoch ms.
 */
export const queries = {
  ...siteQueries,
  ...deviceQueries,
  ...controlQueries,
  ...insightQueries,
  ...modelQueries,
  ...batteryDecisionQueries,
  ...feedQueries,
  ...tariffQueries,
  ...presenceQueries,
  ...safetyQueries,
  ...ruleQueries,
  ...messageQueries,
  ...planQueries,
  ...backtestQueries,
  ...houseQueries,
} as const;
export const commands = {
  ...siteCommands,
  ...deviceCommands,
  ...controlCommands,
  ...modelCommands,
  ...houseCommands,
  ...feedCommands,
  ...tariffCommands,
  ...presenceCommands,
  ...safetyCommands,
  ...ruleCommands,
  ...messageCommands,
  ...planCommands,
  ...backtestCommands,
} as const;

export const events = {
  live: liveStateSchema,
  status: centerStatusSchema,
  stop: stopStateSchema.nullable(),
  mode: z.strictObject({ siteId: siteIdSchema, mode: modeSchema }),
  action: actionSchema,
  devices: z.strictObject({ siteId: siteIdSchema, at: instantSchema }),
  proposals: z.strictObject({ siteId: siteIdSchema, pending: z.number().int() }),
  forecast: z.strictObject({ siteId: siteIdSchema, issuedAt: instantSchema }),
  models: modelEventSchema,
  /** Rules, schedules, workflows or suggestions changed or did something. */
  rules: z.strictObject({ siteId: siteIdSchema, at: instantSchema }),
  messages: z.strictObject({ siteId: siteIdSchema, at: instantSchema }),
  plan: planEventSchema,
  flow: flowRunSchema,
  feeds: feedEventSchema,
  settings: z.strictObject({ siteId: siteIdSchema }),
  notice: noticeSchema,
  search: searchSchema,
} as const;

export type Queries = typeof queries;
export type Commands = typeof commands;
export type Events = typeof events;
export type QueryName = keyof Queries;
export type CommandName = keyof Commands;
export type EventName = keyof Events;
/** What a caller may pass (defaults may be left out) and what a handler receives (defaults filled in). */
export type QueryInput<Name extends QueryName> = z.input<Queries[Name]['input']>;
export type QueryParsed<Name extends QueryName> = z.output<Queries[Name]['input']>;
export type QueryOutput<Name extends QueryName> = z.output<Queries[Name]['output']>;
export type CommandInput<Name extends CommandName> = z.input<Commands[Name]['input']>;
export type CommandParsed<Name extends CommandName> = z.output<Commands[Name]['input']>;
export type CommandOutput<Name extends CommandName> = z.output<Commands[Name]['output']>;
export type EventPayload<Name extends EventName> = z.output<Events[Name]>;

/** Every answer is a value or a problem that tells a person what to do; nothing is thrown through the door. */
export type Reply<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: z.output<typeof problemSchema> };

/** What crosses the wire, whichever transport carries it. `key` makes a command idempotent: twice sent, once done. */
export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('query'), name: z.string().max(60), input: z.unknown() }),
  z.strictObject({
    kind: z.literal('command'),
    name: z.string().max(60),
    input: z.unknown(),
    key: z.string().min(8).max(80),
  }),
]);
export type Request = z.output<typeof requestSchema>;

/** One channel for requests, one for events, whatever the transport. */
export const REQUEST_CHANNEL = 'commandcenter:request';
export const EVENT_CHANNEL = 'commandcenter:event';

/** The three functions that a page is given, by the preload in Electron and by the WebSocket client under serve. */
export interface Bridge {
  query<Name extends QueryName>(name: Name, input: QueryInput<Name>): Promise<Reply<QueryOutput<Name>>>;
  command<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
    key: string,
  ): Promise<Reply<CommandOutput<Name>>>;
  /** Answers the function that ends the subscription. */
  subscribe<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void;
}
