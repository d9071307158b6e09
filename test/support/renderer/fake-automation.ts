import type { ChannelId, DeviceId } from '../../../preload/contract/base.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../preload/contract/messages.ts';
import type { Rule, RuleView } from '../../../preload/contract/rules.ts';
import { DEFAULT_SAFETY } from '../../../preload/contract/safety.ts';
import type { QueryInput, QueryName, QueryOutput } from '../../../preload/contract.ts';
import { SITE_ID } from './fake-house.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const MINER = { deviceId: 'miner-b' as DeviceId, channelId: 'switch:0' as ChannelId };
const HEATER = { deviceId: 'heater' as DeviceId, channelId: 'switch:0' as ChannelId };

const surplus: Rule = {
  id: 'rule_surplus',
  name: 'Hot water on surplus',
  mode: 'on',
  priority: 3,
  triggers: [
    { test: { is: 'above', quantity: { of: 'export-power' }, value: 2000, hysteresis: 1500 }, forMs: 300_000 },
  ],
  condition: {
    all: [
      { test: { is: 'above', quantity: { of: 'soc' }, value: 70, hysteresis: 3 } },
      {
        any: [
          { test: { is: 'sun', since: 'sunrise', offsetMinutes: 60 } },
          { not: { test: { is: 'price-rank', rank: 'dearest', hours: 4 } } },
        ],
      },
    ],
  },
  actions: [{ do: 'switch', channel: HEATER, on: true }],
  otherwise: [],
  cooldownMs: 900_000,
  activeWindow: null,
};

const night: Rule = {
  ...surplus,
  id: 'rule_night',
  name: 'Miners off at night',
  mode: 'test',
  priority: 5,
  triggers: [{ test: { is: 'time', window: { from: '22:00', to: '06:00', days: [1, 2, 3, 4, 5] } }, forMs: 0 }],
  condition: null,
  actions: [{ do: 'switch', channel: MINER, on: false }],
  cooldownMs: 0,
};

const viewOf = (rule: Rule, at: number, part: Partial<RuleView>): RuleView => ({
  rule,
  version: 3,
  changedAt: at - 2 * DAY,
  changedBy: 'Mara',
  sentence: '',
  state: 'waiting',
  why: '',
  last: null,
  firings24h: 0,
  nextAt: null,
  ...part,
});

type Answers = {
  [Name in Extract<
    QueryName,
    | `rules.${string}`
    | `schedules.${string}`
    | `workflows.${string}`
    | `safety.${string}`
    | `messages.${string}`
    | 'control.settledProposals'
  >]: (input: QueryInput<Name>) => QueryOutput<Name>;
};

