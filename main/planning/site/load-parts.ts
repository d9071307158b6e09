import type { PlannedLoad } from '../../../preload/contract/plan-settings.ts';
import type { PlanPin } from '../../store/plans.ts';
import { localTime } from '../../zone.ts';
import type { FlexibleLoad, HeatStore, ModulatingLoad } from '../types.ts';
import type { ChannelState } from './channel-state.ts';
import { atOf, HOUR_MS, STEP_HOURS, STEP_MS, type Steps, sum } from './grid-of-steps.ts';
import { type Freedom, freedomOf, splitByPins } from './pins.ts';
import type { PlannedPart } from './types.ts';
import { type Window, windowsOf } from './windows.ts';

/** Steps that a load has run or paused when nobody knows for how long: longer than any rule asks. */
const LONG_STEPS = 10_000;
/** Starts allowed an hour matter only below this: a quarter's step allows no more than two. */
const STARTS_AN_HOUR = 2;
const MINUTE_MS = 60_000;
const STEP_MINUTES = STEP_MS / MINUTE_MS;

/** What a load brings into the problem. */
export interface LoadParts {
  readonly flexible: readonly FlexibleLoad[];
  readonly modulating: readonly ModulatingLoad[];
  readonly heat: readonly HeatStore[];
  readonly parts: readonly PlannedPart[];
  readonly unmet: readonly string[];
  readonly notes: readonly string[];
}

export interface LoadInput {
  readonly load: PlannedLoad;
  readonly state: ChannelState;
  readonly steps: Steps;
  readonly zone: string;
  readonly now: number;
  readonly pins: readonly PlanPin[];
  /** Minutes that it ran and energy that it used since a window began; null where nothing was measured. */
  readonly done: (from: number) => { readonly minutes: number | null; readonly energyKwh: number | null };
}

const stepsOf = (spanMs: number): number => Math.ceil(spanMs / STEP_MS - 1e-9);

export const laneOf = ({ deviceId, channelId }: Pick<PlannedLoad, 'deviceId' | 'channelId'>): string =>
  `${deviceId}/${channelId}`;

/** Whether it runs before the first step, and for how many whole steps it has done so or paused. */
export const beforeOf = ({ state, steps, now }: Pick<LoadInput, 'state' | 'steps' | 'now'>): FlexibleLoad['before'] => {
  const on = state.runs ?? false;
  if (state.sinceChangeMs === null) return { on, steps: LONG_STEPS };
  return { on, steps: Math.max(0, Math.floor((steps.startAt - (now - state.sinceChangeMs)) / STEP_MS)) };
};

/** The device's own rules in steps. Its write budget a day and its switches an hour bound how often it may start. */
export const rulesOf = ({ state, steps }: Pick<LoadInput, 'state' | 'steps'>) => {
  const { rules } = state.config;
  const hours = steps.count * STEP_HOURS;
  const byHour = rules === null ? STARTS_AN_HOUR : rules.maxSwitchesPerHour / 2;
  const left = rules === null ? Number.POSITIVE_INFINITY : Math.max(0, rules.writeBudgetPerDay - state.writesToday);
  const byDay = Math.floor(
    (left + (rules === null ? 0 : (rules.writeBudgetPerDay * Math.max(0, hours - 24)) / 24)) / 2,
  );
  const most = Math.min(
    byHour >= STARTS_AN_HOUR ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(byHour * hours)),
    byDay,
  );
  return {
    minRunSteps: Math.max(1, stepsOf(rules?.minOnMs ?? 0)),
    minPauseSteps: Math.max(1, stepsOf(rules?.minOffMs ?? 0)),
    maxStarts: most >= steps.count / 2 ? null : most,
  };
};

/** Windows that a plan of these steps can serve: one that ends beyond them waits, unless it has begun. */
const servedWindows = (input: LoadInput, times: Parameters<typeof windowsOf>[0]): readonly Window[] => {
  const endAt = atOf(input.steps, input.steps.count);
  return windowsOf(times, input.zone, input.now, endAt).filter(({ from, to }) => to <= endAt || from <= input.now);
};

