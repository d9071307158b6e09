import type { SwitchSource } from './shelly-relay.ts';

/** An error frame with the vendor's codes. */
export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export type MethodTable = Readonly<
  Record<string, (params: ReadonlyMap<string, unknown>, by: SwitchSource, acts: boolean) => unknown>
>;

/** The component id of a call. */
export const needId = (params: ReadonlyMap<string, unknown>): number => {
  const asked = params.get('id');
  if (typeof asked !== 'number') throw new RpcError(-103, "Missing or bad argument 'id'!");
  return asked;
};

export const parameters = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
