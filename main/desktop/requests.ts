import type { Mode, Surface } from '../../preload/contract/base.ts';
import type { PendingProposal } from '../../preload/contract/control.ts';
import type { MessageSettings } from '../../preload/contract/messages.ts';
import type { LiveState } from '../../preload/contract/site.ts';
import type { CommandInput, CommandName, QueryInput, QueryName, QueryOutput, Reply } from '../../preload/contract.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { DesktopCenter } from './types.ts';

const PAUSE_MS = 3_600_000;
/** The newest entries in which an answer just given is looked for. */
const SEARCHED = 50;

export type Verdict = 'approve' | 'deny';

/**
 * What a person may do outside the window. Each goes through the contract like a click in the page, with the surface
 * that was used; a problem comes back as a sentence to show.
 */
export interface Requests {
  stop(surface: Surface): Promise<string | null>;
  setMode(mode: Mode, surface: Surface): Promise<string | null>;
  /** Whether all rules only write down what they would do. */
  setTestMode(on: boolean, surface: Surface): Promise<string | null>;
  pauseMiners(miners: LiveState['loads'], surface: Surface): Promise<string | null>;
  /** Whatever is pressed on whichever surface, the first answer stands; a later one hears what was decided. */
  answer(proposal: PendingProposal, verdict: Verdict, surface: Surface): Promise<string | null>;
  proposals(): Promise<readonly PendingProposal[]>;
  /** Local hours of the site in which nobody is disturbed; null where there are none. */
  quiet(): Promise<MessageSettings['quiet']>;
  live(): Promise<LiveState | null>;
}

/** `who` is the name of the operating system's user: kept in the log. */
export const createRequests = (center: DesktopCenter, who: string, log: Log): Requests => {
  const ask = async (request: object, surface: Surface): Promise<Reply<unknown>> => {
    try {
      return await center.handle(request, { surface });
    } catch (thrown) {
      const message = messageOf(thrown);
      log.error('The center threw', { message });
      return { ok: false, problem: { code: 'center.bug', kind: 'permanent', message, advice: 'Look at the log.' } };
    }
  };
  const command = async <Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
    surface: Surface,
  ): Promise<string | null> => {
    const reply = await ask({ kind: 'command', name, input, key: newId(surface) }, surface);
    if (reply.ok) return null;
    log.warn('A request from the desktop was not done', { name, code: reply.problem.code });
    return `${reply.problem.message} ${reply.problem.advice}`;
  };
  const query = async <Name extends QueryName>(name: Name, input: QueryInput<Name>) => {
    const reply = await ask({ kind: 'query', name, input }, 'system');
    return reply.ok ? (reply.value as QueryOutput<Name>) : null;
  };
  const siteId = () => center.status().activeSiteId;
  return {
    stop: (surface) => command('stop.activate', { siteId: siteId(), who, surface }, surface),
    setMode: (mode, surface) => command('mode.set', { siteId: siteId(), who, surface, mode }, surface),
    setTestMode: (on, surface) => command('rules.setTestMode', { siteId: siteId(), who, on }, surface),
    pauseMiners: async (miners, surface) => {
      const said = await Promise.all(
        miners.map(({ deviceId, channelId }) =>
          command(
            'control.set',
            {
              siteId: siteId(),
              deviceId,
              channelId,
              value: false,
              who,
              surface,
              reason: 'Paused for one hour.',
              holdMs: PAUSE_MS,
            },
            surface,
          ),
        ),
      );
      return said.find((problem) => problem !== null) ?? null;
    },
    answer: async ({ id, siteId }, verdict, surface) => {
      const name = verdict === 'approve' ? 'control.approve' : 'control.deny';
      const problem = await command(name, { siteId, proposalId: id, who, surface }, surface);
      if (problem !== null) return problem;
      const settled = (await query('control.settledProposals', { siteId, limit: SEARCHED }))?.find(
        (one) => one.proposal.id === id,
      );
      // Somebody else was quicker with the same answer.
      if (settled && (settled.who !== who || settled.surface !== surface)) return settled.sentence;
      if (verdict === 'deny' || !settled) return null;
      // A yes permits, it does not force: what the safety layer refused after all is said.
      const actions = await query('control.actions', { siteId, limit: SEARCHED });
      const action = actions?.find((one) => one.id === settled.actionId);
      return action?.outcome === 'refused' ? `Approved, but not done. ${action.sentence}` : null;
    },
    quiet: async () => (await query('messages.get', { siteId: siteId() }))?.settings.quiet ?? null,
    proposals: async () => (await query('control.proposals', { siteId: siteId() })) ?? [],
    live: () => query('site.live', { siteId: siteId() }),
  };
};
