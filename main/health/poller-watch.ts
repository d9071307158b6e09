/** So many breaks and returns in one spell are reported as well: a device that comes and goes is not fine. */
const FLAPS_TO_REPORT = 6;
/** It counts as back after answering this long; twice as long after each report within a day. */
const BACK_AFTER_MS = 30 * 60_000;
const DAY_MS = 86_400_000;
const LONGEST_BACK_MS = 6 * 3_600_000;

/** What the watch remembers of one poller. Times are monotonic ms. */
export interface PollerSpell {
  /** Since when it fails without a break; null while it answers. */
  readonly failingSince: number | null;
  /** Since when it answers without a break; null while it fails. */
  readonly fineSince: number | null;
  /** Breaks since it was last stably fine. */
  readonly flaps: number;
  /** True from the report of trouble until the report of return. */
  readonly reported: boolean;
  /** When trouble was reported in the last day. */
  readonly reports: readonly number[];
}
export const FINE: PollerSpell = { failingSince: null, fineSince: null, flaps: 0, reported: false, reports: [] };

export type PollerReport = 'failing' | 'unsteady' | 'back';

/**
 * One look at a poller: the next memory and what to tell a person, if anything. Trouble is told once until it is over, when
 * it has failed for `alertAfterMs` without a break or breaks off again and again;
 * over means steadily fine for a time that doubles with each report of the day, so that flapping cannot flood.
 */
export const watchPoller = (
  before: PollerSpell,
  failing: boolean,
  now: number,
  alertAfterMs: number,
): { readonly spell: PollerSpell; readonly report: PollerReport | null } => {
  const reports = before.reports.filter((at) => now - at < DAY_MS);
  const steadyMs = Math.min(LONGEST_BACK_MS, BACK_AFTER_MS * 2 ** Math.max(0, reports.length - 1));
  if (!failing) {
    const fineSince = before.fineSince ?? now;
    const steady = now - fineSince >= steadyMs;
    const report = steady && before.reported ? 'back' : null;
    return {
      spell: {
        failingSince: null,
        fineSince,
        flaps: steady ? 0 : before.flaps,
        reported: before.reported && !steady,
        reports,
      },
      report,
    };
  }
  const failingSince = before.failingSince ?? now;
  const flaps = before.flaps + (before.failingSince === null ? 1 : 0);
  const lasting = now - failingSince >= alertAfterMs;
  const report = before.reported ? null : lasting ? 'failing' : flaps >= FLAPS_TO_REPORT ? 'unsteady' : null;
  return {
    spell: {
      failingSince,
      fineSince: null,
      flaps,
      reported: before.reported || report !== null,
      reports: report ? [...reports, now] : reports,
    },
    report,
  };
};
