import type { ChannelId, DeviceId } from '../../../preload/contract/base.ts';
import type { PlanBlock, PlanLane } from '../../../preload/contract/plan.ts';

const HOUR = 3_600_000;
const SWITCH = 'switch:0' as ChannelId;

const lane = (
  id: string,
  name: string,
  role: PlanLane['role'],
  note: string,
  part: Partial<PlanLane> = {},
): PlanLane => ({
  id: `${id}/${SWITCH}`,
  name,
  role,
  note,
  deviceId: id as DeviceId,
  channelId: SWITCH,
  controllable: true,
  ...part,
});

export const fakeLanes = (): PlanLane[] => [
  lane('battery', 'Battery', 'battery', '20 kWh', { id: 'battery', deviceId: null, channelId: null }),
  lane('miner-a', 'Miner A', 'miner', 'priority 4'),
  lane('miner-b', 'Miner B', 'miner', 'priority 5'),
  lane('water', 'Water heater', 'water-heater', '60 °C by 17:00'),
  lane('heat-pump', 'Heat pump', 'heat-pump', '22 to 24 °C'),
  lane('ev', 'EV', 'ev', '80 % by 07:00', { controllable: false }),
];

const block = (
  midnight: number,
  laneId: string,
  fromHour: number,
  toHour: number,
  part: Partial<PlanBlock> = {},
): PlanBlock => ({
  id: `${laneId}/${fromHour}`,
  laneId: laneId === 'battery' ? laneId : `${laneId}/${SWITCH}`,
  from: midnight + fromHour * HOUR,
  to: midnight + toHour * HOUR,
  does: 'run',
  label: '',
  energyKwh: 3.2,
  meanPrice: 0.14,
  code: 'SURPLUS',
  sentence: 'Runs while the sun carries it, so that nothing of it is bought.',
  boundBy: null,
  roomMs: null,
  leansOn: 'Forecast of the sun of 13:00',
  alternatives: [
    { label: 'One hour later', costMore: 0.12, carbonMoreKg: 0.1 },
    { label: 'Not at all', costMore: 0.34, carbonMoreKg: -0.4 },
  ],
  pinned: null,
  ...part,
});

/** The steps of the made day: every state and kind of block. */
export const fakeBlocks = (midnight: number, reservePct: number): PlanBlock[] => [
  block(midnight, 'battery', 12, 16.75, {
    does: 'charge',
    label: 'to 97 %',
    energyKwh: 5.4,
    code: 'SURPLUS_BEFORE_PEAK',
    sentence: 'Charges from the sun until it is nearly full, so that the 0.41 € evening is carried by it.',
    boundBy: 'Most charge, 4.6 kW',
  }),
  block(midnight, 'battery', 19.75, 25.25, {
    does: 'discharge',
    label: 'discharge to 56 %',
    energyKwh: 8.2,
    meanPrice: 0.38,
    code: 'DEAREST_HOURS',
    sentence: 'Carries the house through the dearest hours, and keeps what the morning needs.',
    boundBy: `Reserve of ${reservePct} % against a poor morning`,
  }),
  block(midnight, 'battery', 28.5, 30.9, { does: 'discharge', label: 'to 48 %', energyKwh: 1.6, meanPrice: 0.3 }),
  block(midnight, 'battery', 31, 36, { does: 'charge', label: 'charge', energyKwh: 8.6, meanPrice: 0.08 }),
  block(midnight, 'battery', 36, 41, { does: 'hold', label: 'hold 95 %', energyKwh: 0, meanPrice: null }),
  block(midnight, 'miner-a', 9.75, 17.5, { label: '3.26 kW', energyKwh: 25.3, code: 'EARNS_MORE_THAN_IT_COSTS' }),
  block(midnight, 'miner-a', 35, 41.5, { label: '3.26 kW', energyKwh: 21.2, pinned: 'keep' }),
  block(midnight, 'miner-b', 11.25, 13),
  block(midnight, 'miner-b', 14.75, 16, { label: '3.05 kW' }),
  block(midnight, 'water', 13, 14.5, { label: '2 kW' }),
  block(midnight, 'water', 35.5, 37),
  block(midnight, 'heat-pump', 13.25, 13.75),
  block(midnight, 'heat-pump', 15, 17, { label: 'cool' }),
  block(midnight, 'heat-pump', 20, 23.5, { label: 'hold 23.5 °C' }),
  block(midnight, 'heat-pump', 30, 31, { pinned: 'skip' }),
  block(midnight, 'ev', 25.25, 28.5, {
    label: '7.4 kW',
    energyKwh: 24.1,
    meanPrice: 0.206,
    code: 'CHEAPEST_BEFORE_DEADLINE',
    sentence:
      'Charges when power is cheapest before the car leaves at 07:00, and keeps the battery out of it so that the morning stays covered.',
    boundBy: '80 % in the car by 07:00',
    roomMs: 2.5 * HOUR,
    leansOn: 'Nord Pool prices of 13:05',
    alternatives: [
      { label: 'On arrival, 18:00', costMore: 4.52, carbonMoreKg: 2.6 },
      { label: 'From the battery', costMore: 1.37, carbonMoreKg: 0.2 },
      { label: 'One hour later', costMore: 0.41, carbonMoreKg: 0.1 },
    ],
  }),
];
