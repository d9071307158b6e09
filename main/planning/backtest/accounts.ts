import { loadAccounts } from './load-account.ts';
import { stepLoads } from './loads.ts';
import type { Past, Played, PolicyName, PolicyResult, SimSite } from './types.ts';

/** A mean peak that lies so little above a tier, kW, is rounding. */
const ROUNDING_KW = 1e-6;
const TOLERANCE = 1e-6;

/** Money, energy and wear of one played past; savings are put in once the baseline is known. */
export type Account = Omit<PolicyResult, 'saving' | 'ofPossiblePct' | 'months'> & {
  readonly months: readonly { readonly month: string; readonly cost: number; readonly peakCost: number }[];
};

/** The charge of a month by its daily peaks, kW: the mean of the largest chooses the tier, above the last its cost stays. */
export const tierCost = (tariff: NonNullable<SimSite['peakTariff']>, dailyPeaksKw: readonly number[]): number => {
  const largest = dailyPeaksKw.toSorted((one, other) => other - one).slice(0, tariff.largestDailyPeaks);
  if (largest.length === 0) return 0;
  const mean = largest.reduce((sum, kw) => sum + kw, 0) / largest.length;
  return (tariff.tiers.find(({ upToKw }) => mean <= upToKw + ROUNDING_KW) ?? tariff.tiers.at(-1))?.cost ?? 0;
};

/** What a kWh is charged that is missing at the end of what the battery was to be left with: bought at the mean price. */
export const missingPrice = (past: Past, site: SimSite): number => {
  let sum = 0;
  for (let step = past.first; step < past.end; step += 1) sum += past.importPrice[step] ?? 0;
  const mean = past.end > past.first ? sum / (past.end - past.first) : 0;
  return Math.max(0, mean) / (site.battery?.chargeEfficiency ?? 1);
};

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

/** Goes through what was played once more, by itself: what it cost, and every step in which a limit was crossed. */
export const accountOf = (past: Past, site: SimSite, policy: PolicyName, played: Played): Account => {
  const { first, end, hours } = past;
  const { battery, grid, peakTariff } = site;
  const months = new Map<string, { energy: number; wear: number; earned: number; peaks: Map<number, number> }>();
  let [energyCost, importKwh, exportKwh, curtailedKwh, carbon, charged, violations] = [0, 0, 0, 0, 0, 0, 0];
  let [wearCost, earned] = [0, 0];
  const loads = loadAccounts(past, stepLoads(past, site.loads), played.loadsKw);
  let before = battery === null ? 0 : (battery.initialSocPct / 100) * battery.capacityKwh;
  let lowest = before;
  const kept = battery === null ? 1 : (1 - battery.standingLossPerHour) ** hours;
  for (let step = first; step < end; step += 1) {
    const place = step - first;
    const into = played.importKw[place] ?? 0;
    const out = played.exportKw[place] ?? 0;
    const kw = played.batteryKw[place] ?? 0;
    const held = played.curtailKw[place] ?? 0;
    const stored = played.energyKwh[place] ?? 0;
    const spent = into * hours * (past.importPrice[step] ?? 0);
    const sold = out * hours * (past.exportPrice[step] ?? 0);
    let worn = Math.abs(kw) * hours * (battery?.wearCostPerKwh ?? 0);
    let [drawn, brought] = [0, 0];
    for (const [load, each] of loads.entries()) {
      drawn += played.loadsKw[load]?.[place] ?? 0;
      brought += each.earned[place] ?? 0;
      worn += each.worn[place] ?? 0;
    }
    energyCost += spent - sold;
    wearCost += worn;
    earned += brought;
    importKwh += into * hours;
    exportKwh += out * hours;
    curtailedKwh += held * hours;
    charged += Math.max(0, kw) * hours;
    carbon += (into * hours * (past.carbonG?.[step] ?? 0)) / 1000;
    const day = past.day[step] ?? 0;
    const name = past.days[day]?.month ?? '';
    const month = months.get(name) ?? { energy: 0, wear: 0, earned: 0, peaks: new Map<number, number>() };
    month.energy += spent - sold;
    month.wear += worn;
    month.earned += brought;
    month.peaks.set(day, Math.max(month.peaks.get(day) ?? 0, into));
    months.set(name, month);
    const balanced = (past.pvKw[step] ?? 0) - held + into - out - (past.loadKw[step] ?? 0) - drawn - kw;
    let crossed = Math.abs(balanced) > TOLERANCE || held > (past.pvKw[step] ?? 0) + TOLERANCE || held < -TOLERANCE;
    crossed ||= into > grid.maxImportKw + TOLERANCE || out > grid.maxExportKw + TOLERANCE;
    if (battery !== null) {
      const change = kw > 0 ? kw * battery.chargeEfficiency * hours : (kw * hours) / battery.dischargeEfficiency;
      const soc = (100 * stored) / battery.capacityKwh;
      crossed ||= Math.abs(kept * before + change - stored) > TOLERANCE;
      crossed ||= soc < battery.minSocPct - TOLERANCE || soc > battery.maxSocPct + TOLERANCE;
      crossed ||= kw > battery.maxChargeKw + TOLERANCE || -kw > battery.maxDischargeKw + TOLERANCE;
      lowest = Math.min(lowest, stored);
    } else crossed ||= kw !== 0;
    if (crossed) violations += 1;
    before = stored;
  }
  const wanted = ((battery?.finalSocPct ?? 0) / 100) * (battery?.capacityKwh ?? 0);
  const usable = battery === null ? 0 : ((battery.maxSocPct - battery.minSocPct) / 100) * battery.capacityKwh;
  const missing =
    battery === null || end <= first
      ? 0
      : Math.max(0, wanted - before) * missingPrice(past, site) - battery.finalValuePerKwh * before;
  const peakOf = (peaks: ReadonlyMap<number, number>): number =>
    peakTariff === null ? 0 : tierCost(peakTariff, [...peaks.values()]);
  const table = [...months].map(([month, { energy, wear, earned: brought, peaks }], place) => {
    const peakCost = peakOf(peaks);
    const settled = place === months.size - 1 ? missing : 0;
    return { month, cost: energy + wear + peakCost + settled - brought, peakCost };
  });
  const peakCost = table.reduce((sum, month) => sum + month.peakCost, 0);
  energyCost += missing;
  const misses = loads.flatMap(({ missKh }) => (missKh === null ? [] : [missKh]));
  return {
    policy,
    cost: energyCost + peakCost + wearCost - earned,
    energyCost,
    peakCost,
    wearCost,
    earned,
    importKwh,
    exportKwh,
    curtailedKwh,
    carbonKg: past.carbonG === null ? null : carbon,
    cycles: usable > 0 ? charged / usable : 0,
    lowestSocPct: battery === null || policy === 'none' ? null : (100 * lowest) / battery.capacityKwh,
    violations: loads.reduce((sum, load) => sum + load.violations, violations),
    minerHours: loads.reduce((sum, load) => sum + load.minerHours, 0),
    comfortMissKh: misses.length === 0 ? null : misses.reduce((sum, kh) => sum + kh, 0),
    decideMs: middle(played.decideMs),
    months: table,
  };
};
