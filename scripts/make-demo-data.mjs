/**
 * Makes resources/demo from the raw measured sets: `node scripts/make-demo-data.mjs <folder of the data sets>`.
 * What it does to the numbers, and why, stands in resources/demo/README.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const SLOT_MS = 600_000;
const SLOTS_PER_HOUR = 6;
const COUNTERS = [
  'pv_total_kwh',
  'import_total_kwh',
  'export_total_kwh',
  'battery_charge_total_kwh',
  'battery_discharge_total_kwh',
];
/** A counter that moves faster than this has caught up with something it missed, kWh in one slot (8 kW PV, 12 kW else). */
const FASTEST_KWH = { pv_total_kwh: 8 / SLOTS_PER_HOUR };
const FASTEST_ELSE_KWH = 12 / SLOTS_PER_HOUR;
/** All channels silent for longer than this is a gap of the logger, not a quiet house. */
const SILENT_SLOTS = 6;
/** The first readings after a gap average old and new counts, so a gap reaches this far to either side. */
const GAP_MARGIN_SLOTS = 3;
/** A single tick after a blank of more than three hours: half a tick each at the two ends of the blank. */
const LONG_BLANK_SLOTS = 18;
const ONE_TICK_KWH = 0.15;
const END_SLOTS = 3;
const PLACE = { latitude: 50.16, longitude: 8.55, timeZone: 'Europe/Berlin' };

