/** What the watch remembers of one heartbeat. `aliveAt` is monotonic, so that sleep and clock jumps do not look like silence. */
export interface SilenceSpell {
  readonly lastBeatAt: number | null;
  readonly aliveAt: number;
  readonly silent: boolean;
}

/** One look at a heartbeat. While none has to come, the silence does not grow. */
export const watchSilence = (
  before: SilenceSpell | undefined,
  look: { readonly mustBeat: boolean; readonly lastBeatAt: number | null },
  nowMs: number,
  silentAfterMs: number,
): SilenceSpell => {
  const beat = before === undefined || look.lastBeatAt !== before.lastBeatAt;
  const aliveAt = beat || !look.mustBeat ? nowMs : before.aliveAt;
  return { lastBeatAt: look.lastBeatAt, aliveAt, silent: nowMs - aliveAt >= silentAfterMs };
};
