/** Null is unknown: it neither begins nor ends anything. */
export type Truth = boolean | null;

/** One false decides, however much is unknown. */
export const allOf = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(null) ? null : true;

/** One true decides, however much is unknown. */
export const anyOf = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes(null) ? null : false;

export const notOf = (truth: Truth): Truth => (truth === null ? null : !truth);
