import { runPolicy } from '../planning/backtest/run.ts';
import type { Past, PolicyResult } from '../planning/backtest/types.ts';
import { coverageOf, resultOf } from '../planning/backtest/verdict.ts';
import { loadSolver } from '../planning/highs.ts';
import { permanent } from '../result.ts';
import { BACKTEST_OPTIONS, type BacktestRequest, caseOf, requestOf } from './backtest-request.ts';
import { type CliCommand, done, failed, usage } from './command.ts';

const money = (value: number): string => value.toFixed(2);

const spanOf = (past: Past) => {
  const instant = (step: number): string => new Date(past.startAt + step * past.stepMs).toISOString();
  return { from: instant(past.first), to: instant(past.end), stepMinutes: past.stepMs / 60_000 };
};

/** What a person reads: the months, then what it cost together. */
const linesOf = (
  past: Past,
  { policy }: BacktestRequest,
  result: PolicyResult,
  notes: readonly string[],
): readonly string[] => {
  const { from, to, stepMinutes } = spanOf(past);
  const { earned, minerHours, comfortMissKh } = result;
  const loads = [
    ...(earned === 0 && minerHours === 0 ? [] : [`Miners ran ${minerHours.toFixed(1)} h and earned ${money(earned)}.`]),
    ...(comfortMissKh === null ? [] : [`Outside its band for ${comfortMissKh.toFixed(1)} °C·h.`]),
  ];
  return [
    `${policy} from ${from} to ${to}, steps of ${stepMinutes} min, ${(100 * coverageOf(past)).toFixed(1)} % measured.`,
    '',
    ...result.months.map(
      ({ month, cost, peakCost, saving }) =>
        `${month}  cost ${money(cost).padStart(9)}  of it peak ${money(peakCost).padStart(8)}  less than without battery ${money(saving).padStart(8)}`,
    ),
    '',
    `Costs ${money(result.cost)}: energy ${money(result.energyCost)}, peak ${money(result.peakCost)}, wear ${money(result.wearCost)}. Without battery ${money(result.cost + result.saving)}.`,
    `Import ${result.importKwh.toFixed(1)} kWh, export ${result.exportKwh.toFixed(1)} kWh, ${result.cycles.toFixed(1)} cycles, ${result.violations} steps over a limit.`,
    ...loads,
    ...notes,
  ];
};

/** Plays a past from a file with one policy, and says what it would have cost. */
export const backtest: CliCommand = {
  name: 'backtest',
  summary: 'Plays a past from a CSV file with one policy, and says what it would have cost.',
  positionals: [],
  plainJson: true,
  options: BACKTEST_OPTIONS,
  run: async (context) => {
    const request = requestOf(context);
    if (typeof request === 'string') return usage(request);
    const read = await caseOf(request);
    if (!read.ok) return failed(read.error);
    const { past, site, notes } = read.value;
    const options = {
      horizonHours: request.horizonHours,
      controlMinutes: request.controlMinutes,
      nowMs: () => context.clock.monotonicMs(),
      loadSolver,
      learnt: null,
      onProgress: async (share: number) => {
        context.progress(`${Math.floor(100 * share)} %  Playing ${request.policy} …`);
        return true;
      },
    };
    const ran = await runPolicy(request.policy, past, site, options);
    if (!ran.ok) return failed(ran.error);
    const none = await runPolicy('none', past, site, options);
    if (!none.ok) return failed(none.error);
    if (ran.value === null || none.value === null) {
      const ended = permanent('backtest.cancelled', 'The backtest was ended.', 'Start it again.');
      return failed(ended.error);
    }
    const prescient = request.policy === 'prescient' ? ran.value.account : null;
    const result = resultOf(ran.value.account, none.value.account, { none: none.value.account, prescient });
    const said = [...notes, ...ran.value.notes];
    return done(linesOf(past, request, result, said), {
      ...result,
      span: spanOf(past),
      steps: past.end - past.first,
      coverage: coverageOf(past),
      notes: said,
    });
  },
};