const NOTHING: LoadParts = { flexible: [], modulating: [], heat: [], parts: [], unmet: [], notes: [] };

export const joined = (all: readonly LoadParts[]): LoadParts => ({
  flexible: all.flatMap(({ flexible }) => flexible),
  modulating: all.flatMap(({ modulating }) => modulating),
  heat: all.flatMap(({ heat }) => heat),
  parts: all.flatMap(({ parts }) => parts),
  unmet: all.flatMap(({ unmet }) => unmet),
  notes: all.flatMap(({ notes }) => notes),
});

interface Place {
  readonly id: string;
  readonly firstStep: number;
  readonly endStep: number;
  readonly window: Window | null;
}

/** The steps of a window: whole ones inside it, from the current one on. */
const placeOf = (input: LoadInput, window: Window, number: number): Place => ({
  id: `${laneOf(input.load)}#${number}`,
  firstStep: Math.max(0, stepsOf(window.from - input.steps.startAt)),
  endStep: Math.min(input.steps.count, Math.floor((window.to - input.steps.startAt) / STEP_MS)),
  window,
});

const partOf = (input: LoadInput, place: Place, kind: PlannedPart['kind'], powerKw: number): PlannedPart => ({
  id: place.id,
  kind,
  laneId: laneOf(input.load),
  deviceId: input.load.deviceId,
  channelId: input.load.channelId,
  name: input.state.config.name,
  wish: input.load.wish,
  control: input.state.control,
  powerKw,
  held: input.state.held ?? undefined,
  deadlineAt: place.window?.to ?? null,
  windowAt: place.window?.from ?? null,
});

/** Only the part that begins now goes on from what runs now; a later window begins at rest. */
const beforePart = (input: LoadInput, place: Place): FlexibleLoad['before'] =>
  place.firstStep === 0 ? beforeOf(input) : { on: false, steps: LONG_STEPS };

/** Lengths of the stretches that are left where some steps are for resting. */
const freeStretches = ({ firstStep, endStep }: Place, mustRest: readonly number[]): readonly number[] => {
  const rests = mustRest.filter((step) => step >= firstStep && step < endStep);
  return [...rests, endStep].map((end, index) => end - (index === 0 ? firstStep : (rests[index - 1] ?? 0) + 1));
};

const onOff = (
  input: LoadInput,
  place: Place,
  ask: {
    readonly powerKw: number;
    readonly valuePerKwh: number;
    readonly runSteps: number | null;
    readonly oncePiece: number;
  },
): LoadParts => {
  const rules = rulesOf(input);
  const freedom: Freedom = freedomOf(input.pins, input.steps, place, ask.runSteps);
  const free = freeStretches(place, freedom.mustRest);
  const room = ask.oncePiece > 1 ? Math.max(0, ...free) : sum(free);
  const runSteps = ask.runSteps === null ? null : Math.min(ask.runSteps, room);
  if (runSteps === 0) return NOTHING;
  const least = Math.max(rules.minRunSteps, Math.min(ask.oncePiece, Math.max(1, room)));
  const before = beforePart(input, place);
  const load: FlexibleLoad = {
    id: place.id,
    powerKw: ask.powerKw,
    valuePerKwh: ask.valuePerKwh,
    firstStep: place.firstStep,
    endStep: place.endStep,
    runSteps,
    minRunSteps: runSteps === null || before.on ? least : Math.min(least, runSteps),
    minPauseSteps: rules.minPauseSteps,
    maxStarts: rules.maxStarts,
    startCost: input.load.startCost,
    before,
    ...freedom,
  };
  return { ...NOTHING, flexible: [load], parts: [partOf(input, place, 'on-off', ask.powerKw)] };
};

const until = (input: LoadInput, window: Window): string => localTime(window.to, input.zone);