/** Rules, schedules, workflows, the envelope and messages of the made home. */
export const fakeAutomation = (now: () => number, empty: boolean): Answers => ({
  'rules.list': () => ({
    rules: empty
      ? []
      : [
          viewOf(surplus, now(), {
            sentence:
              'When the export is above 2.0 kW for 5 min, and the battery is above 70 %, and either it is an hour after sunrise or the price is not among the dearest 4 hours: switch Water heater on. Otherwise: as it was.',
            state: 'holding',
            why: 'The export of 4.8 kW has been above 2.0 kW for 22 min, and the battery is at 71 %.',
            last: {
              at: now() - 22 * 60_000,
              ruleId: surplus.id,
              ruleName: surplus.name,
              branch: 'actions',
              how: 'asked',
              sentence: 'Water heater was switched on.',
              actionIds: ['a-1'],
            },
            firings24h: 2,
          }),
          viewOf(night, now(), {
            sentence:
              'When it is between 22:00 and 06:00 on Monday to Friday: switch Miner B off. Otherwise: as it was.',
            why: 'It is not between 22:00 and 06:00.',
            nextAt: now() + 9 * HOUR,
            version: 1,
          }),
        ],
    testMode: false,
    lastTickAt: now() - 40_000,
    lastTickMs: 0.4,
  }),
  'rules.firings': () =>
    empty
      ? []
      : [
          {
            at: now() - 22 * 60_000,
            ruleId: surplus.id,
            ruleName: surplus.name,
            branch: 'actions',
            how: 'asked',
            sentence: 'The export of 2.3 kW was above 2.0 kW for 5 min: Water heater on.',
            actionIds: ['a-1'],
          },
          {
            at: now() - 9 * HOUR,
            ruleId: night.id,
            ruleName: night.name,
            branch: 'otherwise',
            how: 'dry',
            sentence: 'It is 06:00: Miner B would go back to on.',
            actionIds: [],
          },
        ],
  'rules.versions': () => [
    { version: 3, at: now() - 2 * DAY, who: 'Mara', rule: surplus },
    { version: 2, at: now() - 9 * DAY, who: 'Jonas', rule: { ...surplus, cooldownMs: 0 } },
  ],
  'rules.check': () => ({
    sentence: 'When the export is above 2.0 kW for 5 min: switch Water heater on. Otherwise: as it was.',
    problems: [
      {
        severity: 'warning',
        code: 'fights-rule',
        sentence:
          'Miners off at night wants Miner B off while this rule wants it on, and both can hold at once. The one with the lower number wins.',
        lines: ['triggers.0.test', 'actions.0'],
        otherRuleId: night.id,
      },
    ],
    past: { days: 30, firings: 41, heldPct: 18, coveragePct: 97 },
  }),
  'rules.replay': ({ from, to }) => ({
    from,
    to,
    stepMs: 300_000,
    coveragePct: 98,
    firings: [
      {
        at: from + 11 * HOUR,
        ruleId: surplus.id,
        ruleName: surplus.name,
        branch: 'actions',
        how: 'dry',
        sentence: 'Hot water on surplus: the export of 2.3 kW was above 2.0 kW for 5 min. Water heater on.',
        actionIds: [],
      },
    ],
    rules: [{ ruleId: surplus.id, name: surplus.name, firings: 9, heldMs: 26 * HOUR }],
    withRules: { cost: 11.42, importKwh: 61.2, exportKwh: 118.4, lowestSocPct: 31, endSocPct: 68 },
    withoutRules: { cost: 12.1, importKwh: 60.8, exportKwh: 140.1, lowestSocPct: 33, endSocPct: 70 },
    soc: Array.from({ length: 168 }, (_, hour) => ({
      at: from + hour * HOUR,
      withRules: 60 + 25 * Math.sin((hour - 8) / 3.82),
      withoutRules: 63 + 25 * Math.sin((hour - 8) / 3.82),
    })),
    tookMs: 820,
    assumptions: ['The battery follows the home as it did.', 'Prices are those that were in force.'],
  }),
  'rules.presets': () => [
    {
      id: 'miners',
      name: 'Pause miners below 50 %',
      sentence: 'They start again above 80 %.',
      missing: null,
      rules: [night],
    },
    {
      id: 'storm',
      name: 'Charge before a storm',
      sentence: 'When gusts above 20 m/s are expected within 24 h, the battery keeps 80 %.',
      missing: 'No battery reserve can be set in this home.',
      rules: [],
    },
  ],
  'rules.export': () => ({ json: '[]' }),
  'rules.suggestions': () =>
    empty
      ? []
      : [
          {
            id: 's-1',
            siteId: SITE_ID,
            at: now() - DAY,
            title: 'Pause Miner A at six',
            sentence: 'You switch Miner A off around 18:00 on working days. Shall it be done for you?',
            support: 9,
            chances: 10,
            confidencePct: 84,
            evidence: [{ at: now() - DAY, sentence: 'Mara switched Miner A off at 18:02.' }],
            rule: night,
            stopAsking: null,
            state: 'open',
          },
        ],
  'schedules.list': () =>
    empty
      ? []
      : [
          {
            schedule: {
              id: 'schedule_noon',
              name: 'Hot water at noon',
              enabled: true,
              when: { kind: 'recurring', rrule: 'FREQ=WEEKLY;BYDAY=MO,FR', startLocal: '2026-05-01T12:00' },
              actions: [{ do: 'switch', channel: HEATER, on: true }],
              durationMs: HOUR,
            },
            sentence: 'Every Monday and Friday at 12:00: switch Water heater on for 1 h.',
            nextAt: [now() + 20 * HOUR],
            last: {
              at: now() - 3 * DAY,
              state: 'missed',
              sentence: 'The computer was asleep at 12:00. Nothing was made up for.',
            },
          },
        ],
  'workflows.list': () =>
    empty
      ? []
      : [
          {
            id: 'workflow_car',
            name: 'Start the car gently',
            enabled: true,
            steps: [
              {
                step: 'act',
                action: { do: 'switch', channel: MINER, on: false },
                retries: 1,
                undo: { do: 'switch', channel: MINER, on: true },
              },
              { step: 'wait', ms: 60_000 },
            ],
            resumes: true,
          },
        ],
  'workflows.runs': () =>
    empty
      ? []
      : [
          {
            id: 'run-1',
            workflowId: 'workflow_car',
            name: 'Start the car gently',
            startedAt: now() - 50_000,
            finishedAt: null,
            begunBy: 'Mara',
            state: 'running',
            stepIndex: 1,
            steps: [
              { sentence: 'Miner B is off.', state: 'done', at: now() - 48_000 },
              { sentence: 'Waits 1 min.', state: 'running', at: now() - 47_000 },
            ],
            sentence: 'It waits until 14:31.',
          },
        ],
  'safety.get': () => ({
    safety: {
      ...DEFAULT_SAFETY,
      phases: 3,
      fuseA: 35,
      interlocks: [{ id: 'i-1', kind: 'never-together', first: MINER, second: HEATER }],
      quietWindows: [{ id: 'q-1', name: 'Night', window: { from: '22:00', to: '06:00', days: [] }, channels: [MINER] }],
      approvals: [{ channel: MINER, ask: 'sometimes', firstTime: true, abovePowerW: 2000 }],
    },
    use: [
      {
        channel: MINER,
        name: 'Miner B',
        rules: { minOnMs: 600_000, minOffMs: 600_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 270 },
        writesToday: 12,
        switchesLastHour: 1,
        range: null,
        freshness: { observedMs: 10_000, limitMs: 60_000 },
      },
    ],
    lastDrill: {
      siteId: SITE_ID,
      at: now() - 5 * DAY,
      who: 'Mara',
      surface: 'window',
      tookMs: 84,
      devices: [{ channel: MINER, name: 'Miner B', now: true, wouldGoTo: false, result: 'ready', answeredAfterMs: 42 }],
      sentence: 'All 5 devices would be safe; the slowest answered after 84 ms.',
    },
  }),
  'messages.get': () => ({
    settings: {
      ...DEFAULT_MESSAGE_SETTINGS,
      ntfy: { ...DEFAULT_MESSAGE_SETTINGS.ntfy, enabled: !empty, topic: 'home-4f1c', answerTopic: 'home-91aa' },
    },
    status: [
      {
        kind: 'ntfy',
        state: empty ? 'off' : 'ready',
        sentence: empty ? 'Not set up.' : 'Last message 12 min ago.',
        secret: 'none',
        lastSentAt: null,
      },
      { kind: 'telegram', state: 'off', sentence: 'Not set up.', secret: 'none', lastSentAt: null },
      { kind: 'email', state: 'off', sentence: 'Not set up.', secret: 'none', lastSentAt: null },
      { kind: 'sms', state: 'off', sentence: 'Not set up.', secret: 'none', lastSentAt: null },
    ],
  }),
  'messages.log': () => [],
  'messages.newTopic': () => ({ topic: 'home-0f3c9d1e2b4a5f60718293a4b5c6d7e8' }),
  'control.settledProposals': () =>
    empty
      ? []
      : [
          {
            proposal: {
              id: 'p-0',
              siteId: SITE_ID,
              deviceId: MINER.deviceId,
              channelId: MINER.channelId,
              deviceName: 'Miner B',
              setpoint: true,
              origin: 'rule',
              reason: 'The battery is at 82 %.',
              reasonCode: 'SOC',
              ifIgnored: 'Nothing happens.',
              stages: [],
              askedBecause: 'first-time',
              powerW: 1400,
              createdAt: now() - 3 * HOUR,
              expiresAt: now() - 3 * HOUR + 300_000,
            },
            state: 'approved',
            settledAt: now() - 3 * HOUR + 40_000,
            who: 'Jonas',
            surface: 'telegram',
            sentence: 'Confirmed after 2 s.',
            actionId: 'a-1',
          },
        ],
});
