/** Rules that have not run for this long while automating are reported: nobody steers the house. */
export const SILENT_AFTER_MS = 15 * 60_000;

/** What the watch remembers of one site. `aliveAt` is monotonic, so that sleep and clock jumps do not look like silence. */
export interface SilenceSpell {
  readonly lastRunAt: number | null;
  readonly aliveAt: number;
  readonly reported: boolean;
}

export type SilenceReport = 'silent' | 'back';

/** One look at the rules' heartbeat. While nothing has to run, the silence does not grow. */
export const watchSilence = (
  before: SilenceSpell | undefined,
  look: { readonly mustRun: boolean; readonly lastRunAt: number | null },
  now: number,
): { readonly spell: SilenceSpell; readonly report: SilenceReport | null } => {
  const ran = before === undefined || look.lastRunAt !== before.lastRunAt;
  const aliveAt = ran || !look.mustRun ? now : before.aliveAt;
  const silent = now - aliveAt >= SILENT_AFTER_MS;
  const reported = before?.reported ?? false;
  if (silent && !reported) return { spell: { lastRunAt: look.lastRunAt, aliveAt, reported: true }, report: 'silent' };
  const back = reported && !silent && look.mustRun;
  return {
    spell: { lastRunAt: look.lastRunAt, aliveAt, reported: reported && silent },
    report: back ? 'back' : null,
  };
};
