import { type Judge, judgeWith, STAGES } from '../../../main/control/envelope.ts';

/** Every guard by name, once. */
export const guardNames: readonly string[] = [...new Set(STAGES.map((stage) => stage.name))];

/** The envelope with one guard taken out: a test world in which its absence goes unnoticed guards nothing. */
export const judgeWithout = (guard: string): Judge => judgeWith(STAGES.filter((stage) => stage.name !== guard));
