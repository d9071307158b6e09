import { z } from 'zod';

/** The components of a status that this driver reads, as every generation from 2 on names them. Unknown members are let be. */
const amount = z.number().nullish();
/** Unix time in s that is a time at all. */
export const unixS = z.number().min(0).max(8.64e12);
/** A day's timer and more, s. */
export const spanS = z.number().min(0).max(1e9);
const counter = z.object({ total: amount }).nullish();

/** PM1, and the meter of a relay. A model without a meter has no power keys; a partial notification only what changed. */
export const meterSchema = z.object({
  id: z.number().int(),
  apower: amount,
  voltage: amount,
  current: amount,
  freq: amount,
  /** Wh. Where returned energy is counted too, `aenergy.total` includes it. */
  aenergy: counter,
  ret_aenergy: counter,
  temperature: z.object({ tC: amount }).nullish(),
  /** Only there while something is wrong. */
  errors: z.array(z.string()).nullish(),
});
export type MeterStatus = z.infer<typeof meterSchema>;

/** A relay; the timer members are there only while a timer runs. */
export const switchStatusSchema = meterSchema.extend({
  source: z.string().optional(),
  output: z.boolean().nullish(),
  timer_started_at: unixS.nullish(),
  timer_duration: spanS.nullish(),
});

/** EM: the three-phase meter, W, V, A, Hz; an export is negative. */
export const emStatusSchema = z.object({
  id: z.number().int(),
  total_act_power: amount,
  total_current: amount,
  a_act_power: amount,
  a_voltage: amount,
  a_current: amount,
  a_freq: amount,
  b_act_power: amount,
  b_voltage: amount,
  b_current: amount,
  b_freq: amount,
  c_act_power: amount,
  c_voltage: amount,
  c_current: amount,
  c_freq: amount,
});
export type EmStatus = z.infer<typeof emStatusSchema>;

/** EMData: Wh, counted phase by phase and never netted across them. */
export const emDataSchema = z.object({
  id: z.number().int(),
  total_act: amount,
  total_act_ret: amount,
  a_total_act_energy: amount,
  a_total_act_ret_energy: amount,
  b_total_act_energy: amount,
  b_total_act_ret_energy: amount,
  c_total_act_energy: amount,
  c_total_act_ret_energy: amount,
});
export type EmData = z.infer<typeof emDataSchema>;

/** EM1: one clamp. */
export const em1StatusSchema = z.object({
  id: z.number().int(),
  act_power: amount,
  voltage: amount,
  current: amount,
  freq: amount,
});

/** EM1Data: Wh. */
export const em1DataSchema = z.object({
  id: z.number().int(),
  total_act_energy: amount,
  total_act_ret_energy: amount,
});

export const temperatureSchema = z.object({ id: z.number().int(), tC: amount });
export const humiditySchema = z.object({ id: z.number().int(), rh: amount });

/** The thermostat of a wall display. */
export const thermostatSchema = z.object({
  id: z.number().int(),
  enable: z.boolean().nullish(),
  current_C: amount,
  target_C: amount,
  output: z.boolean().nullish(),
});

/** A radiator valve behind a BLU gateway; `last_updated_ts` is when it last spoke, unix s of the gateway's clock. */
export const bluTrvSchema = z.object({
  id: z.number().int(),
  current_C: amount,
  target_C: amount,
  pos: amount,
  paired: z.boolean().nullish(),
  last_updated_ts: unixS.nullish(),
});
