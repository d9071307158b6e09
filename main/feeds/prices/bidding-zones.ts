import type { OptionField } from '../../../preload/contract/devices.ts';
import type { FeedPlace } from '../types.ts';

/** Energy identification codes of the price zones in ENTSO-E's registry. */
export const EIC: Readonly<Record<string, string>> = {
  'DE-LU': '10Y1001A1001A82H',
  AT: '10YAT-APG------L',
  BE: '10YBE----------2',
  NL: '10YNL----------L',
  FR: '10YFR-RTE------C',
  CH: '10YCH-SWISSGRIDZ',
  CZ: '10YCZ-CEPS-----N',
  PL: '10YPL-AREA-----S',
  DK1: '10YDK-1--------W',
  DK2: '10YDK-2--------M',
  SE1: '10Y1001A1001A44P',
  SE2: '10Y1001A1001A45N',
  SE3: '10Y1001A1001A46L',
  SE4: '10Y1001A1001A47J',
  NO1: '10YNO-1--------2',
  NO2: '10YNO-2--------T',
  NO3: '10YNO-3--------J',
  NO4: '10YNO-4--------9',
  NO5: '10Y1001A1001A48H',
  FI: '10YFI-1--------U',
  EE: '10Y1001A1001A39I',
  LV: '10YLV-1001A00074',
  LT: '10YLT-1001A0008Q',
  ES: '10YES-REE------0',
  PT: '10YPT-REN------W',
  'IT-North': '10Y1001A1001A73I',
  HU: '10YHU-MAVIR----U',
  SI: '10YSI-ELES-----O',
  SK: '10YSK-SEPS-----K',
  RO: '10YRO-TEL------P',
  BG: '10YCA-BULGARIA-R',
  HR: '10YHR-HEP------M',
  GR: '10YGR-HTSO-----Y',
  'IE-SEM': '10Y1001A1001A59C',
};

/** Countries that are one price zone; Sweden, Norway, Denmark and Italy are not and must be chosen. */
const ZONE_OF_TIME_ZONE: Readonly<Record<string, string>> = {
  'Europe/Berlin': 'DE-LU',
  'Europe/Busingen': 'DE-LU',
  'Europe/Luxembourg': 'DE-LU',
  'Europe/Vienna': 'AT',
  'Europe/Brussels': 'BE',
  'Europe/Amsterdam': 'NL',
  'Europe/Paris': 'FR',
  'Europe/Zurich': 'CH',
  'Europe/Prague': 'CZ',
  'Europe/Warsaw': 'PL',
  'Europe/Helsinki': 'FI',
  'Europe/Tallinn': 'EE',
  'Europe/Riga': 'LV',
  'Europe/Vilnius': 'LT',
  'Europe/Madrid': 'ES',
  'Europe/Lisbon': 'PT',
  'Europe/Budapest': 'HU',
  'Europe/Ljubljana': 'SI',
  'Europe/Bratislava': 'SK',
  'Europe/Bucharest': 'RO',
  'Europe/Sofia': 'BG',
  'Europe/Zagreb': 'HR',
  'Europe/Athens': 'GR',
  'Europe/Dublin': 'IE-SEM',
};

/** The form's field for a price zone. */
export const zoneOption = (zones: readonly string[]): OptionField => ({
  name: 'zone',
  label: 'Price zone',
  help: 'The bidding zone that your home lies in; left empty it follows from the time zone where a country is one zone.',
  kind: 'choice',
  required: false,
  choices: zones.map((zone) => ({ value: zone, label: zone })),
});

/** The price zone of a home: the chosen one, else the one of its country; null where it cannot be known. */
export const zoneOf = (place: FeedPlace): string | null => {
  const chosen = place.options['zone']?.trim() ?? '';
  return chosen !== '' ? chosen : (ZONE_OF_TIME_ZONE[place.site.timeZone] ?? null);
};

/** Why this home's zone is none of `zones`; null where it is one. */
export const zoneRefusal = (place: FeedPlace, zones: readonly string[]): string | null => {
  const zone = zoneOf(place);
  if (zone === null) return 'Choose the price zone of your home to use it.';
  return zones.includes(zone) ? null : `It has no prices of the zone ${zone}.`;
};
