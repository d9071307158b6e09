import type { Action } from '../../preload/contract/control.ts';
import type { ChannelActuator } from '../devices/types.ts';
import type { ChannelControlRecord } from '../store/types.ts';
import type { Ground } from './deps.ts';
import type { Finish } from './execute.ts';
import { SOMEBODY } from './holds.ts';
import { leaseOwner } from './leases.ts';
import type { Ledger } from './ledger.ts';
import type { Proposal } from './types.ts';
import { keepUnchanged } from './unchanged.ts';

/** Nothing of the wish holds: the hold and the lease before it come back. */
const CAME_TO_NOTHING: readonly Action['outcome'][] = [
  'refused',
  'unchanged',
  'rolled-back',
  'unreachable',
  'interrupted',
];

interface Ended {
  readonly actuator: ChannelActuator;
  readonly proposal: Proposal;
  readonly lettingGo?: boolean;
  /** The record when the wish began. */
  readonly before: ChannelControlRecord;
  readonly finish: Finish;
  readonly wrote: boolean;
  recordOf(): ChannelControlRecord;
}

/** After a command: what we hold, and what of the wish stays in force. */
export const createSettle =
  (ground: Pick<Ground, 'clock' | 'store' | 'timings'>, ledger: Ledger) =>
  ({ actuator, proposal, lettingGo, before, finish, wrote, recordOf }: Ended): void => {
    if (finish.shown) ledger.observe(recordOf(), finish.shown.value, actuator.spec.control, finish.shown.measuredAt);
    const record = recordOf();
    const failed = CAME_TO_NOTHING.includes(finish.outcome) || finish.untouched === true;
    const uncertain = wrote && (finish.outcome === 'unreachable' || finish.outcome === 'rollback-failed');
    const overruled = record.hold?.owner === SOMEBODY && record.hold.since !== before.hold?.since;
    // What the guard tried to take away for good is never brought back by its doubtful end.
    const forGood = proposal.origin === 'safety' && proposal.leaseMs === null;
    if (uncertain && forGood) ledger.change(record, { lease: null, original: null });
    // A write that may still take effect leaves a lease that is already over: whoever keeps leases takes it back.
    else if (uncertain && record.original !== null)
      ledger.change(record, {
        hold: before.hold,
        lease: {
          owner: leaseOwner(proposal.origin, proposal.who),
          reason: proposal.reason,
          expiresAt: ground.clock.now(),
        },
      });
    else if (overruled && !wrote) ledger.change(record, { lease: null, original: null });
    else if (lettingGo)
      ledger.change(
        record,
        finish.outcome === 'confirmed' || finish.outcome === 'limited'
          ? { lease: null, original: null }
          : { lease: before.lease, original: before.original },
      );
    else if (failed && !(finish.outcome === 'interrupted' && wrote))
      ledger.change(record, { hold: before.hold, lease: before.lease, original: before.original });
    if (finish.outcome === 'unchanged' && !lettingGo) keepUnchanged(ground, ledger, proposal, recordOf());
  };
