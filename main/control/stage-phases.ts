import type { ChannelRef, Safety } from '../../preload/contract/safety.ts';
import { addedW, ageOf, failingDischargeW, mayRun, measuredW, type Reserve, reservesOf } from './predicted-power.ts';
import { consumes, isAutomated, passed, refused, type Stage, takesAway } from './stage.ts';
import { throttled } from './stage-import.ts';
import { names } from './stage-interlock.ts';
import { isFresh } from './stages-permission.ts';
import type { ChannelSnapshot, DecisionSnapshot, Surroundings } from './types.ts';

type Phase = 1 | 2 | 3;

const PHASES: Readonly<Record<1 | 3, readonly Phase[]>> = { 1: [1], 3: [1, 2, 3] };

/** Where a channel draws: the phase that a person named, else all of them evenly. */
const phasesOf = (safety: Safety, { deviceId, channelId }: ChannelRef): readonly Phase[] => {
  const named = safety.channelPhases.find(({ channel }) => names(channel, deviceId, channelId))?.phase;
  return safety.phases === 3 && named !== undefined ? [named] : PHASES[safety.phases];
};

const shareW = (safety: Safety, phase: Phase, { deviceId, config }: ChannelSnapshot, powerW: number): number => {
  const own = phasesOf(safety, { deviceId, channelId: config.channelId });
  return own.includes(phase) ? powerW / own.length : 0;
};

/**
 * Without a meter of its own a phase carries its even share of what the house draws, and the measured loads that are
 * known to draw on it alone.
 */
const estimatedW = ({ live, at, channel, others }: DecisionSnapshot, safety: Safety, phase: Phase): number | null => {
  if (!isFresh(live.gridW, at) || live.gridW.value === null) return null;
  const alone = [channel, ...others].filter(
    ({ deviceId, config }) =>
      consumes(config.role) && phasesOf(safety, { deviceId, channelId: config.channelId }).length === 1,
  );
  const drawn = alone.map((one) => ({ one, powerW: Math.max(0, measuredW(one) ?? 0) }));
  const restW = live.gridW.value - (safety.phases === 1 ? 0 : drawn.reduce((sum, { powerW }) => sum + powerW, 0));
  const ownW =
    safety.phases === 1 ? 0 : drawn.reduce((sum, { one, powerW }) => sum + shareW(safety, phase, one, powerW), 0);
  return restW / safety.phases + ownW;
};

interface PhaseNow {
  readonly powerW: number;
  readonly reserves: readonly Reserve[];
  readonly how: 'measured' | 'estimated' | 'assumed';
}

const phaseNow = (snapshot: DecisionSnapshot, { safety, phases }: Surroundings, phase: Phase): PhaseNow => {
  const { live, at, others } = snapshot;
  const meter = phases.find((one) => one.phase === phase);
  if (meter)
    return { powerW: meter.currentA * safety.voltageV, reserves: reservesOf(others, meter.ageMs), how: 'measured' };
  const estimated = estimatedW(snapshot, safety, phase);
  if (estimated === null) return { powerW: 0, reserves: mayRun(others), how: 'assumed' };
  return { powerW: estimated, reserves: reservesOf(others, ageOf(live.gridW.measuredAt, at)), how: 'estimated' };
};

const sayAmperes = (amperes: number): string => `${(Math.round(amperes * 10) / 10).toFixed(1)} A`;

/**
 * The main fuse of each phase that the load draws on. What happens on another phase neither stops nor refuses it: it
 * would not help there.
 */
export const phasesStage: Stage = {
  name: 'phases',
  judge: (context) => {
    const { proposal, snapshot } = context;
    const { channel, surroundings } = snapshot;
    const safety = surroundings?.safety;
    if (surroundings === undefined || safety === undefined || safety.fuseA === null)
      return passed('NO_FUSE', 'Nobody typed the main fuse.');
    const added = addedW(context);
    // A grid setpoint is held to the import limit, which lies below the fuses.
    if (takesAway(proposal.origin) || channel.config.role === 'grid' || added === null || added <= 0)
      return passed('CURRENT_NOT_RAISED', 'This does not raise the current of any phase.');
    const own = phasesOf(safety, { deviceId: channel.deviceId, channelId: channel.config.channelId });
    const fuseW = safety.fuseA * safety.voltageV;
    const failingW = failingDischargeW(snapshot) / safety.phases;
    const predicted = own.map((phase) => {
      const { powerW, reserves, how } = phaseNow(snapshot, surroundings, phase);
      const reservedW = reserves.reduce((sum, one) => sum + shareW(safety, phase, one.channel, one.powerW), 0);
      return { phase, how, afterW: powerW + failingW + reservedW + added / own.length };
    });
    const guessed = predicted.find(({ how }) => how === 'assumed');
    if (guessed && isAutomated(proposal.origin))
      return refused(
        'PHASE_UNKNOWN',
        `Nobody knows the current of phase ${guessed.phase}, so automation adds nothing to it.`,
      );
    const [worst] = predicted.toSorted((one, other) => other.afterW - one.afterW);
    if (!worst) return passed('NO_FUSE', 'This home has no phase.');
    const amperes = sayAmperes(worst.afterW / safety.voltageV);
    const said = `Phase ${worst.phase} would carry ${amperes} (${worst.how})`;
    if (worst.afterW <= fuseW) return passed('FUSE_HOLDS', `${said} of ${sayAmperes(safety.fuseA)}.`);
    const why = `${said}, more than its fuse of ${sayAmperes(safety.fuseA)}.`;
    const overW = (worst.afterW - fuseW) * own.length;
    return throttled(context, overW, 'FUSE_THROTTLED', why) ?? refused('FUSE_LIMIT', why);
  },
};
