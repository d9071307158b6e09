import type { WorkflowStep } from '../../../preload/contract/workflows.ts';
import { capital, saySpanOf, sentenceOfAction, sentenceOfCondition } from '../rules/sentences.ts';
import type { RuleNames } from '../rules/types.ts';

/** A step as a person would tell it. */
export const stepSentence = (step: WorkflowStep, names: RuleNames): string => {
  switch (step.step) {
    case 'act':
      return `${capital(sentenceOfAction(step.action, names))}.`;
    case 'wait':
      return `Wait ${saySpanOf(step.ms)}.`;
    case 'wait-until':
      return `Wait until ${sentenceOfCondition(step.condition, names)}, at most ${saySpanOf(step.limitMs)}.`;
    case 'check':
      return `Go on only if ${sentenceOfCondition(step.condition, names)}.`;
  }
};
