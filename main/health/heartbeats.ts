import type { Mode } from '../../preload/contract/base.ts';
import type { FlowRunner } from '../flows/types.ts';
import type { SiteId } from '../ids.ts';
import type { Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';

/** A sign of life of one part, read from outside. */
export interface Heartbeat {
  readonly name: string;
  /** What a person is told when it is missing, without the span: `The rules have not run`. */
  readonly sentence: string;
  readonly advice: string;
  /** Whether it has to come, and when it last did (any other value than before is a beat). */
  look(siteId: SiteId, now: number): { readonly mustBeat: boolean; readonly lastBeatAt: number | null };
}

const newest = (times: readonly (number | null | undefined)[]): number | null =>
  times.reduce<number | null>((last, at) => (at == null ? last : Math.max(last ?? at, at)), null);

export const ruleHeartbeat = (deps: {
  readonly store: Pick<Store, 'stops'>;
  mode(siteId: SiteId): Mode;
  lastAutomationRunAt(siteId: SiteId): number | null;
}): Heartbeat => ({
  name: 'rules',
  sentence: 'The rules have not run',
  advice: 'Nobody steers the house although it is on Automate. Restart CommandCenter, or press STOP.',
  look: (siteId) => ({
    mustBeat: deps.mode(siteId) === 'automate' && deps.store.stops.active(siteId) === undefined,
    lastBeatAt: deps.lastAutomationRunAt(siteId),
  }),
});

export const deviceHeartbeat = (telemetry: Pick<Telemetry, 'pollers'>): Heartbeat => ({
  name: 'devices',
  sentence: 'No device has answered',
  advice: 'Look at the network of the house first, then restart CommandCenter.',
  look: (siteId) => {
    const pollers = telemetry.pollers(siteId);
    return { mustBeat: pollers.length > 0, lastBeatAt: newest(pollers.map(({ lastOkAt }) => lastOkAt)) };
  },
});

/** Flows plan, forecast and back up. Only what is overdue is missed: between two appointments nothing has to run. */
export const flowHeartbeat = (flows: Pick<FlowRunner, 'list'>): Heartbeat => ({
  name: 'flows',
  sentence: 'Planned work has not run',
  advice: 'Forecasts and plans grow old. Restart CommandCenter.',
  look: (siteId, now) => {
    const views = flows.list(siteId);
    return {
      mustBeat: views.some(({ nextAt, running }) => running === null && nextAt !== null && nextAt < now),
      lastBeatAt: newest(views.flatMap(({ last, running }) => [last?.startedAt, running?.startedAt])),
    };
  },
});
