import { z } from 'zod';

/**
 * What is read of each message; further members are let be. Text limits are the schema's (mobilityhouse/ocpp, v16) or
 * wider: a charger that is too wordy is still a charger.
 */
const text = z.string().max(500);
const connectorId = z.number().int().min(0).max(1_000);
const transactionId = z.number().int();

export const bootSchema = z.object({
  chargePointVendor: text,
  chargePointModel: text,
  firmwareVersion: text.optional(),
});
export type Boot = z.infer<typeof bootSchema>;

export const statusSchema = z.object({ connectorId, status: text, errorCode: text });

/** `value` is text by the specification; some chargers send a number. */
export const sampledValueSchema = z.object({
  value: z.union([z.string().max(2_500), z.number()]),
  context: text.optional(),
  format: text.optional(),
  measurand: text.default('Energy.Active.Import.Register'),
  phase: text.optional(),
  location: text.optional(),
  unit: text.optional(),
});
export type SampledValue = z.infer<typeof sampledValueSchema>;

export const meterValuesSchema = z.object({
  connectorId,
  transactionId: transactionId.optional(),
  meterValue: z.array(z.object({ timestamp: text, sampledValue: z.array(sampledValueSchema).max(200) })).max(200),
});
export type MeterValues = z.infer<typeof meterValuesSchema>;

export const startSchema = z.object({ connectorId, idTag: text, meterStart: z.number() });
export const stopSchema = z.object({ transactionId });

export const statusAnswerSchema = z.object({ status: text });
export const configurationSchema = z.object({
  configurationKey: z
    .array(z.object({ key: text, readonly: z.boolean(), value: z.string().max(5_000).optional() }))
    .max(500)
    .default([]),
  unknownKey: z.array(text).max(500).default([]),
});
export const compositeSchema = z.object({
  status: text,
  chargingSchedule: z
    .object({
      chargingRateUnit: text,
      chargingSchedulePeriod: z
        .array(
          z.object({ startPeriod: z.number(), limit: z.number(), numberPhases: z.number().min(0).max(3).optional() }),
        )
        .max(500),
    })
    .optional(),
});
export type Composite = z.infer<typeof compositeSchema>;
