/** What this desktop lacks, one sentence a feature: for the Health page. */
export interface Missing {
  report(feature: string, sentence: string): void;
  clear(feature: string): void;
  list(): readonly string[];
}

export const createMissing = (): Missing => {
  const sentences = new Map<string, string>();
  return {
    report: (feature, sentence) => void sentences.set(feature, sentence),
    clear: (feature) => void sentences.delete(feature),
    list: () => [...sentences.values()],
  };
};
