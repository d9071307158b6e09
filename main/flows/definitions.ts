import type { Result } from '../result.ts';
import { cronAt } from './cron.ts';
import type { FlowContext, FlowDefinition } from './types.ts';

/** One piece of work of another room: answers a sentence with numbers. */
type FlowWork = (context: FlowContext) => Promise<Result<string>>;

/** What the house's flows do, handed in by the center, so that this room knows no other. */
export interface FoundationDeps {
  readonly roll: FlowWork;
  readonly cleanUp: FlowWork;
  readonly backup: FlowWork;
  readonly train: (kind: 'solar' | 'wind' | 'load' | 'price', context: FlowContext) => Promise<Result<string>>;
  readonly battery?: FlowWork;
  readonly decisions?: FlowWork;
  /** Looks for what people do by hand again and again, to propose it as a rule. */
  readonly habits?: FlowWork;
  /** Goes on searching for better settings, or begins to. */
  readonly search?: FlowWork;
  /** Looks whether the models still do what they did when they were trained. */
  readonly drift?: FlowWork;
  readonly forecast: FlowWork;
  /** Looks through what training will read; left out where nobody does. */
  readonly features?: FlowWork;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const searching = (run: FlowWork): FlowDefinition => ({
  name: 'search',
  label: 'Search for better settings',
  description:
    'Tries other settings, of the load model from Mondays and of another from Thursdays on; what wins has to win again in a training.',
  cron: ({ trainingAt }) => cronAt(trainingAt, 120),
  timeoutMs: 75 * MINUTE_MS,
  attempts: 1,
  backoffMs: 5 * MINUTE_MS,
  atStart: false,
  steps: [{ name: 'search', run }],
});

const learningHabits = (run: FlowWork): FlowDefinition => ({
  name: 'habits',
  label: 'Learn from you',
  description: 'Looks at what you did by hand and approved in the last four weeks, and proposes what could be a rule.',
  cron: '40 3 * * *',
  timeoutMs: 5 * MINUTE_MS,
  attempts: 2,
  backoffMs: MINUTE_MS,
  atStart: false,
  steps: [{ name: 'learn', run }],
});

const watching = (run: FlowWork): FlowDefinition => ({
  name: 'drift',
  label: 'Watch over the models',
  description: 'Compares what was forecast with what came, and says where a model has become worse.',
  cron: ({ trainingAt }) => cronAt(trainingAt, 80),
  timeoutMs: 15 * MINUTE_MS,
  attempts: 2,
  backoffMs: MINUTE_MS,
  atStart: false,
  steps: [{ name: 'watch', run }],
});

/** The flows that every home has, at the local times of its settings; what follows the training keeps its distance to it. */
export const foundationFlows = (deps: FoundationDeps): readonly FlowDefinition[] => {
  const { features, battery, decisions, habits, search, drift } = deps;
  const prepare: FlowDefinition | undefined = features && {
    name: 'features',
    label: 'Features',
    description: 'Looks through what the night’s training will learn from, and says what is missing.',
    cron: ({ featuresAt }) => cronAt(featuresAt),
    timeoutMs: 15 * MINUTE_MS,
    attempts: 2,
    backoffMs: MINUTE_MS,
    atStart: false,
    steps: [{ name: 'features', run: features }],
  };
  return [
    {
      name: 'rollups',
      label: 'Rollups',
      description: 'Sums measurements up to quarters of an hour, hours and days.',
      cron: '*/5 * * * *',
      timeoutMs: 2 * MINUTE_MS,
      attempts: 2,
      backoffMs: 10 * SECOND_MS,
      atStart: true,
      steps: [{ name: 'roll', run: deps.roll }],
    },
    {
      name: 'forecast',
      label: 'Forecast',
      description: 'Issues the forecasts of sun, use, price and battery for the next 72 hours.',
      cron: ({ forecastEveryHours }) => (forecastEveryHours === 1 ? '2 * * * *' : `2 */${forecastEveryHours} * * *`),
      timeoutMs: 10 * MINUTE_MS,
      attempts: 3,
      backoffMs: 20 * SECOND_MS,
      atStart: true,
      steps: [{ name: 'forecast', run: deps.forecast }],
    },
    ...(prepare ? [prepare] : []),
    {
      name: 'training',
      label: 'Training',
      description: 'Learns from the last year and takes the new models into use where they are better.',
      cron: ({ trainingAt }) => cronAt(trainingAt),
      timeoutMs: 60 * MINUTE_MS,
      attempts: 2,
      backoffMs: 5 * MINUTE_MS,
      atStart: false,
      steps: [
        { name: 'solar', run: (context) => deps.train('solar', context) },
        { name: 'wind', run: (context) => deps.train('wind', context) },
        { name: 'load', run: (context) => deps.train('load', context) },
        ...(battery ? [{ name: 'battery health', run: battery }] : []),
        ...(decisions ? [{ name: 'decisions', run: decisions }] : []),
      ],
    },
    {
      name: 'training-price',
      label: 'Training of prices',
      description: 'Learns from a year of prices what comes after the published hours.',
      cron: ({ trainingAt }) => cronAt(trainingAt, 40, 0),
      timeoutMs: 60 * MINUTE_MS,
      attempts: 2,
      backoffMs: 5 * MINUTE_MS,
      atStart: false,
      steps: [{ name: 'price', run: (context) => deps.train('price', context) }],
    },
    ...(search ? [searching(search)] : []),
    ...(drift ? [watching(drift)] : []),
    ...(habits ? [learningHabits(habits)] : []),
    {
      name: 'clean-up',
      label: 'Clean-up',
      description: 'Removes what is older than the settings ask to keep.',
      cron: ({ backupAt }) => cronAt(backupAt, -20),
      timeoutMs: 15 * MINUTE_MS,
      attempts: 2,
      backoffMs: MINUTE_MS,
      atStart: false,
      steps: [{ name: 'clean up', run: deps.cleanUp }],
    },
    {
      name: 'backup',
      label: 'Backup',
      description: 'Copies the database and checks the copy.',
      cron: ({ backupAt }) => cronAt(backupAt),
      timeoutMs: 15 * MINUTE_MS,
      attempts: 3,
      backoffMs: MINUTE_MS,
      atStart: false,
      steps: [{ name: 'backup', run: deps.backup }],
    },
  ];
};
