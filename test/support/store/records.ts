import type { RemoteAnswer, RemoteQuestion, Settlement } from '../../../main/store/approval-types.ts';
import type { StoredSearch } from '../../../main/store/model-types.ts';
import type { ChannelControlRecord, StoredForecast } from '../../../main/store/types.ts';
import type { Action, PendingProposal } from '../../../preload/contract/control.ts';
import type { FlowRun } from '../../../preload/contract/house.ts';
import type { Experiment } from '../../../preload/contract/models.ts';
import type { Recommendation } from '../../../preload/contract/plan.ts';
import type { StopState } from '../../../preload/contract/site.ts';
import { HOME, NOW, PLUG, SWITCH } from './temp-store.ts';

export const actionOf = (more: Partial<Action> = {}): Action => ({
  id: 'act_1',
  siteId: HOME,
  deviceId: PLUG,
  channelId: SWITCH,
  deviceName: 'Miner A',
  asked: true,
  allowed: true,
  before: false,
  origin: 'manual',
  who: 'Ann',
  surface: 'window',
  reason: 'Because.',
  reasonCode: 'MANUAL',
  verdict: 'allowed',
  stages: [],
  step: 'checked',
  outcome: 'pending',
  sentence: 'On its way.',
  attempts: 0,
  createdAt: NOW,
  sentAt: null,
  finishedAt: null,
  ...more,
});

export const proposalOf = (more: Partial<PendingProposal> = {}): PendingProposal => ({
  id: 'prop_1',
  siteId: HOME,
  deviceId: PLUG,
  channelId: SWITCH,
  deviceName: 'Miner A',
  setpoint: true,
  origin: 'rule',
  reason: 'The battery is full.',
  reasonCode: 'SOC_ABOVE_RESUME',
  ifIgnored: 'Nothing changes.',
  askedBecause: 'suggest',
  powerW: null,
  stages: [],
  createdAt: NOW,
  expiresAt: NOW + 300_000,
  ...more,
});

export const WISH = { who: 'Sunny miner', holdMs: null, leaseMs: 600_000 };

export const settlementOf = (more: Partial<Settlement> = {}): Settlement => ({
  state: 'approved',
  settledAt: NOW + 1000,
  who: 'Ann',
  surface: 'tray',
  sentence: 'Ann approved this in the tray at 12:00.',
  actionId: 'act_1',
  ...more,
});

export const recommendationOf = (more: Partial<Recommendation> = {}): Recommendation => ({
  id: 'rec_1',
  siteId: HOME,
  kind: 'shift',
  title: 'Run the dishwasher at 12:30',
  sentence: 'It is cheaper then.',
  laneId: null,
  madeAt: NOW,
  startAt: NOW,
  endAt: NOW + 3_600_000,
  saving: 0.41,
  carbonSavedG: 190,
  confidencePct: 90,
  status: 'pending',
  answeredAt: null,
  answeredBy: null,
  outcome: null,
  ...more,
});

export const questionOf = (more: Partial<RemoteQuestion> = {}): RemoteQuestion => ({
  proposalId: 'prop_1',
  siteId: HOME,
  messenger: 'telegram',
  askedAt: NOW,
  expiresAt: NOW + 300_000,
  approveHash: 'a',
  denyHash: 'd',
  codeHash: 'c',
  open: true,
  wrongTries: 0,
  messageId: null,
  closedAt: null,
  ...more,
});

export const answerOf = (more: Partial<RemoteAnswer> = {}): RemoteAnswer => ({
  messenger: 'telegram',
  messageId: 'm1',
  siteId: HOME,
  proposalId: 'prop_1',
  who: 'Ann',
  decision: 'approve',
  receivedAt: NOW,
  actionText: 'Set Miner A to on',
  outcome: 'Approved.',
  ...more,
});

export const stopOf = (more: Partial<StopState> = {}): StopState => ({
  siteId: HOME,
  stoppedAt: NOW,
  who: 'Ann',
  surface: 'keyboard',
  why: null,
  whyAt: null,
  modeBefore: 'automate',
  commandedAfterMs: 12,
  answeredAfterMs: null,
  devices: [],
  ...more,
});

export const controlOf = (more: Partial<ChannelControlRecord> = {}): ChannelControlRecord => ({
  siteId: HOME,
  deviceId: PLUG,
  channelId: SWITCH,
  owned: { value: true, readAt: NOW },
  changedAt: NOW - 60_000,
  hold: { owner: 'Ann', origin: 'manual', reason: 'Because.', since: NOW, until: NOW + 1 },
  original: false,
  lease: { owner: 'plan', reason: 'Sun.', expiresAt: NOW + 2 },
  ...more,
});

export const runOf = (more: Partial<FlowRun> = {}): FlowRun => ({
  id: 'run_1',
  siteId: HOME,
  flow: 'rollups',
  startedAt: NOW,
  finishedAt: null,
  trigger: 'schedule',
  state: 'running',
  attempt: 1,
  report: [{ step: 'roll', state: 'running', sentence: '', tookMs: null }],
  ...more,
});

export const forecastOf = (issuedAt: number, more: Partial<StoredForecast> = {}): StoredForecast => ({
  siteId: HOME,
  kind: 'solar',
  issuedAt,
  stepMs: 900_000,
  version: 'v1',
  servedBy: 'model',
  because: 'It beats both baselines.',
  points: [0, 1, 2].map((step) => ({ at: issuedAt + step * 900_000, p10: step, p50: step + 0.5, p90: step + 100 })),
  ...more,
});

export const experimentOf = (more: Partial<Experiment> = {}): Experiment => ({
  id: 'exp_1',
  kind: 'load',
  purpose: 'training',
  at: NOW,
  tookMs: 1,
  data: { from: 0, to: NOW, sha256: 'a' },
  settings: { width: 3 },
  seed: 7,
  codeVersion: '1',
  unit: 'W',
  errors: null,
  version: null,
  outcome: 'It won.',
  ...more,
});

export const searchOf = (more: Partial<StoredSearch> = {}): StoredSearch => ({
  id: 'search_1',
  siteId: HOME,
  kind: 'load',
  startedAt: NOW,
  finishedAt: null,
  state: 'running',
  trialsWanted: 50,
  seed: 7,
  until: NOW,
  rmseOfDefaults: null,
  verdict: 'none',
  sentence: 'It runs.',
  ...more,
});
