import { METRIC_UNITS } from '../../../preload/contract/base.ts';
import type { ChannelRole } from '../../../preload/contract/devices.ts';
import { measuredUnitOf } from '../measured-unit.ts';
import { ENTITIES } from './channels.ts';
import { DOMAINS, type Domain, parseEntityLines } from './entity-line.ts';
import type { EntityState } from './messages.ts';
import { isAvailable, sensorUnit } from './readings.ts';

/** A line that may stand in a field of the form, and what a person reads beside it. */
export interface SuggestedLine {
  readonly field: string;
  readonly line: string;
  readonly label: string;
}

/** What we publish to Home Assistant ourselves comes back as entities: reading it would go in a circle. */
const OUR_OWN = /^[a-z_]+\.commandcenter_/;
/** Only a first guess: the person decides, on a live value. */
const ROLE_WORDS: readonly (readonly [RegExp, ChannelRole])[] = [
  [/(^|_)(pv|solar|photovoltaic)(_|$)/, 'pv'],
  [/(^|_)(grid|mains|netz|smart_meter)(_|$)/, 'grid'],
  [/(^|_)(boiler|water_heater|immersion)(_|$)/, 'water-heater'],
  [/(^|_)(wallbox|charger|ev)(_|$)/, 'ev'],
  [/(^|_)(heat_pump|heatpump)(_|$)/, 'heat-pump'],
  [/(^|_)(miner|bitaxe|antminer|whatsminer)(_|$)/, 'miner'],
  [/(^|_)(battery|batt)(_|$)/, 'battery'],
];

const HOME_BATTERY = /(soc|state_of_charge|home_battery|house_battery|powerwall|storage|bms|inverter|pylontech|byd)/;

const numberIn = (state: EntityState, name: string): number | null => {
  const value = state.attributes[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};
const textIn = (state: EntityState, name: string): string | null => {
  const value = state.attributes[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
const listIn = (state: EntityState, name: string): readonly string[] => {
  const value = state.attributes[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '' && !one.includes(',')) : [];
};

const guess = ({ entity_id }: EntityState, unless: ChannelRole): ChannelRole =>
  ROLE_WORDS.find(([word]) => word.test(entity_id.replace('.', '_')))?.[1] ?? unless;

const quoted = (text: string): string => (/^[^\s"']+$/.test(text) ? text : `"${text.replaceAll('"', '')}"`);
const tidy = (value: number): string => `${Number(value.toFixed(2))}`;

const wordsOf = (state: EntityState, domain: Domain, isFahrenheit: boolean): string | null => {
  const words = (parts: Readonly<Record<string, string | null>>): string =>
    Object.entries(parts)
      .flatMap(([key, value]) => (value === null ? [] : [` ${key}=${quoted(value)}`]))
      .join('');
  switch (DOMAINS[domain]) {
    case 'sensor': {
      const unit = sensorUnit(state, null);
      if (unit === null) return null;
      // Remote controls and phones have batteries too.
      const isHomeBattery = unit.metric !== 'socPct' || HOME_BATTERY.test(state.entity_id);
      const isSetup = textIn(state, 'state_class') === null && textIn(state, 'device_class') === null;
      return isHomeBattery && !isSetup ? `${guess(state, 'none')}` : null;
    }
    case 'switch':
      return domain === 'light' ? 'none' : guess(state, 'other-load');
    case 'number': {
      const [min, max, step] = [numberIn(state, 'min'), numberIn(state, 'max'), numberIn(state, 'step')];
      const unit = textIn(state, 'unit_of_measurement');
      if (min === null || max === null || unit === null || measuredUnitOf(unit) === null) return null;
      return `none${words({ unit, min: `${min}`, max: `${max}`, step: `${step ?? 1}` })}`;
    }
    case 'choice': {
      const options = listIn(state, 'options');
      return options.length >= 2 ? `none${words({ options: options.join(',') })}` : null;
    }
    case 'climate': {
      const celsius = (name: string): string | null => {
        const value = numberIn(state, name);
        return value === null ? null : tidy(isFahrenheit ? ((value - 32) * 5) / 9 : value);
      };
      const modes = listIn(state, domain === 'climate' ? 'hvac_modes' : 'operation_list');
      const [min, max] = [celsius('min_temp'), celsius('max_temp')];
      const range = min !== null && max !== null && Number(max) > Number(min) ? { min, max } : {};
      const list = modes.length >= 2 ? { modes: modes.join(',') } : {};
      return `${domain === 'climate' ? 'climate' : 'water-heater'}${words({ ...range, ...list })}`;
    }
  }
};

const labelOf = (state: EntityState, domain: Domain): string => {
  const name = textIn(state, 'friendly_name') ?? state.entity_id;
  if (!isAvailable(state)) return `${name} (not available now)`;
  const unit = textIn(state, 'unit_of_measurement');
  const metric = DOMAINS[domain] === 'sensor' ? sensorUnit(state, null)?.metric : undefined;
  const shown = unit === null ? state.state : `${state.state} ${unit}`;
  return metric !== undefined && METRIC_UNITS[metric] !== unit
    ? `${name}: ${shown} (as ${METRIC_UNITS[metric]})`
    : `${name}: ${shown}`;
};

/** Lines for every entity that could be a channel here, by unit and class; what cannot be written as a line is left out. */
export const suggestedLines = (states: readonly EntityState[], isFahrenheit: boolean): readonly SuggestedLine[] =>
  states.flatMap((state) => {
    const domain = (Object.keys(DOMAINS) as Domain[]).find((known) => state.entity_id.startsWith(`${known}.`));
    if (domain === undefined || OUR_OWN.test(state.entity_id)) return [];
    const words = wordsOf(state, domain, isFahrenheit);
    if (words === null) return [];
    const line = `${state.entity_id} = ${words}`;
    return parseEntityLines(line).problems.length > 0
      ? []
      : [{ field: ENTITIES, line, label: labelOf(state, domain).slice(0, 120) }];
  });
