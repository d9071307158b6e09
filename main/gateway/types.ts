import type { Problem, Surface } from '../../preload/contract/base.ts';
import type {
  CommandName,
  CommandOutput,
  CommandParsed,
  EventName,
  QueryName,
  QueryOutput,
  QueryParsed,
  Reply,
} from '../../preload/contract.ts';
import type { Result } from '../result.ts';

/** What a handler answers: a value, or a problem that tells a person what to do. */
export type Answer<Value> = Result<Value, Problem> | Promise<Result<Value, Problem>>;

export interface RequestContext {
  /** The surface that the transport stands for; a window names its finer surface in the input. */
  readonly surface: Surface;
}

export type QueryHandlers<Name extends QueryName = QueryName> = {
  readonly [Each in Name]: (input: QueryParsed<Each>) => Answer<QueryOutput<Each>>;
};

export type CommandHandlers<Name extends CommandName = CommandName> = {
  readonly [Each in Name]: (input: CommandParsed<Each>, context: RequestContext) => Answer<CommandOutput<Each>>;
};

/** The names of one namespace, such as all queries that begin with `flows.`. */
export type InNamespace<Name extends string, Namespace extends string> = Extract<Name, `${Namespace}.${string}`>;

/** Answers requests of every transport. Never throws and never lets an unparsed input reach a handler. */
export interface Gateway {
  handle(request: unknown, context: RequestContext): Promise<Reply<unknown>>;
  /** Requests that were refused before any handler saw them, by reason: shown on the Health page. */
  refused(): Readonly<Record<string, number>>;
}

/** One pushed event as it crosses the wire. */
export interface PushedEvent {
  readonly name: EventName;
  readonly payload: unknown;
}
