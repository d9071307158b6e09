import type { ChannelId, DeviceId } from '../../../preload/contract/base.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { StopState } from '../../../preload/contract/site.ts';
import { SITE_ID } from './fake-house.ts';

const action = (
  now: number,
  part: Partial<Action> & Pick<Action, 'id' | 'deviceName' | 'asked'>,
  ageMs: number,
): Action => ({
  siteId: SITE_ID,
  deviceId: 'water' as DeviceId,
  channelId: 'switch:0' as ChannelId,
  allowed: part.asked,
  before: false,
  origin: 'plan',
  who: 'The plan',
  surface: 'system',
  reason: 'The sun carries it.',
  reasonCode: 'SURPLUS',
  verdict: 'allowed',
  stages: [],
  step: 'moved',
  outcome: 'confirmed',
  sentence: 'Read back and power moved.',
  attempts: 1,
  createdAt: now - ageMs,
  sentAt: now - ageMs + 40,
  finishedAt: now - ageMs + 810,
  ...part,
});

export const fakeActions = (now: number): Action[] => [
  action(now, { id: 'a-1', deviceName: 'Water heater', asked: true }, 52_000),
  action(
    now,
    {
      id: 'a-2',
      deviceName: 'Heat pump',
      asked: 500,
      allowed: 900,
      verdict: 'narrowed',
      stages: [{ stage: 'limits', outcome: 'narrowed', code: 'MIN_POWER', sentence: 'Narrowed to 900 W, its least.' }],
      outcome: 'pending',
      step: 'sent',
      finishedAt: null,
      sentence: 'On its way.',
    },
    2000,
  ),
  action(
    now,
    {
      id: 'a-3',
      deviceName: 'Garage socket',
      asked: true,
      outcome: 'rolled-back',
      sentence: 'Not confirmed, put back to off.',
      finishedAt: now - 200_000,
    },
    241_000,
  ),
  action(
    now,
    { id: 'a-4', deviceName: 'Dehumidifier', asked: true, origin: 'manual', who: 'Mara', surface: 'window' },
    1_800_000,
  ),
  action(
    now,
    {
      id: 'a-5',
      deviceName: 'Water heater',
      asked: true,
      allowed: null,
      origin: 'rule',
      who: 'Cheap hour',
      verdict: 'refused',
      stages: [{ stage: 'times', outcome: 'refused', code: 'MIN_OFF', sentence: 'Off for at least 10 min.' }],
      outcome: 'refused',
      sentence: 'Not sent.',
      sentAt: null,
      finishedAt: now - 4_200_000,
    },
    4_200_000,
  ),
];

export const fakeStop = (now: number, who: string, at: number): StopState => ({
  siteId: SITE_ID,
  stoppedAt: at,
  who,
  surface: 'window',
  why: 'Burning smell near the meter cabinet, electrician called.',
  whyAt: at + 40_000,
  modeBefore: 'automate',
  commandedAfterMs: 82,
  answeredAfterMs: 1214,
  devices: [
    ['miner-a', 'Miner A', 'miner', 'off, 4 W measured', 612],
    ['miner-b', 'Miner B', 'miner', 'off, 6 W measured', 341],
    ['water', 'Water heater', 'water-heater', 'off, 0 W measured', 420],
    ['heat-pump', 'Heat pump', 'other-load', 'control released', 933],
    ['dehumidifier', 'Dehumidifier', 'other-load', 'off, 0 W measured', 512],
    ['workshop', 'Workshop plug', 'other-load', null, null],
  ].map(([id, name, role, readBack, ms]) => ({
    deviceId: id as DeviceId,
    channelId: 'switch:0' as ChannelId,
    name: String(name),
    role: role as 'miner',
    safeState: 'off',
    state: readBack === null ? ('no-answer' as const) : ('safe' as const),
    readBack: readBack === null ? null : String(readBack),
    attempts: readBack === null ? 25 : 1,
    confirmedAfterMs: ms === null ? null : Number(ms),
    lastAskedAt: readBack === null ? now - 2000 : at + 80,
    nextAskAt: readBack === null ? now + 8000 : null,
  })),
});
