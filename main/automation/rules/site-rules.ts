import type { Rule, RuleFiring, RuleView } from '../../../preload/contract/rules.ts';
import type { Site } from '../../../preload/contract/site.ts';
import { leaseOwner } from '../../control/leases.ts';
import type { SiteId } from '../../ids.ts';
import type { StoredRule } from '../../store/rules.ts';
import { type Asked, createAsking, hasBorrowed } from './asking.ts';
import { type Claim, channelKey, createClaims, settleClaims } from './claims.ts';
import { createCrossings } from './crossings.ts';
import { actOnce } from './edge-acts.ts';
import type { RulesDeps } from './engine-types.ts';
import { createLiveWorld } from './live-world.ts';
import { lookAtRule } from './look.ts';
import { createLookedAt } from './looked-at.ts';
import { createMemories } from './memories.ts';
import { createRounds, isDry, type Looked } from './rounds.ts';
import { namesOf } from './rule-names.ts';
import { viewOf } from './rule-views.ts';
import { capital, joined, sentenceOfAction } from './sentences.ts';
import { isTestMode } from './test-mode.ts';
import type { RuleLook, RuleNames, RuleWorld } from './types.ts';
import { createWakes } from './wakes.ts';

export interface SiteRules {
  /** Looks at all rules once and asks for what they want; answers when the next look is due at the latest, or null. */
  tick(): number | null;
  /** Whether a live value crossed a limit since the last call. */
  hasCrossed(): boolean;
  list(): readonly RuleView[];
  reload(): void;
  askAnew(): void;
  world(): RuleWorld | null;
  lastTick(): { readonly at: number; readonly tookMs: number } | null;
}

const NAMES_KEPT_MS = 60_000;

