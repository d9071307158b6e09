import { createRecommendations } from './recommendations.ts';
import { createSavings } from './savings.ts';
import type { Advice, RecommendationsDeps, SavingsDeps } from './types.ts';

/** What a home could do better, and what it saved. Moves nothing. */
export const createAdvice = (deps: SavingsDeps & RecommendationsDeps): Advice => {
  const savings = createSavings(deps);
  return { savings, recommendations: createRecommendations(deps), start: savings.start };
};
