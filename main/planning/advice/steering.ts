import type { SavingsDay } from '../../../preload/contract/backtest.ts';
import type { Mode } from '../../../preload/contract/base.ts';
import type { Action } from '../../../preload/contract/control.ts';

const QUARTER_MS = 15 * 60_000;
/** Who set something keeps steering so long, without another word. */
export const STEERS_FOR_MS = 24 * 60 * 60_000;

type Steerer = SavingsDay['steeredBy'];

/** An order that reached a device. */
export type Order = Pick<Action, 'sentAt' | 'origin' | 'deviceId' | 'channelId'>;

const steererOf = (origin: Action['origin']): Steerer =>
  origin === 'plan' || origin === 'advisor' ? 'plan' : origin === 'rule' ? 'rules' : 'nobody';

/** The newest entry at or before each moment, asked in order. */
const walk = <Entry>(entries: readonly Entry[], atOf: (entry: Entry) => number) => {
  let next = 0;
  let newest: Entry | undefined;
  return (at: number): Entry | undefined => {
    for (let entry = entries[next]; entry !== undefined && atOf(entry) <= at; entry = entries[next]) {
      newest = entry;
      next += 1;
    }
    return newest;
  };
};

/** Since when the house acts: what was set before it watched was let go then. Never while it watches. */
const actingSince = (modes: readonly { readonly at: number; readonly mode: Mode }[]) => {
  let since: number = Number.NEGATIVE_INFINITY;
  return modes.map(({ at, mode }) => {
    if (mode === 'watch') since = Number.POSITIVE_INFINITY;
    else if (since === Number.POSITIVE_INFINITY) since = at;
    return { at, actsSince: since };
  });
};

/**
 * Who steered for most of [from, to): the origin of the newest order at each quarter of an hour, for a day at the most, while the
 * house was not only watching. A person's order, a stop and a guard's are nobody's, as is a day without a majority. Orders to the
 * battery count before those to loads: give only those where there are any.
 */
export const steeredBy = (input: {
  readonly from: number;
  readonly to: number;
  readonly orders: readonly Order[];
  /** In order, the one that held at `from` first; before the first the house is taken to have acted. */
  readonly modes: readonly { readonly at: number; readonly mode: Mode }[];
}): Steerer => {
  const sent = input.orders.flatMap(({ sentAt, origin }) => (sentAt === null ? [] : [{ sentAt, origin }]));
  const orderAt = walk(
    sent.toSorted((a, b) => a.sentAt - b.sentAt),
    ({ sentAt }) => sentAt,
  );
  const modeAt = walk(actingSince(input.modes), ({ at }) => at);
  const counts: Record<Steerer, number> = { plan: 0, rules: 0, nobody: 0 };
  for (let at = input.from; at < input.to; at += QUARTER_MS) {
    const order = orderAt(at);
    const since = modeAt(at)?.actsSince ?? Number.NEGATIVE_INFINITY;
    const holds = order !== undefined && at - order.sentAt < STEERS_FOR_MS && order.sentAt >= since;
    counts[holds ? steererOf(order.origin) : 'nobody'] += 1;
  }
  const half = (input.to - input.from) / QUARTER_MS / 2;
  return counts.plan > half ? 'plan' : counts.rules > half ? 'rules' : 'nobody';
};