const csvOf = (path) => {
  const [head, ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
};

/** Sine of the sun's height, enough to tell day from night (declination and hour angle, no equation of time). */
const sunHeight = (at) => {
  const day = (at / 86_400_000 + 10) % 365.25;
  const declination = -0.409 * Math.cos((2 * Math.PI * day) / 365.25);
  const hourAngle = ((((at / 3_600_000) % 24) + PLACE.longitude / 15 - 12) * Math.PI) / 12;
  const latitude = (PLACE.latitude * Math.PI) / 180;
  const sine =
    Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.max(0, sine);
};

const source = resolve(process.argv[2] ?? '');
if (process.argv[2] === undefined) throw new Error('Give the folder that holds eschborn_de_home and price_de_lu.');
const target = resolve(import.meta.dirname, '../resources/demo');
mkdirSync(target, { recursive: true });

const rows = csvOf(join(source, 'eschborn_de_home/counters_10min.csv.gz'));
const startAt = Date.parse(rows[0].timestamp_utc);
rows.forEach((row, slot) => {
  if (Date.parse(row.timestamp_utc) !== startAt + slot * SLOT_MS) throw new Error(`Row ${slot} is off the grid.`);
});

/** Slots in which the logger was silent on every channel for over an hour, with a margin. */
const missing = new Array(rows.length).fill(false);
const gaps = [];
let silentFrom = -1;
[...rows, null].forEach((row, slot) => {
  const silent = row !== null && Object.entries(row).every(([name, cell]) => name === 'timestamp_utc' || cell === '');
  if (silent && silentFrom < 0) silentFrom = slot;
  if (!silent && silentFrom >= 0) {
    if (slot - silentFrom > SILENT_SLOTS) {
      const gap = {
        from: Math.max(0, silentFrom - GAP_MARGIN_SLOTS),
        to: Math.min(rows.length, slot + GAP_MARGIN_SLOTS),
      };
      gaps.push(gap);
      missing.fill(true, gap.from, gap.to);
    }
    silentFrom = -1;
  }
});

/** Energy of each slot, kWh, from one lifetime counter. A reading is taken to stand in the middle of its slot. */
const energyOf = (name) => {
  const half = new Float64Array(rows.length * 2);
  const readings = [];
  rows.forEach((row, slot) => {
    if (row[name] === '') return;
    const value = Number(row[name]);
    const highest = readings.at(-1)?.value ?? value;
    // A counter never falls: a small step back is a flapping reading and waits until it is passed again.
    if (value < highest) return;
    readings.push({ slot, value });
    const fastest = FASTEST_KWH[name] ?? FASTEST_ELSE_KWH;
    for (let last = readings.length - 1; last >= 2; last -= 1) {
      const now = readings[last];
      const before = readings[last - 1];
      if (now.value - before.value <= fastest * (now.slot - before.slot)) break;
      if (gaps.some((gap) => before.slot >= gap.from && before.slot < gap.to)) break;
      readings.splice(last - 1, 1); // Spread what it caught up with over the span before as well.
      last = readings.length;
    }
  });
  for (let index = 1; index < readings.length; index += 1) {
    const before = readings[index - 1];
    const now = readings[index];
    const energy = now.value - before.value;
    const overGap = gaps.some((gap) => now.slot > gap.from && before.slot < gap.to);
    if (energy === 0 || (overGap && energy > ONE_TICK_KWH)) continue;
    const from = before.slot * 2 + 1;
    const to = now.slot * 2 + 1;
    const weight = new Float64Array(to - from).fill(1);
    if (name === 'pv_total_kwh') {
      for (let step = from; step < to; step += 1)
        weight[step - from] = sunHeight(startAt + (step + 0.5) * (SLOT_MS / 2));
    } else if (now.slot - before.slot > LONG_BLANK_SLOTS && energy <= ONE_TICK_KWH) {
      weight.fill(0);
      weight.fill(1, 0, END_SLOTS * 2);
      weight.fill(1, weight.length - END_SLOTS * 2);
    }
    let sum = weight.reduce((total, each) => total + each, 0);
    if (sum === 0) {
      weight.fill(1);
      sum = weight.length;
    }
    for (let step = from; step < to; step += 1) half[step] += (energy * weight[step - from]) / sum;
  }
  return Float64Array.from(rows, (_, slot) => half[slot * 2] + half[slot * 2 + 1]);
};

const energy = Object.fromEntries(COUNTERS.map((name) => [name, energyOf(name)]));
const pv = energy.pv_total_kwh;
const battery = energy.battery_charge_total_kwh.map((kwh, slot) => kwh - energy.battery_discharge_total_kwh[slot]);
const rawLoad = pv.map(
  (kwh, slot) => kwh + energy.import_total_kwh[slot] - energy.export_total_kwh[slot] - battery[slot],
);

/** Five counters tick at different moments: 1-2-1 smoothing takes the jitter out and keeps the energy. */
const load = Float64Array.from(rawLoad, (kwh, slot) =>
  missing[slot]
    ? 0
    : (kwh * 2 +
        (missing[slot - 1] ? kwh : (rawLoad[slot - 1] ?? kwh)) +
        (missing[slot + 1] ? kwh : (rawLoad[slot + 1] ?? kwh))) /
      4,
);
/** A slot below the floor borrows from the next two hours, then from the two before: the energy is kept. */
const FLOOR_KWH = 0.04 / SLOTS_PER_HOUR;
const NEAR = [...Array(12).keys()].flatMap((step) => [step + 1, -step - 1]);
let borrowed = 0;
let lost = 0;
for (let slot = 0; slot < load.length; slot += 1) {
  let lacking = FLOOR_KWH - load[slot];
  if (missing[slot] || lacking <= 0) continue;
  load[slot] = FLOOR_KWH;
  borrowed += 1;
  for (const step of NEAR) {
    const other = slot + step;
    if (lacking <= 0) break;
    if (other < 0 || other >= load.length || missing[other]) continue;
    const given = Math.max(0, Math.min(lacking, load[other] - FLOOR_KWH));
    load[other] -= given;
    lacking -= given;
  }
  lost += Math.max(0, lacking);
}

const watts = (kwh) => Math.round(kwh * SLOTS_PER_HOUR * 1000);
const homeLines = rows.map((_, slot) =>
  missing[slot] ? ',,' : `${watts(pv[slot])},${watts(load[slot])},${watts(battery[slot])}`,
);
const gzip = (text) => gzipSync(Buffer.from(text), { level: 9 });
writeFileSync(join(target, 'home_10min.csv.gz'), gzip(`pv_w,load_w,battery_w\n${homeLines.join('\n')}\n`));

const weather = csvOf(join(source, 'eschborn_de_home/weather_daily.csv.gz'));
const WEATHER = {
  local_date: 'local_date',
  temperature_max_c: 'temperature_2m_max',
  temperature_mean_c: 'temperature_2m_mean',
  temperature_min_c: 'temperature_2m_min',
  sunshine_s: 'sunshine_duration',
  daylight_s: 'daylight_duration',
  cloud_cover_pct: 'cloudcover_mean',
  wind_max_kmh: 'wind_speed_10m_max',
};
const weatherLines = weather.map((row) =>
  Object.values(WEATHER)
    .map((name) => row[name])
    .join(','),
);
writeFileSync(
  join(target, 'weather_daily.csv.gz'),
  gzip(`${Object.keys(WEATHER).join(',')}\n${weatherLines.join('\n')}\n`),
);

const prices = csvOf(join(source, 'price_de_lu/price_de_lu_hourly.csv.gz'));
const priceStartAt = Date.parse(prices[0].timestamp_utc);
const priceByAt = new Map(prices.map((row) => [Date.parse(row.timestamp_utc), row.day_ahead_eur_per_mwh]));
const priceEndAt = Math.max(...priceByAt.keys());
const priceLines = [];
for (let at = priceStartAt; at <= priceEndAt; at += 3_600_000) priceLines.push(priceByAt.get(at) ?? '');
writeFileSync(join(target, 'prices_hourly.csv.gz'), gzip(`day_ahead_eur_per_mwh\n${priceLines.join('\n')}\n`));

const meta = {
  place: PLACE,
  home: { startAt: new Date(startAt).toISOString(), stepMs: SLOT_MS, slots: rows.length },
  prices: { startAt: new Date(priceStartAt).toISOString(), stepMs: 3_600_000, hours: priceLines.length },
  provenance:
    'Measured at a home in Eschborn, Germany, March 2024 to September 2025 (MIT, StephanHerbert-data/Smart_home_Solar_panels), shown on this year’s calendar; weather Open-Meteo, prices Bundesnetzagentur | SMARD.de via energy-charts.info (CC BY 4.0).',
};
writeFileSync(join(target, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);

const total = (values) => values.reduce((sum, kwh, slot) => sum + (missing[slot] ? 0 : kwh), 0);
console.log({
  slots: rows.length,
  missing: missing.filter(Boolean).length,
  gaps: gaps.map((gap) => [new Date(startAt + gap.from * SLOT_MS).toISOString(), gap.to - gap.from]),
  pvKwh: total(pv),
  loadKwh: total(load),
  rawLoadKwh: total(rawLoad),
  batteryKwh: total(battery),
  negativeSlots: rawLoad.filter((kwh, slot) => !missing[slot] && kwh < 0).length,
  borrowed,
  lostKwh: lost,
  peakPvW: Math.max(...pv.map(watts)),
  peakLoadW: Math.max(...load.map(watts)),
});
