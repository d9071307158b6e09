import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { Problem } from '../../preload/contract/base.ts';
import type { QueryInput, QueryName, QueryOutput } from '../../preload/contract.ts';
import { bridge } from './bridge.ts';
import { centerNow } from './now.ts';

/** One query with what is known of it: the newest value stays on screen while it is asked again. */
interface ResourceState<Name extends QueryName> {
  readonly value: QueryOutput<Name> | null;
  readonly problem: Problem | null;
  readonly input: QueryInput<Name> | null;
  /** When the running request was sent, center time; null when none runs. */
  readonly askedAt: number | null;
  readonly receivedAt: number | null;
}

export interface Resource<Name extends QueryName> {
  readonly use: UseBoundStore<StoreApi<ResourceState<Name>>>;
  /** Asks; a newer question makes the answer of an older one void. */
  load(input: QueryInput<Name>): Promise<void>;
  /** Asks the last question again; nothing if none was asked. */
  reload(): Promise<void>;
  /** Changes the value in place, for events that carry a part of it. */
  patch(change: (value: QueryOutput<Name>) => QueryOutput<Name>): void;
  /** Forgets the value and the question; an answer on its way is void. */
  clear(): void;
}

/** Every resource made, so that a new connection can read everything again. */
const all: Resource<QueryName>[] = [];

export const createResource = <Name extends QueryName>(name: Name): Resource<Name> => {
  const use = create<ResourceState<Name>>()(() => ({
    value: null,
    problem: null,
    input: null,
    askedAt: null,
    receivedAt: null,
  }));
  let turn = 0;
  const load = async (input: QueryInput<Name>): Promise<void> => {
    turn += 1;
    const mine = turn;
    use.setState({ input, askedAt: centerNow() });
    const reply = await bridge().query(name, input);
    if (mine !== turn) return;
    if (reply.ok) use.setState({ value: reply.value, problem: null, askedAt: null, receivedAt: centerNow() });
    else use.setState({ problem: reply.problem, askedAt: null });
  };
  const resource: Resource<Name> = {
    use,
    load,
    reload: async () => {
      const { input } = use.getState();
      if (input !== null) await load(input);
    },
    patch: (change) => {
      const { value } = use.getState();
      if (value !== null) use.setState({ value: change(value) });
    },
    clear: () => {
      turn += 1;
      use.setState({ value: null, problem: null, input: null, askedAt: null, receivedAt: null });
    },
  };
  all.push(resource as unknown as Resource<QueryName>);
  return resource;
};

/** Forgets everything but one resource: what was read of one home is never shown as another's. */
export const clearAllBut = <Name extends QueryName>(kept: Resource<Name>): void => {
  for (const resource of all) if (resource.use !== (kept.use as unknown)) resource.clear();
};

export const reloadAll = async (): Promise<void> => {
  await Promise.all(all.map((resource) => resource.reload()));
};
