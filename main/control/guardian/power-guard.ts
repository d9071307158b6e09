import type { SiteId } from '../../../preload/contract/base.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import { GUARD } from '../battery-first.ts';
import { isFresh } from '../stages-permission.ts';
import type { ChannelSnapshot } from '../types.ts';
import { sayPower } from '../words.ts';
import { type GuardLoad, loadsOf } from './guard-load.ts';
import type { GuardNotices } from './guard-notices.ts';
import type { GuardWishes } from './guard-wishes.ts';
import { isPlausible, lookAtMeter, METER_UNSEEN, type MeterMemory } from './meter-silence.ts';
import { followOverload, NO_OVERLOAD, type OverloadMemory, type OverloadSample } from './overload.ts';
import { phaseFlowsOf } from './phase-flows.ts';
import { type Cut, shed } from './shed.ts';
import type { GuardianDeps } from './types.ts';

/** What a cut saves shows at the meter by then, ms; until then it is not asked for twice. */
const SHOWS_WITHIN_MS = 60_000;
const METER_LAG_MS = 5_000;
/** A hold of the guard on what it cut while the meter is silent, renewed while it is. */
const SILENCE_HOLD_MS = 600_000;
/** After an overload nobody starts it again for this long, and each further time within the hour twice as long. */
const PAUSE_MS = 300_000;
const LONGEST_PAUSE_MS = 3_600_000;
const REMEMBERED_MS = 3_600_000;
/** So much below the limit, that the next gust does not begin it anew. */
const MARGIN = 0.02;
const OVERLOAD_OVER_MS = 900_000;

interface SiteState {
  meter: MeterMemory;
  readonly flows: Map<string, OverloadMemory>;
  /** Cuts whose effect the meter cannot show yet. */
  readonly pending: Map<string, { readonly cut: Cut; readonly sinceMs: number }>;
  /** Channels held because the meter is silent, with when the hold was taken. */
  readonly silenced: Map<string, { readonly cut: Cut; heldMs: number }>;
  readonly pauses: Map<string, { readonly count: number; readonly atMs: number }>;
  lastOverloadMs: number | null;
}

export interface PowerView {
  readonly siteId: SiteId;
  readonly live: LiveState;
  readonly settings: SiteSettings;
  readonly safety: Safety;
  /** All channels that can be commanded, taken when first asked for. */
  channels(): readonly ChannelSnapshot[];
  readonly hasMeter: boolean;
  readonly hasBattery: boolean;
  /** False in Watch: the guard tells, and touches nothing. */
  readonly acts: boolean;
  readonly nowMs: number;
  readonly runsMs: number;
}

