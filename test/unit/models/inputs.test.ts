import { describe, expect, it } from 'vitest';
import { FORECAST_MODELS } from '../../../models/forecast/models.ts';
import { loadDesign } from '../../../models/load/load-design.ts';
import { priceDesign } from '../../../models/price/price-design.ts';
import { solarDesign } from '../../../models/solar/solar-design.ts';
import { windDesign } from '../../../models/wind/wind-design.ts';

const DESIGNS = [loadDesign, solarDesign, windDesign, priceDesign];

describe('the inputs of the forecast models', () => {
  it.each(DESIGNS)('of $target have a name of their own, a unit, a meaning and a group', ({ target, features }) => {
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
    for (const { name, unit, doc, group } of features) {
      expect(unit, name).not.toBe('');
      expect(doc.length, name).toBeGreaterThan(6);
      expect(group, name).not.toBe('');
    }
    expect(new Set(features.map(({ group }) => group)).size).toBeGreaterThan(3);
    expect(FORECAST_MODELS[target].features).toEqual(features.map(({ name, unit, doc }) => ({ name, unit, doc })));
  });

  it('are more than fifty for each quantity', () => {
    expect(DESIGNS.filter(({ features }) => features.length <= 50).map(({ target }) => target)).toEqual([]);
  });
});
