import type { z } from 'zod';
import type { Result } from '../../result.ts';
import type { Boot } from './messages.ts';
import type { Samples } from './samples.ts';

/** One plug of a charger, as it was last told. */
export interface Connector {
  readonly status: string | null;
  readonly errorCode: string | null;
  readonly samples: Samples;
  /** Of the transaction that runs; null where none does or none was told. */
  readonly transactionId: number | null;
  /** How often meter values came: to know whether new ones have come. */
  readonly meterMessages: number;
}

export const EMPTY_CONNECTOR: Connector = {
  status: null,
  errorCode: null,
  samples: new Map(),
  transactionId: null,
  meterMessages: 0,
};

/** What the answers to a charger's calls read and change. */
export interface ChargePointMemory {
  boot: Boot | null;
  readonly connectors: Map<number, Connector>;
  lastTransactionId: number;
}

/** What a charger can do, as it says itself. */
export interface Features {
  readonly smartCharging: boolean;
  readonly remoteTrigger: boolean;
  readonly rateUnit: 'A' | 'W';
  readonly maxStackLevel: number;
}

/** A call to the charger whose answer is checked. */
export type CheckedCall = <Schema extends z.ZodType>(
  action: string,
  payload: object,
  schema: Schema,
  signal: AbortSignal,
) => Promise<Result<z.output<Schema>>>;
