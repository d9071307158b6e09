import type { Safety } from '../../../preload/contract/safety.ts';
import type { Telemetry } from '../../telemetry/types.ts';

type Input = Safety['stopInputs'][number];

/** The newest fresh reading of a stop input; null where it is not known now. */
export const readInput = (
  telemetry: Pick<Telemetry, 'latest'>,
  { channel, stopsWhen }: Input,
  at: number,
): { readonly pressed: boolean; readonly measuredAt: number } | null => {
  const reading = telemetry.latest(channel.deviceId, channel.channelId, 'on');
  if (!reading || reading.quality === 'suspect' || !Number.isFinite(reading.value)) return null;
  if (Math.abs(at - reading.measuredAt) > reading.limitMs) return null;
  return { pressed: reading.value > 0.5 === (stopsWhen === 'on'), measuredAt: reading.measuredAt };
};

/** The input that is pressed at this moment; undefined where none is known to be. */
export const pressedInput = (
  telemetry: Pick<Telemetry, 'latest'>,
  { stopInputs }: Pick<Safety, 'stopInputs'>,
  at: number,
): Input | undefined => stopInputs.find((input) => readInput(telemetry, input, at)?.pressed === true);
