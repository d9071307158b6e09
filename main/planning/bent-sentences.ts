import { localDate, localDayAndTime, localTime } from '../zone.ts';
import type { Bend } from './bends.ts';
import type { Schedule } from './schedule.ts';
import type { Bent, Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** Power beyond a limit that the household may explain alone, kW. */
const NOTHING_KW = 1e-6;

const text = (value: number): string => value.toFixed(value < 0.095 ? 2 : 1);
const duration = (hours: number): string => {
  const minutes = Math.round(hours * 60);
  const rest = minutes % 60;
  return [
    ...(minutes >= 60 ? [`${Math.floor(minutes / 60)} h`] : []),
    ...(rest > 0 || minutes === 0 ? [`${rest} min`] : []),
  ].join(' ');
};

/** A sentence for a person about each limit that is bent. Names of loads stand between quotes as their ids. */
export const bentOf = (problem: Problem, schedule: Schedule, bends: readonly Bend[]): readonly Bent[] => {
  const { zone, startAt, stepMs, grid, batteries } = problem;
  const instantOf = (step: number): number => startAt + step * stepMs;
  const whenOf = (step: number): string => {
    const at = instantOf(step);
    return localDate(at, zone) === localDate(startAt, zone) ? localTime(at, zone) : localDayAndTime(at, zone);
  };
  const during = ({ from, to }: Bend): string => `from ${whenOf(from)} to ${whenOf(to)}`;
  const batteryOf = (id: string | null): string => (batteries.length === 1 ? 'The battery' : `The battery "${id}"`);
  const aloneAt = (step: number): boolean =>
    (problem.loadKw[step] ?? 0) - (problem.pvKw[step] ?? 0) > grid.maxImportKw + NOTHING_KW;

  const socSentence = (bend: Bend): string => {
    const battery = batteries.find(({ id }) => id === bend.id);
    const began = (battery?.initialSocPct ?? 0).toFixed(0);
    const why = bend.from === 0 ? `it begins at ${began} %` : 'the limits leave nothing else';
    return bend.side === 'below'
      ? `${batteryOf(bend.id)} lies up to ${text(bend.by)} % below its least charge of ${battery?.minSocPct} % ${during(bend)}: ${why}.`
      : `${batteryOf(bend.id)} lies up to ${text(bend.by)} % above its most charge of ${battery?.maxSocPct} % ${during(bend)}: ${why}.`;
  };
  const runSentence = (bend: Bend): string => {
    const load = problem.flexibleLoads.find(({ id }) => id === bend.id);
    const steps = Array.from({ length: bend.to - bend.from }, (_, place) => bend.from + place);
    const pinned = bend.side === 'below' ? load?.mustRun : load?.mustRest;
    const place = problem.flexibleLoads.findIndex(({ id }) => id === bend.id);
    const ran = schedule.on[place];
    const isPin = steps.every(
      (step) => pinned?.includes(step) === true && (ran?.[step] === true) === (bend.side === 'above'),
    );
    if (isPin)
      return bend.side === 'below'
        ? `"${bend.id}" cannot run ${during(bend)} as it was asked to: its other limits forbid it.`
        : `"${bend.id}" runs ${during(bend)} although it was asked not to: its run has to be finished.`;
    const asked = duration(((load?.runSteps ?? 0) * stepMs) / HOUR_MS);
    return `"${bend.id}" runs ${duration(bend.by)} ${bend.side === 'below' ? 'less' : 'more'} than the ${asked} that it was asked to: its limits leave no other way.`;
  };
  const sentenceOf = (bend: Bend): string => {
    switch (bend.limit) {
      case 'import': {
        const why = aloneAt(bend.from) ? 'the household alone needs more' : 'what has to run needs more';
        return `The grid limit of ${text(grid.maxImportKw)} kW is exceeded by ${text(bend.by)} kW ${during(bend)}: ${why}.`;
      }
      case 'export':
        return `The limit of ${text(grid.maxExportKw)} kW for feeding in is exceeded by ${text(bend.by)} kW ${during(bend)}: there is nowhere else for the energy to go.`;
      case 'soc':
        return socSentence(bend);
      case 'final-soc': {
        const asked = batteries.find(({ id }) => id === bend.id)?.finalSocPct ?? 0;
        return `${batteryOf(bend.id)} ends ${text(bend.by)} % below the ${asked} % that it should hold: there is no way to more.`;
      }
      case 'reserve':
        return `${batteryOf(bend.id)} holds up to ${text(bend.by)} % less than its reserve ${during(bend)}: more would cost too much or is not to be had.`;
      case 'run-time':
        return runSentence(bend);
      case 'energy': {
        const asked = problem.modulatingLoads.find(({ id }) => id === bend.id)?.energyKwh ?? 0;
        return `"${bend.id}" gets ${text(bend.by)} kWh less than the ${text(asked)} kWh that it should have by ${whenOf(bend.to)}: the time or the power is not enough.`;
      }
      case 'temperature': {
        const store = problem.heatStores.find(({ id }) => id === bend.id);
        const limit = bend.side === 'below' ? store?.minC[bend.from] : store?.maxC[bend.from];
        return `"${bend.id}" is up to ${text(bend.by)} °C ${bend.side === 'below' ? 'colder' : 'warmer'} than ${text(limit ?? 0)} °C ${during(bend)}: its power is not enough.`;
      }
    }
  };
  return bends.map((bend) => ({
    limit: bend.limit,
    id: bend.id,
    from: instantOf(bend.from),
    to: instantOf(bend.to),
    by: bend.by,
    sentence: sentenceOf(bend),
  }));
};
