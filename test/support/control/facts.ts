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
  readonly envelope: EnvelopeFacts;
}

/** What a person wrote down for the house, and how the things that it names are at the moment of the write. */
export interface EnvelopeFacts {
  /** Something of it could not be read. */
  readonly lost: boolean;
  /** What must never run with it. */
  readonly apart: readonly ('runs' | 'rests' | 'unknown')[];
  /** It is kept from the battery, and the battery is not held back. */
  readonly batteryLoose: boolean;
  readonly quiet: boolean;
  readonly warmth: readonly { readonly c: number | null; readonly low: number | null; readonly high: number | null }[];
  readonly batteryC: { readonly value: number; readonly usable: boolean } | null;
  readonly batteryLowC: number | null;
  readonly batteryHighC: number | null;
  /** Of a battery: whether the number is a most charge or discharge, and no setpoint. */
  readonly limits: 'charge' | 'discharge' | null;
  readonly mostInW: number;
  readonly mostOutW: number;
  /** Null where nobody typed it. */
  readonly inverterW: number | null;
  readonly houseW: { readonly value: number; readonly usable: boolean } | null;
  /** What flows on the phases that it draws on, where that is measured, A. */
  readonly ownPhasesA: readonly number[];
  /** On how many phases it draws, and how many the home has. */
  readonly drawsOn: number;
  readonly phases: number;
  readonly fuseA: number | null;
  readonly volts: number;
  readonly upAMinute: number | null;
  /** The poor case of the battery. */
  readonly poor: readonly { readonly hoursAhead: number; readonly pct: number }[];
  readonly capacityKwh: number | null;
  readonly hours: number;
}

/** Nobody wrote anything down. */
export const NO_ENVELOPE: EnvelopeFacts = {
  lost: false,
  apart: [],
  batteryLoose: false,
  quiet: false,
  warmth: [],
  batteryC: null,
  batteryLowC: null,
  batteryHighC: null,
  limits: null,
  mostInW: Number.POSITIVE_INFINITY,
  mostOutW: Number.POSITIVE_INFINITY,
  inverterW: null,
  houseW: null,
  ownPhasesA: [],
  drawsOn: 1,
  phases: 1,
  fuseA: null,
  volts: 230,
  upAMinute: null,
  poor: [],
  capacityKwh: null,
  hours: 0,
};
