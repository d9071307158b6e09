import type { LiveState, StopState } from '../../../preload/contract/site.ts';
import type { OverviewInput } from './overview-input.ts';
import { clockTime, listed, span } from './words.ts';

export interface Reason {
  readonly reason: string;
  /** Stable: for tests and filters. */
  readonly reasonCode: string;
}

const stopReason = (stop: StopState): Reason => {
  const silent = stop.devices.filter((device) => device.state === 'no-answer').map((device) => device.name);
  const safe = stop.devices.filter((device) => device.state === 'safe').length;
  const count = `${safe} of ${stop.devices.length} devices are confirmed in their safe state.`;
  const asked = `${listed(silent)} ${silent.length === 1 ? 'does' : 'do'} not answer and ${silent.length === 1 ? 'is' : 'are'} asked again.`;
  return {
    reason: stop.devices.length === 0 ? 'No device is controlled.' : silent.length > 0 ? `${count} ${asked}` : count,
    reasonCode: 'STOPPED',
  };
};

const stalest = (live: LiveState, now: number): Reason | null => {
  const stale = [
    { name: 'The battery’s charge', measure: live.socPct },
    { name: 'The battery', measure: live.batteryW },
    { name: 'The sun', measure: live.pvW },
    { name: 'The grid', measure: live.gridW },
    { name: 'The use of the house', measure: live.loadW },
  ].find(({ measure }) => measure.freshness === 'stale');
  return stale
    ? {
        reason: `${stale.name} was last measured ${span(now - (stale.measure.measuredAt ?? now))} ago and is left out.`,
        reasonCode: 'STALE',
      }
    : null;
};

/** Why the house does what it does: the first of these that holds, from the most binding to the least. */
export const reasonOf = (input: Omit<OverviewInput, 'intervalsToday' | 'prices'>): Reason => {
  const { now, stop, mode, live, decisions, channels, pendingProposals, pollers, site } = input;
  if (stop) return stopReason(stop);
  if (pollers.length === 0)
    return { reason: 'No device is set up yet: add the first one under Settings.', reasonCode: 'NO_DEVICES' };
  const stale = stalest(live, now);
  if (stale) return stale;
  if (mode === 'watch') return { reason: 'Watch: it looks and switches nothing.', reasonCode: 'WATCH' };
  if (pendingProposals > 0)
    return {
      reason: `${pendingProposals === 1 ? 'A proposal waits' : `${pendingProposals} proposals wait`} for your answer.`,
      reasonCode: 'PROPOSALS_WAIT',
    };
  const acting = decisions.find((decision) => decision.setpoint !== null);
  const waiting = decisions.find((decision) => decision.waits !== null);
  const chosen = acting ?? waiting;
  if (chosen) return { reason: chosen.reason, reasonCode: chosen.reasonCode };
  const held = channels.find((channel) => channel.hold?.origin === 'manual' && channel.hold.until > now);
  if (held?.hold)
    return {
      reason: `${held.hold.owner} holds ${held.name} until ${clockTime(held.hold.until, site.timeZone)}.`,
      reasonCode: 'HELD',
    };
  const [planned] = input.planSays;
  if (planned) return { reason: planned.sentence, reasonCode: planned.code };
  const runs = decisions.find((decision) => decision.reasonCode === 'RUNS');
  if (runs) return { reason: runs.reason, reasonCode: runs.reasonCode };
  return { reason: 'Nothing has to be switched now.', reasonCode: 'NOTHING_TO_DO' };
};
