/** Why a miner is started, paused or left alone, with the numbers that the sentence needs. */
export type Finding =
  | { readonly code: 'NOT_CONTROLLABLE' | 'STATE_UNKNOWN' | 'VOLTAGE_UNKNOWN' }
  | { readonly code: 'SOC_UNKNOWN'; readonly running: boolean }
  | { readonly code: 'HELD'; readonly owner: string }
  | ({ readonly code: 'SOC_BELOW_PAUSE'; readonly running: boolean } & LowSoc)
  | ({ readonly code: 'WAITS_FOR_RESUME' } & LowSoc)
  | { readonly code: 'SOC_TIER_FORBIDS'; readonly running: boolean; readonly tierPct: number; readonly outlook: Seen }
  | { readonly code: 'WAITS_FOR_TIER_MARGIN'; readonly startPct: number; readonly outlook: Seen }
  | { readonly code: 'PESSIMISTIC_BELOW_MINIMUM'; readonly lowPct: number; readonly minimumPct: number }
  | { readonly code: 'VOLTAGE_LOW'; readonly voltageV: number; readonly startV: number }
  | { readonly code: 'RUNS' | 'SOC_TIER_ALLOWS'; readonly tierPct: number; readonly outlook: Seen };

interface LowSoc {
  readonly nowPct: number;
  readonly pausePct: number;
  readonly resumePct: number;
}
interface Seen {
  readonly lowestPct: number;
  readonly source: 'projection' | 'soc-only';
}

export interface Because {
  readonly reason: string;
  readonly ifIgnored: string;
  readonly waits: string | null;
}

/** Whole per cent; one decimal only where rounding would hide on which side of a limit the value lies. */
const pct = (value: number, limit = value): string =>
  `${value !== limit && Math.round(value) === Math.round(limit) ? value.toFixed(1) : Math.round(value)} %`;

/** Without a projection the sentence says that only the SOC now was used. */
const seen = (outlook: Seen, limitPct: number): string =>
  outlook.source === 'projection'
    ? `the battery’s lowest expected charge in the next 6 h is ${pct(outlook.lowestPct, limitPct)}`
    : `the battery is at ${pct(outlook.lowestPct, limitPct)} (no recent projection, so only the charge now counts)`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The sentence for a finding, what happens otherwise, and what the miner waits for. */
export const because = (name: string, finding: Finding): Because => {
  const staysOff = `${name} stays off.`;
  switch (finding.code) {
    case 'NOT_CONTROLLABLE':
      return { reason: `${name} is only watched: control is not allowed.`, ifIgnored: 'Nothing changes.', waits: null };
    case 'STATE_UNKNOWN':
      return {
        reason: `${name} is left alone until it says whether it is on.`,
        ifIgnored: 'Nothing changes.',
        waits: 'waits for an answer',
      };
    case 'SOC_UNKNOWN':
      return {
        reason: finding.running
          ? `${name} keeps running: the battery’s charge is not known, so nothing is decided.`
          : `${name} is not started: the battery’s charge is not known.`,
        ifIgnored: 'Nothing changes.',
        waits: finding.running ? null : 'waits for the battery',
      };
    case 'HELD':
      return { reason: `${finding.owner} holds ${name}.`, ifIgnored: 'Nothing changes.', waits: null };
    case 'SOC_BELOW_PAUSE':
      return finding.running
        ? {
            reason: `The battery is at ${pct(finding.nowPct, finding.pausePct)}, below the pause at ${pct(finding.pausePct)}: ${name} pauses until ${pct(finding.resumePct)}.`,
            ifIgnored: `${name} goes on drawing from the battery.`,
            waits: null,
          }
        : {
            reason: `The battery is at ${pct(finding.nowPct, finding.pausePct)}, below the pause at ${pct(finding.pausePct)}: ${name} waits for ${pct(finding.resumePct)}.`,
            ifIgnored: staysOff,
            waits: `waits for ${pct(finding.resumePct)}`,
          };
    case 'WAITS_FOR_RESUME':
      return {
        reason: `After the pause below ${pct(finding.pausePct)}, ${name} waits for ${pct(finding.resumePct)}; the battery is at ${pct(finding.nowPct, finding.resumePct)}.`,
        ifIgnored: staysOff,
        waits: `waits for ${pct(finding.resumePct)}`,
      };
    case 'SOC_TIER_FORBIDS':
      return finding.running
        ? {
            reason: `${capital(seen(finding.outlook, finding.tierPct))}, and ${name} runs only above ${pct(finding.tierPct)}: it pauses.`,
            ifIgnored: `${name} goes on drawing from the battery.`,
            waits: null,
          }
        : {
            reason: `${capital(seen(finding.outlook, finding.tierPct))}, and ${name} runs only above ${pct(finding.tierPct)}.`,
            ifIgnored: staysOff,
            waits: `waits for ${pct(finding.tierPct)}`,
          };
    case 'WAITS_FOR_TIER_MARGIN':
      return {
        reason: `${capital(seen(finding.outlook, finding.startPct))}; after its pause ${name} waits for ${pct(finding.startPct)}.`,
        ifIgnored: staysOff,
        waits: `waits for ${pct(finding.startPct)}`,
      };
    case 'PESSIMISTIC_BELOW_MINIMUM':
      return {
        reason: `With little sun the battery could fall to ${pct(finding.lowPct, finding.minimumPct)}, below the minimum of ${pct(finding.minimumPct)}: ${name} is not started.`,
        ifIgnored: staysOff,
        waits: 'waits for a safer forecast',
      };
    case 'VOLTAGE_UNKNOWN':
      return {
        reason: `${name} is not started: there is no fresh battery voltage.`,
        ifIgnored: staysOff,
        waits: 'waits for the battery voltage',
      };
    case 'VOLTAGE_LOW':
      return {
        reason: `The battery has ${finding.voltageV.toFixed(1)} V and ${name} starts at ${finding.startV.toFixed(1)} V.`,
        ifIgnored: staysOff,
        waits: `waits for ${finding.startV.toFixed(1)} V`,
      };
    case 'RUNS':
      return {
        reason: `${capital(seen(finding.outlook, finding.tierPct))}, above the ${pct(finding.tierPct)} that ${name} needs: it runs on.`,
        ifIgnored: 'Nothing changes.',
        waits: null,
      };
    case 'SOC_TIER_ALLOWS':
      return {
        reason: `${capital(seen(finding.outlook, finding.tierPct))}, above the ${pct(finding.tierPct)} that ${name} needs: it starts.`,
        ifIgnored: `${name} stays off and the surplus goes to the battery or the grid.`,
        waits: null,
      };
  }
};
