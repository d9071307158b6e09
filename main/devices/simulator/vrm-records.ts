import type { VenusPath } from './venus-paths.ts';

/** Letters that VRM has for values of the system. */
const CODES: Readonly<Record<string, string>> = {
  'Dc/Battery/Soc': 'bs',
  'Dc/Battery/Voltage': 'bv',
  'Dc/Battery/Current': 'bc',
  'Dc/Battery/Power': 'bp',
  'Dc/Pv/Power': 'Pdc',
  'Ac/Consumption/L1/Power': 'a1',
  'Ac/Grid/L1/Power': 'g1',
};

/** One row of the diagnostics; a value that is not valid has none. Every other number comes as text. */
export const diagnosticRow = (
  { service, instance, path, value }: VenusPath,
  idSite: number,
  index: number,
  at: number,
) =>
  value === null
    ? null
    : {
        idSite,
        timestamp: at,
        Device: service === 'system' ? 'System overview' : service,
        instance,
        idDataAttribute: 1_000 + index,
        description: path,
        formatWithUnit: '%s',
        dbusServiceType: service,
        dbusPath: `/${path}`,
        code: CODES[path] ?? `x${index}`,
        formattedValue: `${value}`,
        rawValue: index % 2 === 0 ? `${value}` : value,
        id: index,
      };

const ATTRIBUTES: readonly (readonly [number, string, string])[] = [
  [47, 'V', 'Dc/0/Voltage'],
  [49, 'I', 'Dc/0/Current'],
  [51, 'SOC', 'Soc'],
  [115, 'BT', 'Dc/0/Temperature'],
];

/** Without an instance, or with a wrong one, it is a success that holds nothing. */
export const batteryWidget = (paths: readonly VenusPath[], wanted: number, secondsAgo: number) => {
  const found = paths.filter(({ service, instance }) => service === 'battery' && instance === wanted);
  const values = ATTRIBUTES.flatMap(([id, code, path]) => {
    const value = found.find((one) => one.path === path)?.value;
    return typeof value !== 'number'
      ? []
      : [
          [
            `${id}`,
            {
              code,
              idDataAttribute: id,
              secondsAgo,
              value: `${value}`,
              valueFloat: value,
              dbusServiceType: 'battery',
              dbusPath: `/${path}`,
              instance: wanted,
              hasOldData: false,
            },
          ] as const,
        ];
  });
  return {
    success: true,
    records: {
      data: { ...Object.fromEntries(values), hasOldData: false, secondsAgo: { value: secondsAgo } },
      meta: [],
      attributeOrder: values.map(([id]) => Number(id)),
    },
  };
};

const STEP_S: Readonly<Record<string, number>> = { '15mins': 900, hours: 3_600, days: 86_400 };
const LONGEST_S: Readonly<Record<string, number>> = { '15mins': 31 * 86_400, hours: 31 * 86_400, days: 180 * 86_400 };
const FLOWS = ['Pb', 'Pc', 'Pg', 'Gb', 'Gc', 'Bc', 'Bg'] as const;

/** A day's course that is the same each day: noon is brightest, and nothing went from the battery to the grid. */
export const pastPvW = (atS: number): number =>
  Math.max(0, Math.round(4_000 * Math.sin(((atS % 86_400) / 86_400 - 0.25) * 2 * Math.PI)));

/** Series of the past; null where the span is longer than VRM answers. */
export const statsOf = (search: URLSearchParams) => {
  const step = STEP_S[search.get('interval') ?? ''] ?? 3_600;
  const start = Number(search.get('start'));
  const end = Number(search.get('end'));
  if (end - start > (LONGEST_S[search.get('interval') ?? ''] ?? 0)) return null;
  const starts = Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, at) => start + at * step);
  const kwh = (at: number): number => (pastPvW(at) * step) / 3_600_000;
  const series: Record<string, unknown> = {};
  const totals: Record<string, unknown> = {};
  const asked = search.getAll('attributeCodes[]');
  if (search.get('type') === 'kwh' || asked.some((code) => FLOWS.some((flow) => flow === code)))
    for (const code of FLOWS) {
      const flows = code === 'Pc' || code === 'Pb';
      series[code] = flows ? starts.map((at) => [at * 1_000, kwh(at) / 2]) : false;
      totals[code] = flows ? starts.reduce((sum, at) => sum + kwh(at) / 2, 0) : false;
    }
  else {
    series['Pdc'] = starts.map((at) => [at * 1_000, pastPvW(at), pastPvW(at) - 5, pastPvW(at) + 5]);
    series['bs'] = starts.map((at) => [at * 1_000, 50, 49, 51]);
    series['bv'] = false;
  }
  return { status: 200, body: JSON.stringify({ success: true, records: starts.length === 0 ? [] : series, totals }) };
};
