/** What the words of the trade mean, in one plain sentence each. */
export const TERMS = {
  rmse: 'How far off the forecast usually is, where large misses count more (root mean square error). Less is better.',
  mae: 'How far off the forecast is on average, whichever way (mean absolute error). Less is better.',
  nrmse:
    'The RMSE in per cent: of the largest value for solar and wind, of the mean size for load and price. Less is better.',
  r2: 'How much of the ups and downs it foresees. 1 is all of them, 0 is no more than always saying the mean, below 0 is worse than that.',
  pinball: 'How well the low, middle and high value fit together what came (pinball loss). Less is better.',
  naive: 'The simplest forecast there is: the same hour of an earlier day. A model that does not beat it is not used.',
  baseline: 'The best forecast without learning, such as a mean of recent days or the physics of the sun.',
  coverage:
    'Each forecast has a low and a high value. What comes should lie between them in 80 of 100 hours: fewer is too sure of itself, more is too vague.',
  skill: 'How much less it errs than the naive forecast on the same hours. Below 0 it errs more.',
  lead: 'How many hours ahead the forecast was made.',
  importance: 'How much worse the forecast gets when this input is shuffled, so that it says nothing any more.',
  shares: 'The forecast is mixed from several learners and simple rules. This is how much each has to say.',
  stage:
    'Candidate: trained and judged. Shadow: forecasts beside the others without being used. Production: is used while it wins. Archived: kept, not used.',
  threshold: 'Above this error no version of this kind is used, whatever it is compared with.',
  seed: 'The number that chance started from: the same data and seed give the same model again.',
  psi: 'How much the spread of an input differs from the data that was learnt from. Below 0.1 is alike, above 0.25 is different.',
  shift: 'How far the mean moved, measured in the usual spread of then (standard deviations).',
  cRate: 'Power over capacity: at 0.5 a full charge takes two hours.',
  depth: 'How much of the capacity one cycle uses on average.',
  cycles: 'Energy put through, counted in whole charges and discharges.',
  soh: 'How much of its first capacity the battery still has. The span is where it lies in 80 of 100 cases.',
  accuracy: 'Of all decisions, how many it foresaw right.',
  precision: 'Of those that it said would end well, how many did.',
  recall: 'Of those that ended well, how many it had said would.',
  baseRate: 'How often running a load ended well at all: what one is right with by always saying yes.',
  refit: 'How often the model learns anew on the way, as it would have in real life.',
} as const;
