import { createGuardian } from '../../../main/control/guardian/guardian.ts';
import type { Proposal } from '../../../main/control/types.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { FreshReading, Telemetry } from '../../../main/telemetry/types.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { bent, type Defect } from './defects.ts';
import type { House } from './house.ts';
import { HOME } from './snapshots.ts';
import { BUTTON } from './world-envelope.ts';
import { LOADS, safeStateOf } from './world-loads.ts';
import type { WorldState } from './world-state.ts';

const BUTTON_POLL_MS = 5_000;
const BUTTON_LIMIT_MS = 15_000;

const METER: ReturnType<Telemetry['channels']>[number] = {
  deviceId: deviceId('meter'),
  config: {
    ...{ channelId: channelId('grid'), name: 'meter', role: 'grid', use: 'primary', priority: 5, safeState: null },
    ...{ ratedPowerW: null, rules: null, controllable: false },
  },
};

/** What stands between the house and whoever reads it: bent measurements and a button. */
export interface Senses {
  readonly bends: Record<'grid' | 'soc', Defect>;
  pressed: boolean | null;
}

/** Everybody in the house reads through these. */
export const bendSenses = ({ clock, meters }: House, senses: Senses): void => {
  const plain: Telemetry = { ...meters.telemetry };
  const live: Telemetry['live'] = (siteId) => {
    const state = plain.live(siteId);
    const now = clock.now();
    return {
      ...state,
      gridW: bent(state.gridW, senses.bends.grid, now),
      socPct: bent(state.socPct, senses.bends.soc, now),
    };
  };
  const latest: Telemetry['latest'] = (id, channel, metric): FreshReading | undefined => {
    if (id !== BUTTON.deviceId) return plain.latest(id, channel, metric);
    if (senses.pressed === null) return undefined;
    const measuredAt = Math.floor(clock.now() / BUTTON_POLL_MS) * BUTTON_POLL_MS;
    return {
      channelId: BUTTON.channelId,
      metric: 'on',
      value: senses.pressed ? 1 : 0,
      measuredAt,
      receivedAt: measuredAt,
      quality: 'good',
      limitMs: BUTTON_LIMIT_MS,
    };
  };
  // The meter is there also for a run that has never heard of it.
  const channels: Telemetry['channels'] = (siteId) => [...plain.channels(siteId), METER];
  Object.assign(meters.telemetry, { live, latest, channels });
};

/** Starts the guard of the house as the product does; the onlooker hears of everything that it asks for. */
export const startGuard = (
  house: House,
  state: WorldState,
  written: () => Safety,
  heard: (proposal: Proposal, answer: ReturnType<ReturnType<House['commander']>['submit']>) => void,
): AbortController => {
  const life = new AbortController();
  const commander = house.commander();
  const lettingGo = (id: string): void => {
    if (state.of(id).hold?.origin === 'safety') state.free(id, house.clock.monotonicMs());
  };
  createGuardian({
    clock: house.clock,
    log: createLog(memorySink(), house.clock),
    bus: house.bus,
    store: house.store(),
    telemetry: house.meters.telemetry,
    commander: {
      ...commander,
      submit: (proposal) => {
        const answer = commander.submit(proposal);
        heard(proposal, answer);
        return answer;
      },
      releaseHold: (siteId, id, channel, who) => {
        lettingGo(id);
        return commander.releaseHold(siteId, id, channel, who);
      },
      giveBack: (siteId, id, channel) => {
        lettingGo(id);
        commander.giveBack(siteId, id, channel);
      },
    },
    emergencyStop: {
      state: (siteId) => house.stop().state(siteId),
      activate: (...asked) => {
        if (!written().stopInputs.length || senselessly(house)) state.violations.push('stopped-by-nobody');
        state.beginStop();
        return house.stop().activate(...asked);
      },
    },
    safetyOf: written,
    unreadableOf: () => [],
    siteIds: () => [HOME],
    lastAutomationRunAt: () => house.clock.now(),
  }).start(life.signal);
  return life;
};

/** Nobody presses the button. */
const senselessly = ({ meters }: House): boolean =>
  meters.telemetry.latest(BUTTON.deviceId, BUTTON.channelId, 'on')?.value !== 1;

const SAFE_WITHIN_MS = 60_000;
const SHED_WITHIN_MS = 90_000;
/** After failures the guard asks again no later than this. */
const ASKS_AGAIN_MS = 330_000;
const LOADS_OF_THE_HOUSE = LOADS.filter(({ config }) => config?.role !== 'battery').map(({ id }) => id);

/** What must have happened by now, and not only what must not happen. */
export const duties = (house: House, state: WorldState, since: { grid: number; button: number }, safety: Safety) => {
  const now = house.clock.monotonicMs();
  const isCalm = (id: string, spanMs: number): boolean =>
    now - state.of(id).calmMs >= spanMs && house.device(id).behaviour() === 'obedient' && state.of(id).controllable;
  const calm = now - state.calmMs;
  if (!house.owned()) return;
  if (state.stopped && calm >= SAFE_WITHIN_MS)
    for (const load of LOADS) {
      const safe = safeStateOf(load);
      if (safe !== null && isCalm(load.id, SAFE_WITHIN_MS) && house.device(load.id).value() !== safe)
        state.violations.push(`stopped-and-not-safe: ${load.id} is ${String(house.device(load.id).value())}`);
    }
  if (!state.stopped && safety.stopInputs.length > 0 && calm >= 20_000 && now - since.button >= 20_000)
    state.violations.push('button-ignored');
  const everyone = LOADS_OF_THE_HOUSE.every((id) => isCalm(id, ASKS_AGAIN_MS));
  const silent = now - since.grid >= SHED_WITHIN_MS;
  const acts = !state.stopped && state.mode !== 'watch' && calm >= ASKS_AGAIN_MS;
  if (everyone && silent && acts && now - state.lastWishMs >= SHED_WITHIN_MS) {
    const drawnW = LOADS_OF_THE_HOUSE.reduce((sum, id) => sum + house.device(id).powerW(), 0);
    if (drawnW > safety.safeImportW) state.violations.push(`not-shed: ${drawnW} W while the meter is silent`);
  }
};
