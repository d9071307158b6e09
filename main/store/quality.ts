import type { Quality } from '../../preload/contract/base.ts';

const BY_CODE: readonly Quality[] = ['good', 'suspect', 'estimated', 'demo'];
const CODE: Record<Quality, number> = { good: 0, suspect: 1, estimated: 2, demo: 3 };

/** The small number under which a quality is stored: 0 good, 1 suspect, 2 estimated, 3 demo. */
export const codeOfQuality = (quality: Quality): number => CODE[quality];

/** A code that nobody knows is suspect: it may be looked at, never decided on. */
export const qualityOfCode = (code: number): Quality => BY_CODE[code] ?? 'suspect';
