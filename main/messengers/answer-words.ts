/** `YES 482913`: what a person types to answer a question. */
export interface TypedAnswer {
  readonly decision: 'approve' | 'deny';
  readonly code: string;
}

const DECISIONS: ReadonlyMap<string, TypedAnswer['decision']> = new Map([
  ['YES', 'approve'],
  ['NO', 'deny'],
]);

/**
 * Reads one line as an answer, or null. One word and six digits in any case, with any spaces, and nothing else: a sentence
 * around them could mean the opposite. Words that phone networks act on themselves (STOP, CANCEL, END, …) are none of ours.
 */
export const parseTypedAnswer = (line: string): TypedAnswer | null => {
  // Phones type full-width digits and no-break spaces; NFKC makes them plain.
  const [, word = '', digits = ''] =
    /^\s*([a-z]+)[\s:,.-]*((?:\d[\s-]?){5}\d)\s*[.!]?\s*$/i.exec(line.slice(0, 200).normalize('NFKC')) ?? [];
  const decision = DECISIONS.get(word.toUpperCase());
  return decision === undefined ? null : { decision, code: digits.replace(/\D/g, '') };
};
