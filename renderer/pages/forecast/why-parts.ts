import type { ForecastExplanation } from '../../../preload/contract/models.ts';
import { type Scale, scaleOf, written } from '../../format/scale.ts';
import { inputWords } from '../models/versions.ts';

export interface Part {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly text: string;
}

const SHOWN = 6;

const signed = (value: number, scale: Scale): string =>
  `${value > 0 ? '+' : ''}${written(value, scale)}\u00a0${scale.unit}`;

/** The largest contributions by size, and all the others as one line, so that they still add up. */
export const whyParts = (
  explanation: Pick<ForecastExplanation, 'unit' | 'base' | 'mean' | 'contributions'>,
): { readonly scale: Scale; readonly parts: readonly Part[] } => {
  const { unit, base, mean, contributions } = explanation;
  const scale = scaleOf(unit, [base, mean]);
  // Small steps keep their digits beside a large sum.
  const steps = scaleOf(
    unit,
    contributions.map(({ value }) => value),
  );
  const sorted = [...contributions]
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const rest = sorted.slice(SHOWN);
  const restValue = rest.reduce((sum, { value }) => sum + value, 0);
  return {
    scale,
    parts: [
      ...sorted.slice(0, SHOWN).map(({ name, doc, value }) => ({
        id: name,
        label: inputWords({ name, doc }),
        value,
        text: signed(value, steps),
      })),
      ...(rest.length > 0
        ? [
            {
              id: 'rest',
              label: `${rest.length} others together`,
              value: restValue,
              text: signed(restValue, steps),
            },
          ]
        : []),
    ],
  };
};
