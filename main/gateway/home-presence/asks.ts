import { randomUUID } from 'node:crypto';
import type { Problem, SiteId } from '../../../preload/contract/base.ts';
import {
  type CommandInput,
  type CommandName,
  commands,
  type QueryInput,
  type QueryName,
  type QueryOutput,
  queries,
} from '../../../preload/contract.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Gateway } from '../types.ts';
import { MODES, PRESSED, type PresenceTopics } from './discovery.ts';
import { type PresentMiner, setpointIn } from './miners.ts';
import type { PresenceView } from './values.ts';

/** Who stands in the log for whatever comes from there. */
const HOME_ASSISTANT = 'Home Assistant';

type Handle = Pick<Gateway, 'handle'>;

/** A command as the gateway takes it from everybody. */
export interface AskedCommand<Name extends CommandName = CommandName> {
  readonly name: Name;
  readonly input: CommandInput<Name>;
}

const asCommand = <Name extends CommandName>(name: Name, input: CommandInput<Name>): AskedCommand<Name> => ({
  name,
  input,
});

/** What a message on one of our command topics asks for; null where it is none that we know. */
export const commandIn = (
  message: { readonly topic: string; readonly text: string },
  context: { readonly topics: PresenceTopics; readonly siteId: SiteId; readonly miners: readonly PresentMiner[] },
): AskedCommand | null => {
  const { miners, siteId, topics } = context;
  const { text, topic } = message;
  const asPerson = { siteId, who: HOME_ASSISTANT, surface: 'mqtt' } as const;
  if (topic === topics.stopPress) return text === PRESSED ? asCommand('stop.activate', asPerson) : null;
  if (topic === topics.modeSet) {
    const mode = MODES.find((known) => known === text);
    return mode === undefined ? null : asCommand('mode.set', { ...asPerson, mode });
  }
  const miner = miners.find(({ key }) => topics.miner(key).set === topic);
  const value = miner === undefined ? null : setpointIn(text, miner.control);
  if (miner === undefined || value === null) return null;
  const { channelId, deviceId } = miner;
  return asCommand('control.set', { ...asPerson, deviceId, channelId, value, reason: 'Home Assistant asked for it.' });
};

/** Through the one door that every surface goes through: it parses, checks, logs and decides. */
export const runCommand = async (gateway: Handle, { input, name }: AskedCommand): Promise<Result<void, Problem>> => {
  const reply = await gateway.handle(
    { kind: 'command', name, input: commands[name].input.parse(input), key: `home-assistant-${randomUUID()}` },
    { surface: 'mqtt' },
  );
  return reply.ok ? ok(undefined) : fail(reply.problem);
};

const ask = async <Name extends QueryName>(
  gateway: Handle,
  name: Name,
  input: QueryInput<Name>,
): Promise<QueryOutput<Name>> => {
  const reply = await gateway.handle({ kind: 'query', name, input }, { surface: 'mqtt' });
  if (!reply.ok) throw new Error(`${name}: ${reply.problem.message}`);
  return queries[name].output.parse(reply.value) as QueryOutput<Name>;
};

export const askStatus = (gateway: Handle): Promise<PresenceView['status']> => ask(gateway, 'center.status', {});

/** Live values and devices, which change by the second. */
export const askNow = async (gateway: Handle, siteId: SiteId): Promise<Pick<PresenceView, 'live' | 'devices'>> => {
  const [live, devices] = await Promise.all([
    ask(gateway, 'site.live', { siteId }),
    ask(gateway, 'devices.list', { siteId }),
  ]);
  return { live, devices };
};

/** Sentences and forecasts, which change by the minute. */
export const askOutlook = async (
  gateway: Handle,
  siteId: SiteId,
): Promise<Pick<PresenceView, 'overview' | 'solar' | 'load'>> => {
  const [overview, solar, load] = await Promise.all([
    ask(gateway, 'site.overview', { siteId }),
    ask(gateway, 'forecast.get', { siteId, kind: 'solar' }),
    ask(gateway, 'forecast.get', { siteId, kind: 'load' }),
  ]);
  return { overview, solar, load };
};
