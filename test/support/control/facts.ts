import type { Origin, Setpoint } from '../../../preload/contract/base.ts';

/**
 * What the independent oracle is told of one write on the wire. Deliberately another shape than the product's snapshot,
 * and nothing in this folder imports the envelope: the two may only agree by both being right.
 */
export interface WriteFacts {
  readonly origin: Origin;
  readonly value: Setpoint;
  readonly stopped: boolean;
  readonly mode: 'watch' | 'suggest' | 'automate';
  readonly role: string;
  readonly controllable: boolean;
  readonly safeState: Setpoint | null;
  /** Of a number; null for anything else. */
  readonly range: { readonly min: number; readonly max: number; readonly step: number; readonly unit: string } | null;
  /** The names that a choice takes; null for anything else. */
  readonly names: readonly string[] | null;
  /** A table's number of slots, and the inverter's most power; null for anything else. */
  readonly table: { readonly slots: number; readonly mostW: number } | null;
  readonly reachable: boolean;
  readonly punctual: boolean;
  /** As read back not longer than two minutes ago; undefined when nobody knows. */
  readonly state: Setpoint | undefined;
  readonly busy: boolean;
  readonly heldBy: { readonly origin: Origin; readonly untilAt: number } | null;
  readonly at: number;
  readonly soc: { readonly value: number; readonly usable: boolean } | null;
  readonly grid: { readonly value: number; readonly usable: boolean } | null;
  readonly criticalPct: number;
  readonly minimumPct: number;
  readonly noBattery: boolean;
  readonly importLimitW: number;
  readonly exportLimitW: number;
  readonly ratedW: number | null;
  readonly ownW: number | null;
  readonly sinceChangeMs: number | null;
  readonly switchesLastHour: number;
  readonly writesToday: number;
  readonly minOnMs: number;
  readonly minOffMs: number;
  readonly switchesAnHour: number;
  readonly writesADay: number;
}