/** Keeps the import of the house and each phase within its limits, and the loads small while nobody measures it. */
export const createPowerGuard = (
  deps: Pick<GuardianDeps, 'clock' | 'commander' | 'telemetry'>,
  wishes: GuardWishes,
  notices: GuardNotices,
) => {
  const { commander, telemetry } = deps;
  const sites = new Map<SiteId, SiteState>();
  const stateOf = (siteId: SiteId): SiteState => {
    const known = sites.get(siteId);
    if (known) return known;
    const fresh: SiteState = {
      meter: METER_UNSEEN,
      flows: new Map(),
      pending: new Map(),
      silenced: new Map(),
      pauses: new Map(),
      lastOverloadMs: null,
    };
    sites.set(siteId, fresh);
    return fresh;
  };

  /** Forgets cuts that came to nothing, and those that a reading newer than their end would show. */
  const settlePending = (state: SiteState, sampleAt: number | null, nowMs: number): void => {
    for (const [key, { sinceMs }] of state.pending) {
      const asking = wishes.of(key);
      const failed =
        asking?.outcome === 'refused' || asking?.outcome === 'unreachable' || asking?.outcome === 'rolled-back';
      const shows =
        asking?.endedAt !== null &&
        asking?.endedAt !== undefined &&
        sampleAt !== null &&
        sampleAt >= asking.endedAt + METER_LAG_MS;
      if (failed || shows || nowMs - sinceMs > SHOWS_WITHIN_MS) state.pending.delete(key);
    }
  };
  const pendingW = (state: SiteState, shareOf: (load: GuardLoad) => number): number =>
    [...state.pending.values()].reduce((total, { cut }) => {
      const share = shareOf(cut.load);
      return total + (share > 0 ? cut.freesW * share : 0);
    }, 0);

  const pauseOf = (state: SiteState, key: string, nowMs: number): number => {
    const before = state.pauses.get(key);
    const count = before && nowMs - before.atMs < REMEMBERED_MS ? before.count + 1 : 0;
    state.pauses.set(key, { count, atMs: nowMs });
    return Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** count);
  };

  /** Loads without those that were cut a moment ago and cannot show it yet. */
  const untouched = (state: SiteState, loads: readonly GuardLoad[]): readonly GuardLoad[] =>
    loads.filter(
      (load) => ![...state.pending.values()].some(({ cut }) => cut.load.key === load.key && cut.kind === 'off'),
    );

  const cutAll = (
    view: PowerView,
    state: SiteState,
    cuts: readonly Cut[],
    why: { readonly code: string; readonly sentence: string; readonly silence: boolean },
  ): void => {
    for (const cut of cuts) {
      const { nowMs } = view;
      const key = `${cut.channel.deviceId}/${cut.channel.config.channelId}`;
      const name = cut.channel.config.name;
      const asked = wishes.ask(view.siteId, {
        channel: cut.channel,
        to: cut.to,
        code: why.code,
        reason: `${why.sentence} ${cut.kind === 'off' ? `${name} goes off.` : `${name} is turned down.`}`.slice(0, 200),
        ifIgnored: 'The main fuse may go.',
        holdMs: why.silence ? SILENCE_HOLD_MS : pauseOf(state, key, nowMs),
        leaseMs: null,
      });
      if (!asked) continue;
      state.pending.set(key, { cut, sinceMs: nowMs });
      if (why.silence) state.silenced.set(key, { cut, heldMs: nowMs });
    }
  };

  const followSilence = (view: PowerView, state: SiteState): void => {
    const { siteId, live, settings, safety, nowMs, runsMs } = view;
    if (!view.hasMeter) return;
    const look = lookAtMeter(state.meter, {
      gridW: live.gridW,
      at: live.at,
      nowMs,
      limitW: settings.maxGridImportW,
      runsMs,
    });
    state.meter = look.memory;
    // The limit of the connection may have been lowered since.
    const heldToW = Math.min(safety.safeImportW, settings.maxGridImportW);
    const limit = sayPower(heldToW);
    if (look.edge === 'began')
      notices.began(
        siteId,
        'meter',
        'attention',
        'The grid meter is silent',
        view.acts
          ? `Until it is back the loads together are held to ${limit}. Check the meter and its network.`
          : `The house is in Watch, so nothing was turned down. Keep the loads below ${limit} yourself, or choose Automate.`,
      );
    if (look.edge === 'ended') {
      notices.ended(siteId, 'meter', 'The grid meter is back', 'The limits of the house are measured again.');
      for (const [key, { cut }] of state.silenced) {
        const { deviceId, config } = cut.channel;
        // Only what is still the guard's own; the end of a hold moves nothing.
        if (commander.view(deviceId, config.channelId).hold?.origin === 'safety')
          commander.releaseHold(siteId, deviceId, config.channelId, GUARD);
        state.silenced.delete(key);
      }
    }
    if (!state.meter.silent || !view.acts) return;
    const loads = loadsOf(view.channels(), live, safety, live.at);
    const sumW = loads.reduce((total, { drawW }) => total + drawW, 0);
    const sentence = `The grid meter is silent, so the loads together are held to ${limit}.`;
    const needW = sumW - heldToW - pendingW(state, () => 1);
    cutAll(view, state, shed(untouched(state, loads), needW), { code: 'METER_SILENT', sentence, silence: true });
    renewHolds(view, state, sentence);
  };

  /** The same wish again is no write: only the hold goes on. */
  const renewHolds = (view: PowerView, state: SiteState, sentence: string): void => {
    for (const held of state.silenced.values()) {
      if (view.nowMs - held.heldMs < SILENCE_HOLD_MS / 2) continue;
      const channel = view
        .channels()
        .find(
          ({ deviceId, config }) =>
            deviceId === held.cut.channel.deviceId && config.channelId === held.cut.channel.config.channelId,
        );
      const asked =
        channel &&
        wishes.ask(view.siteId, {
          channel,
          to: held.cut.to,
          code: 'METER_SILENT',
          reason: sentence,
          ifIgnored: 'The main fuse may go.',
          holdMs: SILENCE_HOLD_MS,
          leaseMs: null,
        });
      if (asked) held.heldMs = view.nowMs;
    }
  };

  const samplesOf = (view: PowerView): readonly (OverloadSample & { readonly phase: 1 | 2 | 3 | null })[] => {
    const { siteId, live, settings, safety } = view;
    const phases = phaseFlowsOf(telemetry, siteId, safety, live.at);
    const { gridW } = live;
    const known =
      gridW.value !== null && gridW.measuredAt !== null && (isFresh(gridW, live.at) || gridW.freshness === 'late');
    // Without a measurement of the phases the whole house may not exceed all fuses together.
    const fusesW =
      safety.fuseA === null || phases.size > 0
        ? Number.POSITIVE_INFINITY
        : safety.fuseA * safety.voltageV * safety.phases;
    const limit = Math.min(settings.maxGridImportW, fusesW);
    const whole =
      known && gridW.value !== null && gridW.measuredAt !== null && isPlausible(gridW.value, settings.maxGridImportW)
        ? [{ phase: null, measuredAt: gridW.measuredAt, flows: gridW.value, limit }]
        : [];
    return [...[...phases].map(([phase, sample]) => ({ phase, ...sample })), ...whole];
  };

  const followOverloads = (view: PowerView, state: SiteState): void => {
    const { siteId, safety, live, nowMs } = view;
    for (const sample of samplesOf(view)) {
      const { phase } = sample;
      const name = phase === null ? 'import' : `phase ${phase}`;
      const { memory, overloaded } = followOverload(state.flows.get(name) ?? NO_OVERLOAD, sample, nowMs);
      state.flows.set(name, memory);
      if (!overloaded) continue;
      state.lastOverloadMs = nowMs;
      const sentence =
        phase === null
          ? `The house draws ${sayPower(sample.flows)} from the grid, more than its ${sayPower(sample.limit)}.`
          : `Phase ${phase} carries ${Math.round(sample.flows)} A, more than its fuse of ${sample.limit} A.`;
      notices.began(
        siteId,
        'overload',
        view.acts ? 'attention' : 'critical',
        phase === null ? 'Too much is drawn from the grid' : `Phase ${phase} is overloaded`,
        view.acts
          ? `${sentence} Loads are turned down or switched off, those of least priority first.`
          : `${sentence} The house is in Watch, so nothing was switched off: do it yourself, or choose Automate.`,
      );
      if (!view.acts) continue;
      const shareOf = (load: GuardLoad): number =>
        phase === null || load.phase === phase ? 1 : load.phase === null ? 1 / safety.phases : 0;
      const watts = phase === null ? 1 : safety.voltageV;
      const needW = (sample.flows - sample.limit * (1 - MARGIN)) * watts - pendingW(state, shareOf);
      const loads = untouched(state, loadsOf(view.channels(), live, safety, live.at));
      const code = phase === null ? 'IMPORT_OVERLOAD' : 'PHASE_OVERLOAD';
      cutAll(view, state, shed(loads, needW, shareOf), { code, sentence, silence: false });
    }
    if (state.lastOverloadMs !== null && nowMs - state.lastOverloadMs > OVERLOAD_OVER_MS) {
      state.lastOverloadMs = null;
      notices.ended(
        siteId,
        'overload',
        'The grid connection is within its limits',
        'It has been for a quarter of an hour.',
      );
    }
  };

  return {
    look: (view: PowerView): void => {
      const state = stateOf(view.siteId);
      settlePending(state, view.live.gridW.measuredAt, view.nowMs);
      followOverloads(view, state);
      followSilence(view, state);
    },
    /** The machine slept: what was seen before says nothing of now. */
    forget: (): void => {
      for (const state of sites.values()) {
        state.flows.clear();
        state.pending.clear();
        if (!state.meter.silent) state.meter = METER_UNSEEN;
      }
    },
    isSilent: (siteId: SiteId): boolean => stateOf(siteId).meter.silent,
  };
};
