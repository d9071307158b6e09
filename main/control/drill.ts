import type { Surface } from '../../preload/contract/base.ts';
import type { Drill } from '../../preload/contract/safety.ts';
import type { StopState } from '../../preload/contract/site.ts';
import { newId, type SiteId } from '../ids.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Ground } from './deps.ts';
import type { Roster, RosterChannel } from './roster.ts';
import { safeStateOf } from './snapshot.ts';
import { sameSetpoint } from './stage.ts';
import type { StopAsking } from './stop-asking.ts';
import { stopChannels } from './stop-channels.ts';
import type { Wire } from './wire.ts';

type DrillDevice = Drill['devices'][number];

interface DrillParts {
  readonly roster: Roster;
  readonly asking: Pick<StopAsking, 'verdict'>;
  /** Only its reading end: a drill has no way to write. */
  readonly wire: Pick<Wire, 'readBack'>;
  isStopped(siteId: SiteId): boolean;
}

const listed = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

const sentenceOf = (devices: readonly DrillDevice[], tookMs: number): string => {
  if (devices.length === 0) return 'Nothing here can be controlled, so a stop would switch nothing.';
  const named = (result: DrillDevice['result']): readonly string[] =>
    devices.filter((device) => device.result === result).map(({ name }) => name);
  const silent = named('no-answer');
  const without = named('no-safe-state');
  const good = devices.length - silent.length - without.length;
  return [
    `${good} of ${devices.length} answered within ${(Math.max(100, tookMs) / 1000).toFixed(1)} s and would be safe.`,
    ...(silent.length > 0 ? [`No answer from ${listed(silent)}: a stop would ask until there is one.`] : []),
    ...(without.length > 0 ? [`No safe state for ${listed(without)}: choose one on the Devices page.`] : []),
  ].join(' ');
};

/**
 * Goes the whole way of an emergency stop without switching anything: the same channels, the same judgement, and a real
 * read-back of every device, all at once. What it found is kept.
 */
export const createDrill = (ground: Ground, parts: DrillParts) => {
  const { actuators, bestEffort, bus, clock, log, store } = ground;
  const running = new Map<SiteId, Promise<Result<Drill>>>();

  const oneDevice = async (
    stop: Pick<StopState, 'who' | 'surface' | 'why'>,
    channel: RosterChannel,
    startedMs: number,
    signal: AbortSignal,
  ): Promise<DrillDevice> => {
    const { deviceId, config } = channel;
    const actuator = actuators.get(deviceId, config.channelId);
    const safeState = actuator ? safeStateOf(channel, actuator.spec) : config.safeState;
    const device = { channel: { deviceId, channelId: config.channelId }, name: config.name, wouldGoTo: safeState };
    const nothing = { now: null, answeredAfterMs: null };
    if (safeState === null) return { ...device, ...nothing, result: 'no-safe-state' };
    if (!actuator) return { ...device, ...nothing, result: 'no-answer' };
    const verdict = bestEffort.run('judge a drill', () => parts.asking.verdict(stop, channel));
    if (!verdict || verdict.setpoint === null) return { ...device, ...nothing, result: 'no-safe-state' };
    const read = await parts.wire.readBack(actuator, signal);
    if (!read.ok) return { ...device, ...nothing, result: 'no-answer' };
    return {
      ...device,
      now: read.value.value,
      wouldGoTo: verdict.setpoint,
      answeredAfterMs: Math.max(0, clock.monotonicMs() - startedMs),
      result: sameSetpoint(read.value.value, verdict.setpoint, actuator.spec.control) ? 'already-safe' : 'ready',
    };
  };

  const keep = (drill: Drill): void => {
    const { siteId, at, who, sentence } = drill;
    bestEffort.run('keep a drill', () => {
      store.state.set(`drill:${siteId}`, JSON.stringify(drill));
      const title = `${who} drilled the emergency stop`;
      store.events.add(siteId, { id: newId('evt'), at, level: 'info', title, text: sentence, kind: 'drill' });
    });
    log.info('Drill of the emergency stop.', { site: siteId, who, devices: drill.devices.length });
  };

  const stopped = () =>
    permanent('control.stopped', 'The house is stopped, so there is nothing to rehearse.', 'Release the stop first.');

  const run = async (siteId: SiteId, who: string, surface: Surface): Promise<Result<Drill>> => {
    const startedMs = clock.monotonicMs();
    const at = clock.now();
    const own = new AbortController();
    // A real stop has the wires for itself at once.
    const forget = bus.on('stop', (state) => {
      if (state?.siteId === siteId) own.abort();
    });
    try {
      const channels = stopChannels(ground, parts.roster, siteId);
      const stop = { who, surface, why: `${who} drilled the emergency stop.` };
      const devices = await Promise.all(channels.map((channel) => oneDevice(stop, channel, startedMs, own.signal)));
      if (parts.isStopped(siteId)) return stopped();
      const tookMs = Math.max(0, clock.monotonicMs() - startedMs);
      const drill: Drill = { siteId, at, who, surface, tookMs, devices, sentence: sentenceOf(devices, tookMs) };
      keep(drill);
      return ok(drill);
    } finally {
      forget();
    }
  };

  return async (siteId: SiteId, who: string, surface: Surface): Promise<Result<Drill>> => {
    if (who.trim() === '') return permanent('control.person-needed', 'A drill needs a name.', 'Type your name.');
    if (parts.isStopped(siteId)) return stopped();
    const underWay = running.get(siteId);
    if (underWay) return underWay;
    const mine = run(siteId, who, surface).finally(() => running.delete(siteId));
    running.set(siteId, mine);
    return mine;
  };
};
