import type { WhatIfChanges } from '../../../preload/contract/plan.ts';
import type { PlannedLoad } from '../../../preload/contract/plan-settings.ts';
import { decimal } from '../../format/numbers.ts';
import { clockOfMinutes, minutesOfClock } from './clock-field.ts';

/** What holds now, so that a slider begins there and knows whether it was moved. */
export interface WhatIfBase {
  readonly reservePct: number;
  readonly batteryKwh: number | null;
  /** The earliest deadline of the loads, minutes since midnight; null without one. */
  readonly readyBy: number | null;
}

export interface WhatIfField {
  readonly id: keyof WhatIfChanges;
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly base: number;
  readonly words: (value: number) => string;
  /** The change to ask for. */
  readonly change: (value: number) => WhatIfChanges;
  readonly valueOf: (changes: WhatIfChanges) => number | undefined;
}

const asFactor = (value: number): string =>
  Math.abs(value - 1) < 0.001 ? 'as is' : `${value > 1 ? '+' : ''}${decimal((value - 1) * 100, 0)} %`;

type FactorName = 'importPriceFactor' | 'exportPriceFactor' | 'pvFactor' | 'loadFactor';

const factor = (id: FactorName, label: string, maximum: number): WhatIfField => ({
  id,
  label,
  minimum: 0,
  maximum,
  step: 0.1,
  base: 1,
  words: asFactor,
  change: (value) => ({ [id]: Number(value.toFixed(1)) }),
  valueOf: (changes) => changes[id],
});

const reserve = (base: number): WhatIfField => ({
  id: 'reservePct',
  label: 'Reserve',
  minimum: 0,
  maximum: 100,
  step: 5,
  base,
  words: (value) => `${decimal(value, 0)} %`,
  change: (value) => ({ reservePct: value }),
  valueOf: ({ reservePct }) => reservePct,
});

const readyBy = (base: number): WhatIfField => ({
  id: 'readyBy',
  label: 'Ready by',
  minimum: 0,
  maximum: 1410,
  step: 30,
  base,
  words: clockOfMinutes,
  change: (value) => ({ readyBy: clockOfMinutes(value) }),
  valueOf: (changes) => (changes.readyBy === undefined ? undefined : (minutesOfClock(changes.readyBy) ?? undefined)),
});

const battery = (base: number): WhatIfField => ({
  id: 'batteryKwh',
  label: 'Battery',
  minimum: 0,
  maximum: Math.max(40, Math.ceil((base * 3) / 10) * 10),
  step: 1,
  base,
  words: (value) => (value === 0 ? 'none' : `${decimal(value, Number.isInteger(value) ? 0 : 1)} kWh`),
  change: (value) => ({ batteryKwh: value }),
  valueOf: ({ batteryKwh }) => batteryKwh,
});

/** The sliders of a home, the ones that are asked for most first. */
export const whatIfFields = ({
  reservePct,
  batteryKwh,
  readyBy: ready,
}: WhatIfBase): {
  readonly first: readonly WhatIfField[];
  readonly more: readonly WhatIfField[];
} => ({
  first: [
    ...(batteryKwh === null ? [] : [reserve(reservePct)]),
    ...(ready === null ? [] : [readyBy(ready)]),
    factor('importPriceFactor', 'Price', 3),
  ],
  more: [
    factor('exportPriceFactor', 'Price sold', 3),
    factor('pvFactor', 'Sun', 3),
    factor('loadFactor', 'Household', 3),
    ...(batteryKwh === null ? [] : [battery(batteryKwh)]),
  ],
});

/** The earliest deadline among loads that have one, minutes since midnight. */
export const earliestDeadline = (loads: readonly PlannedLoad[]): number | null => {
  const ends = loads.flatMap(({ wish }) => {
    if (wish.kind !== 'run' && wish.kind !== 'energy') return [];
    const minutes = minutesOfClock(wish.to);
    return minutes === null ? [] : [minutes];
  });
  return ends.length === 0 ? null : Math.min(...ends);
};

/** The changes after a slider was moved; one that is back where it began is no change. */
export const withField = (changes: WhatIfChanges, field: WhatIfField, value: number): WhatIfChanges => {
  const { [field.id]: _left, ...rest } = changes;
  return Math.abs(value - field.base) < field.step / 2 ? rest : { ...rest, ...field.change(value) };
};
