/** Steps into a JSON payload; empty: the payload itself is the value. */
export type PayloadPath = readonly (string | number)[];

/** `ENERGY.Power`, `list[0].value`, also with a leading `$.`; null where it is none. */
export const parsePath = (text: string): PayloadPath | null => {
  const bare = text.replace(/^\$\.?/, '');
  if (bare === '') return [];
  const steps: (string | number)[] = [];
  const step = /(?:^|\.)([^.[\]]+)|\[(\d{1,6})\]/y;
  while (step.lastIndex < bare.length) {
    const found = step.exec(bare);
    if (!found) return null;
    steps.push(found[2] === undefined ? (found[1] ?? '') : Number(found[2]));
  }
  return steps;
};
