import type { HourFrame } from '../../models/features/frame.ts';
import { findHiddenLoad } from '../../models/load/hidden-load.ts';
import { checkPv, type PvFinding } from '../../models/solar/plausibility.ts';
import type { ModelKind } from '../../preload/contract/models.ts';

const kilowatts = (powerW: number): string => `${(powerW / 1000).toFixed(1)} kW`;
const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`;

const solarSentence = (finding: PvFinding): string => {
  switch (finding.kind) {
    case 'power-at-night':
      return `Solar power of up to ${kilowatts(finding.most)} was measured in ${finding.hours} hours of last week’s nights: the sensor seems to measure something else as well, such as the battery. Check the roles of its channels.`;
    case 'above-clear-sky':
      return `In ${finding.hours} hours of last week the solar power was far above what a cloudless sky gave before: check whether the right sensor is read and whether its unit is right.`;
    case 'scale-changed':
      return `Last week gave ${finding.factor.toFixed(1)} times the solar power that a cloudless sky gave in the months before. New panels, or another sensor or unit? Check the device.`;
    case 'held-back':
      return `The panels were held back in ${finding.hours} hours of last week; those hours are not learnt from, so the forecast stays what the sky allows.`;
  }
};

const loadSentences = (frame: HourFrame, origin: number): readonly string[] => {
  const hidden = findHiddenLoad(frame, origin);
  if (hidden === null) return [];
  const { powerW, fromHour, toHour, lengthH, nights, days, sharePct } = hidden;
  return [
    `A large load seems to hide in the household: about ${kilowatts(powerW)} for ${Math.round(lengthH)} h, mostly between ${clock(fromHour)} and ${clock(toHour)}, on ${nights} of ${days} days (${Math.round(sharePct)} % of the energy). If it is a car, a boiler or a heat pump, add its meter as a device of its own, and the forecast of the household becomes better.`,
  ];
};

/** What a look at the measurements found, a sentence each. */
interface Findings {
  /** What a person should do something about. */
  readonly odd: readonly string[];
  /** What is as it should be, and worth a line in the night's report. */
  readonly notes: readonly string[];
}

/** Looks at what was measured before `origin`. `frame` is in W for powers. */
export const findingsOf = (kind: ModelKind, frame: HourFrame, origin: number): Findings => {
  if (kind === 'load') return { odd: loadSentences(frame, origin), notes: [] };
  if (kind !== 'solar') return { odd: [], notes: [] };
  const { findings } = checkPv(frame, origin);
  const said = (heldBack: boolean): readonly string[] =>
    findings.filter((finding) => (finding.kind === 'held-back') === heldBack).map(solarSentence);
  return { odd: said(false), notes: said(true) };
};
