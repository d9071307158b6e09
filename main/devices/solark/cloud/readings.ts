import type { Metric, Quality } from '../../../../preload/contract/base.ts';
import type { Reading } from '../../../reading.ts';
import { CLOUD_CHANNELS, type CloudChannelName } from './channels.ts';
import { wholeFlow } from './flow.ts';
import type { BatteryNow, Flow, GridNow, InputNow, LooseNumber } from './shapes.ts';

/** What one poll brought, all of the same inverter. */
export interface CloudPoll {
  readonly flow: Flow;
  readonly battery: BatteryNow;
  readonly grid: GridNow;
  readonly input: InputNow;
  readonly status: LooseNumber;
}

type Value = readonly [channel: CloudChannelName, metric: Metric, value: LooseNumber, quality?: Quality];

const negated = (value: LooseNumber): LooseNumber => (value === null ? null : -value);
/** A limit of 0 is a BMS that does not say. */
const limit = (value: LooseNumber): LooseNumber => (value === null || value <= 0 ? null : value);
/** Mains that answers has voltage and frequency: 0 is not measured. */
const unlessZero = (value: LooseNumber): LooseNumber => (value === 0 ? null : value);

const flowValues = ({ flow, battery, grid }: CloudPoll): readonly Value[] => {
  const powers = wholeFlow(flow, battery, grid);
  const { batteryPowerW, gridPowerW, generatorPowerW, loadPowerW, loadIsBalanced, pvPowerW } = powers;
  return [
    ['pv', 'powerW', pvPowerW],
    ['battery', 'powerW', batteryPowerW],
    ['grid', 'powerW', gridPowerW],
    ['load', 'powerW', loadPowerW, loadIsBalanced ? 'estimated' : 'good'],
    ['generator', 'powerW', generatorPowerW],
  ];
};

const batteryValues = ({ flow, battery }: CloudPoll): readonly Value[] => {
  const socPct = flow.soc ?? battery.soc;
  const doubtful = flow.bmsCommFaultFlag === true || socPct === 0;
  return [
    ['battery', 'socPct', socPct, doubtful ? 'suspect' : 'good'],
    ...((battery.voltage ?? 0) > 0
      ? ([
          ['battery', 'voltageV', battery.voltage],
          ['battery', 'currentA', negated(battery.current)],
          ['battery', 'tempC', battery.temp],
        ] satisfies Value[])
      : []),
    ['battery', 'chargeLimitA', limit(battery.chargeCurrentLimit)],
    ['battery', 'dischargeLimitA', limit(battery.dischargeCurrentLimit)],
    ['battery', 'energyImportKwh', battery.etotalChg],
    ['battery', 'energyExportKwh', battery.etotalDischg],
    ['todayBattery', 'energyImportKwh', battery.etodayChg],
    ['todayBattery', 'energyExportKwh', battery.etodayDischg],
  ];
};

const gridValues = ({ grid }: CloudPoll): readonly Value[] => [
  ['grid', 'voltageV', unlessZero(grid.vip?.[0]?.volt ?? null)],
  ['grid', 'frequencyHz', unlessZero(grid.fac)],
  ['grid', 'energyImportKwh', grid.etotalFrom],
  ['grid', 'energyExportKwh', grid.etotalTo],
  ['todayGrid', 'energyImportKwh', grid.etodayFrom],
  ['todayGrid', 'energyExportKwh', grid.etodayTo],
];

const STRINGS: Readonly<Record<number, CloudChannelName>> = { 1: 'pv1', 2: 'pv2', 3: 'pv3', 4: 'pv4' };

const inputValues = ({ input }: CloudPoll): readonly Value[] => [
  ['pv', 'energyKwh', input.etotal],
  ['todayPv', 'energyKwh', input.etoday],
  ...(input.pvIV ?? []).flatMap(({ pvNo, ppv, vpv, ipv }): readonly Value[] => {
    const channel = pvNo === null ? undefined : STRINGS[pvNo];
    if (channel === undefined) return [];
    return [
      [channel, 'powerW', ppv],
      [channel, 'voltageV', vpv],
      [channel, 'currentA', ipv],
    ];
  }),
];

/** Readings in the product's signs; what the cloud does not say is left out. */
export const cloudReadings = (
  poll: CloudPoll,
  times: { readonly measuredAt: number; readonly receivedAt: number },
): readonly Reading[] => {
  const values = [
    ...flowValues(poll),
    ...batteryValues(poll),
    ...gridValues(poll),
    ...inputValues(poll),
    ['inverter', 'stateCode', poll.status] satisfies Value,
  ];
  return values.flatMap(([channel, metric, value, quality]) =>
    value === null
      ? []
      : [
          {
            channelId: CLOUD_CHANNELS[channel],
            metric,
            value: value === 0 ? 0 : value, // −0 is 0.
            quality: quality ?? 'good',
            ...times,
          },
        ],
  );
};
