/** What the simulator of generation 2 and later can be, after captured devices. */
export interface ShellyShape {
  readonly app: string;
  readonly model: string;
  readonly prefix: string;
  readonly gen: 2 | 3 | 4;
  readonly relays: number;
  /** Whether the relays measure. */
  readonly metered: boolean;
  /** Whether returned energy is counted, and so included in the total. */
  readonly returned?: boolean;
  readonly meter?: 'em' | 'em1' | 'pm1';
  readonly thermostat?: boolean;
  /** Ids of radiator valves behind a gateway. */
  readonly valves?: readonly number[];
  /** Built-in thermometer as a component of its own, °C. */
  readonly temperatureC?: number;
  readonly humidityPct?: number;
}

export const SHELLY_MODELS = {
  Plus1PM: { app: 'Plus1PM', model: 'SNSW-001P16EU', prefix: 'shellyplus1pm', gen: 2, relays: 1, metered: true },
  PlusPlugS: { app: 'PlusPlugS', model: 'SNPL-00112EU', prefix: 'shellyplusplugs', gen: 2, relays: 1, metered: true },
  Mini1G4: { app: 'Mini1G4', model: 'S4SW-001X8EU', prefix: 'shelly1minig4', gen: 4, relays: 1, metered: false },
  Plug1PMG3: {
    app: 'S1PMG3',
    model: 'S3SW-001P16EU',
    prefix: 'shelly1pmg3',
    gen: 3,
    relays: 1,
    metered: true,
    returned: true,
  },
  Pro4PM: { app: 'Pro4PM', model: 'SPSW-004PE16EU', prefix: 'shellypro4pm', gen: 2, relays: 4, metered: true },
  Pro3EM: {
    app: 'Pro3EM',
    model: 'SPEM-003CEBEU',
    prefix: 'shellypro3em',
    gen: 2,
    relays: 0,
    metered: false,
    meter: 'em',
    temperatureC: 46.6,
  },
  Pro3EMMono: {
    app: 'Pro3EM',
    model: 'SPEM-003CEBEU',
    prefix: 'shellypro3em',
    gen: 2,
    relays: 0,
    metered: false,
    meter: 'em1',
    temperatureC: 46.6,
  },
  PMMini: {
    app: 'MiniPMG3',
    model: 'S3PM-001PCEU16',
    prefix: 'shellypmminig3',
    gen: 3,
    relays: 0,
    metered: false,
    returned: true,
    meter: 'pm1',
  },
  WallDisplay: {
    app: 'WallDisplay',
    model: 'SAWD-0A1XX10EU1',
    prefix: 'ShellyWallDisplay',
    gen: 2,
    relays: 1,
    metered: false,
    thermostat: true,
    temperatureC: 21.3,
    humidityPct: 43.8,
  },
  BluGwG3: {
    app: 'BluGwG3',
    model: 'S3GW-1DBT001',
    prefix: 'shellyblugwg3',
    gen: 3,
    relays: 0,
    metered: false,
    valves: [200, 201],
  },
} as const satisfies Readonly<Record<string, ShellyShape>>;
export type ShellyModel = keyof typeof SHELLY_MODELS;

export const shapeOf = (model: ShellyModel): ShellyShape => SHELLY_MODELS[model];
