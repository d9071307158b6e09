import {
  consumes,
  freshState,
  isOn,
  narrowed,
  passed,
  refused,
  type Stage,
  type StageAnswer,
  type StageContext,
} from './stage.ts';
import { starts } from './stages-limits.ts';
import { isFresh, ontoStep } from './stages-permission.ts';
import type { ChannelSnapshot, DecisionSnapshot } from './types.ts';
import { sayPower } from './words.ts';

/** Assumed of a load whose power nobody has measured or typed: a full 16 A circuit at 230 V. */
const ASSUMED_LOAD_W = 3680;
/** A load that was switched on lately may still be ramping up (a miner takes minutes), and is counted in full. */
const RAMP_MS = 300_000;
/** After this long the grid meter shows what a setting draws. */
const SETTLED_MS = 60_000;
const MAINS_V = 230;

const expectedW = (channel: ChannelSnapshot): number => channel.config.ratedPowerW ?? ASSUMED_LOAD_W;

const measuredW = (channel: ChannelSnapshot): number | null =>
  channel.powerW !== null && channel.powerW.ageMs <= channel.powerW.limitMs ? channel.powerW.value : null;

/**
 * Power that others are about to draw and that the grid meter cannot show yet. A load's own meter may be newer than
 * the grid's, so what changed after the grid was measured counts in full.
 */
const reservedW = (others: readonly ChannelSnapshot[], gridAgeMs: number): number => {
  let sum = 0;
  for (const other of others) {
    if (!consumes(other.config.role)) continue;
    const current = freshState(other);
    const runs = current !== null && isOn(current);
    const since = other.sinceChangeMs;
    if (!other.busy && !(runs && since !== null && since < RAMP_MS)) continue;
    const shown = runs && (since === null || since > gridAgeMs) ? (measuredW(other) ?? 0) : 0;
    sum += Math.max(0, expectedW(other) - shown);
  }
  return sum;
};

/**
 * Import before the action, conservatively. The meter already shows what sun and battery cover; what they might cover
 * besides is not counted. A battery at its floor may stop at any moment, so its discharge is counted as import.
 */
const importBeforeW = ({ live, settings, others, at }: DecisionSnapshot): number => {
  const known = isFresh(live.gridW, at) ? live.gridW.value : null;
  // Without a meter (only a person gets here): everything that is not known to be off may be running.
  if (known === null)
    return others
      .filter((other) => consumes(other.config.role) && freshState(other) !== false)
      .reduce((sum, other) => sum + expectedW(other), 0);
  const socPct = isFresh(live.socPct, at) ? live.socPct.value : null;
  const mayStop = socPct === null || socPct <= settings.minimumSocPct;
  const dischargeW = isFresh(live.batteryW, at) && live.batteryW.value !== null ? Math.max(0, -live.batteryW.value) : 0;
  return (
    known +
    (mayStop ? dischargeW : 0) +
    reservedW(others, live.gridW.measuredAt === null ? 0 : Math.max(0, at - live.gridW.measuredAt))
  );
};

/** What the action adds to the import at most, W; null where the setting has no power of its own. */
const addedW = ({ snapshot, value }: StageContext): number | null => {
  const { channel, live, at } = snapshot;
  const { control, config } = channel;
  if (config.role === 'pv') return null;
  // From one running option to another nothing is known of the power; off to any of them may draw all of it.
  if (control.kind === 'switch' || (control.kind === 'choice' && consumes(config.role)))
    return starts(value, freshState(channel)) ? expectedW(channel) : 0;
  if (control.kind !== 'number' || typeof value !== 'number' || /discharge/i.test(config.channelId)) return null;
  const voltage =
    config.role === 'battery' && isFresh(live.batteryVoltageV, at) ? (live.batteryVoltageV.value ?? MAINS_V) : MAINS_V;
  const wishedW =
    control.unit === 'W' ? value : control.unit === 'kW' ? value * 1000 : control.unit === 'A' ? value * voltage : null;
  if (wishedW === null) return null;
  // What changed a moment ago may not be in the grid's reading yet: then nothing of it is taken off.
  const settled = channel.sinceChangeMs === null || channel.sinceChangeMs > SETTLED_MS;
  const measured =
    config.role === 'battery' ? (isFresh(live.batteryW, at) ? live.batteryW.value : null) : measuredW(channel);
  const nowW = settled || (measured ?? 0) < 0 ? measured : 0;
  return wishedW - (nowW ?? 0);
};

/** A grid setpoint names import and export themselves: it is held between the site's two limits. */
const gridSetpoint = ({ snapshot: { channel, settings }, value }: StageContext): StageAnswer | null => {
  const { control, config } = channel;
  if (config.role !== 'grid' || control.kind !== 'number' || control.unit !== 'W' || typeof value !== 'number')
    return null;
  if (value <= settings.maxGridImportW && value >= -settings.maxGridExportW)
    return passed('GRID_WITHIN_LIMITS', 'The grid setpoint lies within the limits of the site.');
  const held = ontoStep(Math.max(-settings.maxGridExportW, Math.min(settings.maxGridImportW, value)), control);
  if (held > settings.maxGridImportW || held < -settings.maxGridExportW)
    return refused('GRID_LIMIT', 'The grid setpoint would leave the limits of the site.');
  return narrowed(held, 'GRID_LIMIT', `The grid setpoint is held to ${sayPower(held)}, the limit of the site.`);
};

/** The grid import predicted after the action must stay inside the site's limit: the breaker does not ask who wished it. */
export const importStage: Stage = {
  name: 'import',
  judge: (context) => {
    const { proposal, snapshot, value } = context;
    const { channel, settings } = snapshot;
    if (proposal.origin === 'stop') return passed('STOP', 'The safe state was chosen by a person.');
    const grid = gridSetpoint(context);
    if (grid) return grid;
    const added = addedW(context);
    if (added === null || added <= 0) return passed('IMPORT_NOT_RAISED', 'This does not raise the grid import.');
    const before = importBeforeW(snapshot);
    const after = before + added;
    const limit = settings.maxGridImportW;
    if (after <= limit)
      return passed('IMPORT_WITHIN_LIMIT', `The grid import would reach ${sayPower(after)} of ${sayPower(limit)}.`);
    const why = `The grid import would reach ${sayPower(after)}, more than the limit of ${sayPower(limit)}.`;
    const { control } = channel;
    // Throttle before refusing, where the device can be throttled and the room is worth having.
    if (control.kind === 'number' && control.unit === 'W' && typeof value === 'number') {
      const fitted = ontoStep(value - (after - limit), control);
      if (fitted > 0 && fitted < value && before + added - (value - fitted) <= limit)
        return narrowed(
          fitted,
          'IMPORT_THROTTLED',
          `${why} ${channel.config.name} goes to ${sayPower(fitted)} instead.`,
        );
    }
    return refused('IMPORT_LIMIT', why);
  },
};
