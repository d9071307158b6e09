import { z } from 'zod';

/** Numbers often arrive as text. Text that is no number, and an empty one, is no value. */
const looseNumber = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => {
    if (value === null || value === undefined || value === '') return null;
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  });
export type LooseNumber = z.infer<typeof looseNumber>;

const flag = z
  .union([z.boolean(), z.literal(0), z.literal(1), z.literal('true'), z.literal('false')])
  .nullish()
  .transform((value) =>
    value === null || value === undefined ? null : value === true || value === 1 || value === 'true',
  );

/** Every answer; a refusal comes with HTTP 200 too. */
export const envelopeSchema = z.object({
  code: looseNumber,
  msg: z.string().nullish(),
  success: z.boolean().nullish(),
  data: z.unknown().optional(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish(),
  expires_in: looseNumber,
});
export type TokenAnswer = z.infer<typeof tokenSchema>;

export const keySchema = z.string().min(50);

export const plantsSchema = z.object({
  infos: z.array(z.object({ id: z.union([z.number(), z.string()]).transform(String), name: z.string().nullish() })),
});

export const invertersSchema = z.object({
  infos: z.array(
    z.object({
      sn: z.string().min(1),
      status: looseNumber,
      model: z.string().nullish(),
      version: z.object({ masterVer: z.string().nullish(), softVer: z.string().nullish() }).nullish(),
      updateAt: z.string().nullish(),
    }),
  ),
});
export type InverterInfo = z.infer<typeof invertersSchema>['infos'][number];

export const flowSchema = z.object({
  pvPower: looseNumber,
  minPower: looseNumber,
  battPower: looseNumber,
  gridOrMeterPower: looseNumber,
  loadOrEpsPower: looseNumber,
  genPower: looseNumber,
  soc: looseNumber,
  toBat: flag,
  batTo: flag,
  toGrid: flag,
  gridTo: flag,
  existsGen: flag,
  existsMeter: flag,
  bmsCommFaultFlag: flag,
});
export type Flow = z.infer<typeof flowSchema>;

export const batterySchema = z.object({
  power: looseNumber,
  current: looseNumber,
  voltage: looseNumber,
  temp: looseNumber,
  soc: looseNumber,
  etodayChg: looseNumber,
  etodayDischg: looseNumber,
  etotalChg: looseNumber,
  etotalDischg: looseNumber,
  chargeCurrentLimit: looseNumber,
  dischargeCurrentLimit: looseNumber,
});
export type BatteryNow = z.infer<typeof batterySchema>;

export const gridSchema = z.object({
  vip: z.array(z.object({ volt: looseNumber })).nullish(),
  pac: looseNumber,
  fac: looseNumber,
  limiterTotalPower: looseNumber,
  etodayFrom: looseNumber,
  etodayTo: looseNumber,
  etotalFrom: looseNumber,
  etotalTo: looseNumber,
});
export type GridNow = z.infer<typeof gridSchema>;

export const inputSchema = z.object({
  pvIV: z.array(z.object({ pvNo: looseNumber, vpv: looseNumber, ipv: looseNumber, ppv: looseNumber })).nullish(),
  etoday: looseNumber,
  etotal: looseNumber,
});
export type InputNow = z.infer<typeof inputSchema>;

/** All values are text; numbers and booleans are seen too. */
export const settingsSchema = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean()])
    .nullish()
    .catch(null)
    .transform((value) => (value === null || value === undefined ? null : String(value))),
);
export type CloudSettings = z.infer<typeof settingsSchema>;