/** The rules of one site: what they remember, what they want, and what came of it. */
export const createSiteRules = (deps: RulesDeps, siteId: SiteId): SiteRules => {
  const { store, clock, bus, commander } = deps;
  const asking = createAsking(deps);
  const claimsFor = createClaims();
  const lookedAt = createLookedAt(store.state, siteId);
  const wakes = createWakes();
  /** Owners of leases that a rule of this site took, also one that was renamed or removed since. */
  const owners = new Set<string>();
  /** What stands against a rule, for the list: another rule, a person, the envelope. */
  const notes = new Map<string, string>();
  /** Rules whose present side has been asked for: the first time is written down as a firing. */
  const engaged = new Set<string>();
  let rules: readonly StoredRule[] = [];
  let memories = createMemories(store, siteId);
  let lookAtAll = createRounds([], memories.of, lookedAt);
  let bandOf = createCrossings([]);
  let band: string | null = null;
  let names: { readonly at: number; readonly value: RuleNames } | null = null;
  let last: { readonly at: number; readonly tookMs: number } | null = null;

  const reload = (): void => {
    rules = store.rules.list(siteId);
    memories = createMemories(store, siteId);
    lookAtAll = createRounds(rules, memories.of, lookedAt);
    bandOf = createCrossings(rules.map(({ rule }) => rule));
    band = null;
    wakes.forget();
    for (const { rule } of rules) owners.add(leaseOwner('rule', rule.name));
    const known = new Set(rules.map(({ rule }) => rule.id));
    for (const id of [...engaged]) if (!known.has(id)) engaged.delete(id);
    for (const id of [...notes.keys()]) if (!known.has(id)) notes.delete(id);
    asking.forget();
  };
  reload();

  /** Reading every device for its name at each look would take longer than the look. */
  const namesAt = (site: Site, atMs: number): RuleNames => {
    if (names === null || atMs - names.at >= NAMES_KEPT_MS) names = { at: atMs, value: namesOf(deps, site) };
    return names.value;
  };
  const worldAt = (at: number): RuleWorld | null => {
    const site = store.sites.get(siteId);
    return site ? createLiveWorld(deps, site, namesAt(site, clock.monotonicMs()), at, lookedAt.of('acting')) : null;
  };

  /** One rule by itself, for the list: what a look says is not kept. */
  const lookAt = (stored: StoredRule, world: RuleWorld, testMode: boolean): RuleLook => {
    const seen = isDry(stored, testMode) ? { ...world, lookedAt: lookedAt.of('dry') } : world;
    return lookAtRule(stored.rule, seen, memories.of(stored.rule));
  };

  const sayActions = (rule: Rule, branch: RuleFiring['branch'], world: RuleWorld): string =>
    `${capital(joined(rule[branch].map((action) => sentenceOfAction(action, world.names))))}.`;

  const write = (
    { stored: { rule }, look }: Looked,
    world: RuleWorld,
    branch: RuleFiring['branch'],
    how: RuleFiring['how'],
    asked: readonly Asked[],
  ): void => {
    const told = [...new Set(asked.flatMap(({ note }) => note ?? []))];
    store.rules.addFiring(siteId, {
      at: world.at,
      ruleId: rule.id,
      ruleName: rule.name,
      branch,
      how,
      sentence: [look.why, sayActions(rule, branch, world), ...told].join(' '),
      actionIds: asked.flatMap(({ actionId }) => actionId ?? []),
    });
  };

  const branchOfEdge = ({ look, stored: { rule } }: Looked): RuleFiring['branch'] | null => {
    if (look.edge === 'begins') return 'actions';
    return look.edge === 'ends' && rule.otherwise.length > 0 ? 'otherwise' : null;
  };

  /** What a rule that turned borrowed or asked for is no longer wanted: an open question about it is taken back. */
  const takeBackQuestions = (ended: readonly Looked[]): void => {
    const asked = ended.length === 0 ? [] : commander.pending(siteId);
    const open = new Set(asked.map(channelKey));
    for (const {
      stored: { rule },
      look,
    } of ended)
      for (const action of rule.actions)
        if ('channel' in action && open.has(channelKey(action.channel)))
          commander.withdraw(
            { siteId, ...action.channel, origin: 'rule', who: rule.name },
            `“${rule.name}” no longer wants it: ${look.why}`,
          );
  };

  const act = (looked: readonly Looked[], world: RuleWorld): void => {
    const isOfRule = (owner: string): boolean => owners.has(owner);
    const claims: Claim[] = [];
    const leases = asking.leases(siteId);
    for (const each of looked)
      claims.push(...claimsFor(each, (ruleName, channel) => hasBorrowed(leases, ruleName, channel)));
    const { won, lost } = settleClaims(claims);
    const winners = new Set(won.map(({ ruleId }) => ruleId));
    const byId = new Map<string, Looked>();
    for (const each of looked) if (winners.has(each.stored.rule.id)) byId.set(each.stored.rule.id, each);
    const answers = new Map<string, Asked[]>();
    const answer = (ruleId: string, asked: Asked): void => {
      const list = answers.get(ruleId);
      if (list) list.push(asked);
      else answers.set(ruleId, [asked]);
    };

    takeBackQuestions(looked.filter(({ look }) => look.edge === 'ends'));
    for (const claim of won) {
      const owner = byId.get(claim.ruleId);
      if (owner)
        answer(
          claim.ruleId,
          asking.ask(siteId, claim, () => reasonOf(claim, owner.look), owner.look.edge !== null, leases, isOfRule),
        );
    }
    for (const { claim, to } of lost)
      if (claim.wish !== null)
        answer(claim.ruleId, {
          how: 'refused',
          note: `“${to.ruleName}” comes first at ${world.names.channel(claim.channel)}.`,
          actionId: null,
        });
    for (const each of looked) {
      const branch = branchOfEdge(each);
      if (branch === null) continue;
      for (const action of each.stored.rule[branch]) {
        const once = actOnce(deps, siteId, each.stored.rule, action);
        if (once) answer(each.stored.rule.id, once);
      }
    }
    asking.giveBack(siteId, won, isOfRule);
    // Many rules may turn at once, as at the hour: their firings go to the disk together.
    store.transaction(() => {
      for (const each of looked) {
        const asked = answers.get(each.stored.rule.id);
        if (asked || each.look.edge !== null) record(each, world, asked ?? []);
        else notes.delete(each.stored.rule.id);
      }
    });
  };

  const reasonOf = (claim: Claim, look: RuleLook): string =>
    claim.branch === 'actions' ? look.why : `It no longer holds: ${look.why}`;

  /** A turn is written down, and so is a wish that could be asked for only later, as after Watch or a stronger rule. */
  const record = (each: Looked, world: RuleWorld, asked: readonly Asked[]): void => {
    const { rule } = each.stored;
    const against = asked.find(({ how }) => how === 'refused');
    if (against?.note) notes.set(rule.id, against.note);
    else if (!asked.some(({ how }) => how === 'quiet')) notes.delete(rule.id);
    const wasAsked = asked.some(({ how }) => how === 'asked');
    if (each.look.edge !== null) engaged.delete(rule.id);
    const branch = branchOfEdge(each);
    if (branch !== null) write(each, world, branch, against && !wasAsked ? 'refused' : 'asked', asked);
    else if (wasAsked && !engaged.has(rule.id))
      write(each, world, each.look.memory.holdingSince === null ? 'otherwise' : 'actions', 'asked', asked);
    if (wasAsked || (branch !== null && against === undefined)) engaged.add(rule.id);
  };

  const tick = (): number | null => {
    const startedMs = clock.monotonicMs();
    const at = clock.now();
    if (store.stops.active(siteId) !== undefined) return null;
    const world = worldAt(at);
    if (!world) return null;
    const testMode = isTestMode(store.state, siteId);
    const mayAct = world.mode !== 'watch';
    const { looked, news } = lookAtAll(world, testMode, mayAct);
    // On disk before anything is asked: a crash in between loses a wish, which comes again, and never fires twice.
    memories.keep(news);
    lookedAt.set(at, mayAct);
    for (const each of news) {
      const branch = each.dry ? branchOfEdge(each) : null;
      if (branch !== null) write(each, world, branch, 'dry', []);
    }
    if (mayAct)
      act(
        looked.filter(({ dry }) => !dry),
        world,
      );
    band = bandOf(world);
    last = { at, tookMs: clock.monotonicMs() - startedMs };
    if (news.some(({ look }) => look.edge !== null)) bus.emit('rules', { siteId, at });
    return wakes.next(looked, world);
  };

  return {
    tick,
    reload,
    askAnew: asking.forget,
    hasCrossed: () => {
      const world = rules.length === 0 ? null : worldAt(clock.now());
      if (!world) return false;
      const now = bandOf(world);
      const crossed = band !== null && now !== band;
      band = now;
      return crossed;
    },
    list: () => {
      const world = worldAt(clock.now());
      if (!world) return [];
      const testMode = isTestMode(store.state, siteId);
      const counts = store.rules.countFirings(siteId, world.at - 86_400_000);
      return rules.map((stored) =>
        viewOf({
          stored,
          look: lookAt(stored, world, testMode),
          world,
          last: store.rules.firings(siteId, 1, stored.rule.id)[0] ?? null,
          firings24h: counts.get(stored.rule.id) ?? 0,
          note: notes.get(stored.rule.id) ?? null,
          stopped: store.stops.active(siteId) !== undefined,
          testMode,
        }),
      );
    },
    world: () => worldAt(clock.now()),
    lastTick: () => last,
  };
};
