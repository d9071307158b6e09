import { saySetpoint } from '../../control/words.ts';
import { findChannel } from '../check/types.ts';
import type { RuleNames } from '../rules/types.ts';
import type { ReplayHome } from './types.ts';

/** What a home calls its things; an id that it does not know answers itself. */
export const namesOf = ({ channels, deviceNames, workflowNames, site }: ReplayHome): RuleNames => {
  const named = (names: Readonly<Record<string, string>>, id: string): string =>
    Object.hasOwn(names, id) ? (names[id] ?? id) : id;
  return {
    channel: (ref) => findChannel(channels, ref)?.config.name ?? `${ref.deviceId}/${ref.channelId}`,
    device: (id) => named(deviceNames, id),
    workflow: (id) => named(workflowNames, id),
    setpoint: (ref, value) => saySetpoint(value, findChannel(channels, ref)?.control ?? null),
    currency: site.currency,
  };
};
