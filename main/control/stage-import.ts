import { addedW, ageOf, failingDischargeW, mayRun, reservesOf, sumW } from './predicted-power.ts';
import { narrowed, passed, refused, type Stage, type StageAnswer, type StageContext, takesAway } from './stage.ts';
import { isFresh, ontoStep } from './stages-permission.ts';
import type { DecisionSnapshot } from './types.ts';
import { sayPower } from './words.ts';

/**
 * Import before the action, conservatively. The meter already shows what sun and battery cover; what they might cover
 * besides is not counted.
 */
const importBeforeW = (snapshot: DecisionSnapshot): number => {
  const { live, others, at } = snapshot;
  const known = isFresh(live.gridW, at) ? live.gridW.value : null;
  // Only a person gets here without a meter.
  if (known === null) return sumW(mayRun(others));
  return known + failingDischargeW(snapshot) + sumW(reservesOf(others, ageOf(live.gridW.measuredAt, at)));
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

/** Throttle before refusing, where the device takes watts and the room that is left is worth having; null otherwise. */
export const throttled = (
  { snapshot: { channel }, value }: StageContext,
  overW: number,
  code: string,
  why: string,
): StageAnswer | null => {
  const { control, config } = channel;
  if (control.kind !== 'number' || control.unit !== 'W' || typeof value !== 'number') return null;
  const fitted = ontoStep(value - overW, control);
  // A device with a least value of its own may not come down as far as is needed.
  if (fitted <= 0 || fitted >= value || value - fitted < overW - 1e-9) return null;
  return narrowed(fitted, code, `${why} ${config.name} goes to ${sayPower(fitted)} instead.`);
};

/** The grid import predicted after the action must stay inside the site's limit: the breaker does not ask who wished it. */
export const importStage: Stage = {
  name: 'import',
  judge: (context) => {
    const { proposal, snapshot } = context;
    const { settings } = snapshot;
    if (proposal.origin === 'stop') return passed('STOP', 'The safe state was chosen by a person.');
    const grid = gridSetpoint(context);
    if (grid) return grid;
    if (takesAway(proposal.origin)) return passed('TAKES_AWAY', 'This only takes power away.');
    const added = addedW(context);
    if (added === null || added <= 0) return passed('IMPORT_NOT_RAISED', 'This does not raise the grid import.');
    const after = importBeforeW(snapshot) + added;
    const limit = settings.maxGridImportW;
    if (after <= limit)
      return passed('IMPORT_WITHIN_LIMIT', `The grid import would reach ${sayPower(after)} of ${sayPower(limit)}.`);
    const why = `The grid import would reach ${sayPower(after)}, more than the limit of ${sayPower(limit)}.`;
    return throttled(context, after - limit, 'IMPORT_THROTTLED', why) ?? refused('IMPORT_LIMIT', why);
  },
};
