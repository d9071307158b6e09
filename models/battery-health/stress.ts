import { learntRateFactor } from './cell-model.ts';

/**
 * What wears a battery, from the literature, since no home shows it before it is too late. Calendar and cycle terms:
 * LFP: M. Naumann et al., "Analysis and modeling of calendar aging of a commercial LiFePO4/graphite cell", J. Energy Storage
 * 17, 2018, and "... of cycle aging ...", J. Power Sources 451, 2020. NMC: J. Schmalstieg et al., "A holistic aging model for
 * Li(NiMnCo)O2 based 18650 lithium-ion batteries", J. Power Sources 257, 2014. Temperature of cycling: J. Wang et al.,
 * "Cycle-life model for graphite-LiFePO4 cells", J. Power Sources 196, 2011 (31.5 kJ/mol).
 */

export type Chemistry = 'lfp' | 'nmc';

/** How a battery has lived, as means over its life. */
export interface BatteryUse {
  /** Depth of a cycle, weighted by the charge that it moved, per cent. */
  readonly depthPct: number;
  /** State of charge over time, per cent. */
  readonly meanSocPct: number;
  readonly temperatureC: number;
  /** Charge and discharge current over capacity while it works, 1/h. */
  readonly rateC: number;
}

/** loss in points = calendar · days^calendarPower + cycles · (full cycles)^cyclePower. */
export interface AgeingRates {
  readonly calendar: number;
  readonly calendarPower: number;
  readonly cycles: number;
  readonly cyclePower: number;
}

const GAS = 8.314;
const ROOM_K = 298.15;
const kelvin = (celsius: number): number => celsius + 273.15;
const arrhenius = (joulePerMole: number, celsius: number): number =>
  Math.exp((-joulePerMole / GAS) * (1 / kelvin(celsius) - 1 / ROOM_K));

/** Open-circuit voltage of an NMC/graphite cell: nearly straight between 3.35 V (empty) and 4.15 V (full). */
const nmcVolts = (socPct: number): number => 3.35 + 0.008 * Math.min(100, Math.max(0, socPct));

const lfpRates = ({ depthPct, meanSocPct, temperatureC, rateC }: BatteryUse): AgeingRates => {
  const soc = meanSocPct / 100 - 0.5;
  const depth = depthPct / 100 - 0.6;
  const calendarOfSecond = 1.2571e-5 * arrhenius(17_126, temperatureC) * (2.8575 * soc ** 3 + 0.60225);
  return {
    calendar: 100 * calendarOfSecond * Math.sqrt(86_400),
    calendarPower: 0.5,
    cycles: (0.063 * rateC + 0.0971) * (4.0253 * depth ** 3 + 1.0923) * arrhenius(31_500, temperatureC),
    cyclePower: 0.5,
  };
};

/** Charge that a full cycle moves through the 2.05 Ah cell of the paper, in and out. */
const CYCLE_AH = 4.1;
/**
 * The paper has 24 points after 600 full cycles; the NMC532 cells of 2022 that the rates were learnt from lost 7.5 at 1 C.
 * Products lie between: the geometric mean of both.
 */
const NEWER_CELLS = 0.56;

const nmcRates = ({ depthPct, meanSocPct, temperatureC, rateC }: BatteryUse): AgeingRates => {
  const volts = nmcVolts(meanSocPct);
  const ofCharge = 7.348e-3 * (volts - 3.667) ** 2 + 7.6e-4 + (4.081e-3 * depthPct) / 100;
  return {
    calendar: 100 * Math.max(0.3, 7.543 * volts - 23.75) * 1e6 * Math.exp(-6976 / kelvin(temperatureC)),
    calendarPower: 0.75,
    // The paper cycled at 1 C and knows no rate: what lies above is learnt from cells that were charged at 1 C to 9 C.
    cycles:
      100 * NEWER_CELLS * ofCharge * Math.sqrt(CYCLE_AH) * arrhenius(31_500, temperatureC) * learntRateFactor(rateC),
    cyclePower: 0.5,
  };
};

export const ageingRates = (chemistry: Chemistry, use: BatteryUse): AgeingRates =>
  chemistry === 'lfp' ? lfpRates(use) : nmcRates(use);

/** Expected loss in points of the first capacity after so many days and equivalent full cycles. */
export const literatureLossPct = (rates: AgeingRates, days: number, fullCycles: number): number =>
  rates.calendar * Math.max(0, days) ** rates.calendarPower +
  rates.cycles * Math.max(0, fullCycles) ** rates.cyclePower;
