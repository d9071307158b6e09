import type { FeatureDoc } from '../learners/types.ts';

/** An input of a model, and what it is made of: an ablation leaves the inputs of one group out together. */
export interface GroupedInput extends FeatureDoc {
  readonly group: string;
}

/** The same inputs, put into a group. */
export const inGroup = <Input extends FeatureDoc>(
  group: string,
  inputs: readonly Input[],
): readonly (Input & GroupedInput)[] => inputs.map((input) => ({ ...input, group }));