const runParts = (input: LoadInput, wish: Extract<PlannedLoad['wish'], { kind: 'run' }>): LoadParts =>
  joined(
    servedWindows(input, wish).map((window, number) => {
      const place = placeOf(input, window, number);
      const begun = window.from <= input.now;
      const doneMinutes = begun ? (input.done(window.from).minutes ?? 0) : 0;
      const wanted = stepsOf((wish.minutes - doneMinutes) * MINUTE_MS);
      const room = place.endStep - place.firstStep;
      if (wanted <= 0) return NOTHING;
      const name = input.state.config.name;
      const left = Math.max(0, room) * STEP_MINUTES;
      const why = begun ? `only ${left} min are left` : `there are only ${left} min from ${wish.from} on`;
      const unmet =
        wanted > room ? [`${name} was to run ${wish.minutes} min by ${until(input, window)}, but ${why}.`] : [];
      if (room <= 0) return { ...NOTHING, unmet };
      const runSteps = Math.min(wanted, room);
      // What runs already goes on: its one piece is as long as the whole wish.
      const wholeSteps = stepsOf(wish.minutes * MINUTE_MS);
      const oncePiece = wish.inOnePiece
        ? begun && (input.state.runs ?? false)
          ? Math.min(wholeSteps, runSteps + beforeOf(input).steps)
          : runSteps
        : 1;
      const made = onOff(input, place, { powerKw: input.state.ratedKw, valuePerKwh: 0, runSteps, oncePiece });
      return { ...made, unmet };
    }),
  );

const energyParts = (input: LoadInput, wish: Extract<PlannedLoad['wish'], { kind: 'energy' }>): LoadParts =>
  joined(
    servedWindows(input, wish).map((window, number) => {
      const place = placeOf(input, window, number);
      const doneKwh = window.from <= input.now ? (input.done(window.from).energyKwh ?? 0) : 0;
      const wantedKwh = wish.energyKwh - doneKwh;
      const room = Math.max(0, place.endStep - place.firstStep);
      const mostKwh = room * STEP_HOURS * wish.maxKw;
      if (wantedKwh <= 0.05) return NOTHING;
      const unmet =
        wantedKwh > mostKwh + 1e-6
          ? [
              `${input.state.config.name} was to get ${wish.energyKwh} kWh by ${until(input, window)}; at ${wish.maxKw} kW only ${(doneKwh + mostKwh).toFixed(1)} kWh are possible.`,
            ]
          : [];
      if (room <= 0) return { ...NOTHING, unmet };
      const energyKwh = Math.min(wantedKwh, mostKwh);
      // A plain switch cannot choose the power: it charges fully or not at all.
      if (input.state.control?.kind === 'switch') {
        const runSteps = Math.min(room, stepsOf((energyKwh / wish.maxKw) * HOUR_MS));
        return { ...onOff(input, place, { powerKw: wish.maxKw, valuePerKwh: 0, runSteps, oncePiece: 1 }), unmet };
      }
      const pieces = splitByPins(input.pins, input.steps, { ...place, energyKwh, maxKw: wish.maxKw });
      return {
        ...NOTHING,
        modulating: pieces.map((piece) => ({ ...piece, minKw: wish.minKw, maxKw: wish.maxKw, valuePerKwh: 0 })),
        parts: pieces.map(({ id }) => partOf(input, { ...place, id }, 'modulating', wish.maxKw)),
        unmet,
      };
    }),
  );

/** The parts of a wish for an on/off or modulating load; those of tanks and zones are in heat-parts. */
export const loadParts = (input: LoadInput): LoadParts => {
  const { wish } = input.load;
  switch (wish.kind) {
    case 'run':
      return runParts(input, wish);
    case 'energy':
      return energyParts(input, wish);
    case 'value': {
      const place = { id: `${laneOf(input.load)}#0`, firstStep: 0, endStep: input.steps.count, window: null };
      const ask = { powerKw: input.state.ratedKw, valuePerKwh: wish.valuePerKwh, runSteps: null, oncePiece: 1 };
      return onOff(input, place, ask);
    }
    default:
      return NOTHING;
  }
};

export { NOTHING as NO_PARTS, partOf };
