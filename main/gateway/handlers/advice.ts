import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, QueryHandlers } from '../types.ts';

type AdviceRooms = Pick<Rooms, 'advice'>;

export const adviceQueryHandlers = ({
  advice,
}: AdviceRooms): QueryHandlers<'plan.recommendations' | 'savings.get'> => ({
  'plan.recommendations': ({ siteId, limit }) => ok([...advice.recommendations.list(siteId, limit)]),
  'savings.get': ({ siteId, days }) => ok(advice.savings.view(siteId, days)),
});

export const adviceCommandHandlers = ({
  advice,
}: AdviceRooms): CommandHandlers<'plan.recommend' | 'plan.answerRecommendation'> => ({
  'plan.recommend': async ({ siteId }) => {
    advice.recommendations.settle(siteId);
    const found = await advice.recommendations.find(siteId);
    return found.ok ? ok({ found: found.value.found }) : found;
  },
  'plan.answerRecommendation': async (input) => {
    const answered = await advice.recommendations.answer(input);
    return answered.ok ? ok({}) : answered;
  },
});
