import type { Problem } from '../../../preload/contract/base.ts';
import type { Preset, Rule, RuleMode, RuleProblem } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { Clock } from '../../clock.ts';
import { channelsOf, type Driver } from '../../devices/types.ts';
import type { Feeds } from '../../feeds/service-types.ts';
import { newId, type SiteId } from '../../ids.ts';
import { fail, ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { channelKey } from './claims.ts';
import type { PresetChannel } from './preset-parts.ts';
import { presetsOf } from './presets.ts';
import { placeOf, readRuleFile, writeRuleFile } from './rule-file.ts';
import { isTestMode, setTestMode } from './test-mode.ts';

/** The built-in rule has the name as whose it borrows: nobody else may go by it. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['Miner tiers']);
const DAY_MS = 86_400_000;

export interface RuleLibraryDeps {
  readonly store: Pick<Store, 'rules' | 'state' | 'sites' | 'devices' | 'settings' | 'prices' | 'transaction'>;
  readonly clock: Clock;
  readonly feeds: Pick<Feeds, 'weatherFor'>;
  driverOf(id: string): Driver | undefined;
  /** What speaks against a rule, with the past, and without it. */
  check(siteId: SiteId, rule: Rule): Promise<{ readonly problems: readonly RuleProblem[] }>;
  problemsOf(siteId: SiteId, rule: Rule): readonly RuleProblem[];
  /** The engine reads the rules anew. */
  reload(siteId: SiteId): void;
}

/** The rules of a home as documents: saved with versions, checked before they may act, brought in and out as a file. */
export interface RuleLibrary {
  save(
    siteId: SiteId,
    who: string,
    rule: Rule,
    acceptWarnings: boolean,
  ): Promise<Result<{ readonly version: number; readonly problems: RuleProblem[] }, Problem>>;
  setMode(siteId: SiteId, who: string, ruleId: string, mode: RuleMode): Promise<Result<void, Problem>>;
  remove(siteId: SiteId, who: string, ruleId: string): Result<void, Problem>;
  restore(
    siteId: SiteId,
    who: string,
    ruleId: string,
    version: number,
  ): Promise<Result<{ readonly version: number }, Problem>>;
  exported(siteId: SiteId): string;
  imported(
    siteId: SiteId,
    who: string,
    json: string,
  ): Result<{ readonly added: number; readonly replaced: number }, Problem>;
  presets(siteId: SiteId): readonly Preset[];
  isTestMode(siteId: SiteId): boolean;
  /** All rules of the home run dry, or no longer; kept in the audit. */
  setTestMode(siteId: SiteId, on: boolean, who: string): void;
}

const unknownRule = () => permanent('rules.unknown', 'There is no such rule.', 'Look at the list of rules again.');

/** The first thing that is wrong as the message, each line with its own sentence. */
const refusal = (code: string, problems: readonly RuleProblem[], advice: string): Result<never, Problem> =>
  fail({
    code,
    kind: 'permanent',
    message: problems[0]?.sentence ?? 'The rule cannot be saved.',
    advice,
    fields: Object.fromEntries(problems.flatMap(({ lines, sentence }) => lines.map((line) => [line, sentence]))),
  });

const channelsNamed = (rule: Rule): readonly ChannelRef[] => {
  const found: ChannelRef[] = [];
  JSON.stringify(rule, (key, value: unknown) => {
    if (key === 'channel') found.push(value as ChannelRef);
    return value;
  });
  return found;
};

export const createRuleLibrary = (deps: RuleLibraryDeps): RuleLibrary => {
  const { store, clock } = deps;

  const keep = (siteId: SiteId, who: string, rule: Rule): number => {
    const version = store.rules.save(siteId, rule, who, clock.now());
    deps.reload(siteId);
    return version;
  };

  /** A name says in the log who acted, so no two rules share one. */
  const nameProblem = (siteId: SiteId, rule: Rule): RuleProblem | null => {
    const taken = store.rules.list(siteId).find((other) => other.rule.id !== rule.id && other.rule.name === rule.name);
    if (!taken && !RESERVED_NAMES.has(rule.name)) return null;
    return {
      severity: 'error',
      code: 'wrong-value',
      sentence: `Another rule is called “${rule.name}”: choose another name.`,
      lines: ['name'],
      otherRuleId: taken?.rule.id ?? null,
    };
  };

  const errorsOf = (problems: readonly RuleProblem[]): readonly RuleProblem[] =>
    problems.filter(({ severity }) => severity === 'error');

  const checked = async (
    siteId: SiteId,
    rule: Rule,
    acceptWarnings: boolean,
  ): Promise<Result<RuleProblem[], Problem>> => {
    const name = nameProblem(siteId, rule);
    if (name) return refusal('rules.refused', [name], 'Correct the line that is named.');
    const { problems } = await deps.check(siteId, rule);
    const errors = errorsOf(problems);
    if (errors.length > 0) return refusal('rules.refused', errors, 'Correct the lines that are named.');
    if (problems.length > 0 && !acceptWarnings)
      return refusal('rules.warnings', problems, 'Save it all the same, or correct the lines that are named.');
    return ok([...problems]);
  };

  const presetChannels = (siteId: SiteId): readonly PresetChannel[] =>
    store.devices.list(siteId).flatMap((record) => {
      const driver = deps.driverOf(record.driverId);
      const specs = driver ? channelsOf(driver, record.connection) : [];
      return record.channels.map((config) => ({
        channel: { deviceId: record.id, channelId: config.channelId },
        name: config.name,
        role: config.role,
        controllable: config.controllable,
        ratedPowerW: config.ratedPowerW,
        control: specs.find((spec) => spec.channelId === config.channelId)?.control?.control ?? null,
      }));
    });

  /** The same name replaces; an id that belongs, or once belonged, to a rule of another name is made anew. */
  const placed = (siteId: SiteId, rules: readonly Rule[]) => {
    const present = store.rules.list(siteId).map((each) => each.rule);
    const ids = new Set(present.map(({ id }) => id));
    return rules.map((rule): { readonly rule: Rule; readonly replaces: boolean } => {
      const same = present.find(({ name }) => name === rule.name);
      const before = store.rules.versions(siteId, rule.id).find((version) => version.rule !== null)?.rule;
      const isTaken = ids.has(rule.id) || (before !== undefined && before?.name !== rule.name);
      const id = same?.id ?? (isTaken ? newId('rule') : rule.id);
      ids.add(id);
      return { rule: { ...rule, id, mode: 'off' }, replaces: same !== undefined };
    });
  };

  return {
    save: async (siteId, who, rule, acceptWarnings) => {
      const fine = await checked(siteId, rule, acceptWarnings);
      return fine.ok ? ok({ version: keep(siteId, who, rule), problems: fine.value }) : fine;
    },
    setMode: async (siteId, who, ruleId, mode) => {
      const stored = store.rules.get(siteId, ruleId);
      if (!stored) return unknownRule();
      // What was saved once may no longer fit: a channel went, another rule came. Warnings were accepted then.
      const fine = mode === 'on' ? await checked(siteId, { ...stored.rule, mode }, true) : null;
      if (fine && !fine.ok) return fine;
      keep(siteId, who, { ...stored.rule, mode });
      return ok(undefined);
    },
    remove: (siteId, who, ruleId) => {
      if (!store.rules.remove(siteId, ruleId, who, clock.now())) return unknownRule();
      deps.reload(siteId);
      return ok(undefined);
    },
    restore: async (siteId, who, ruleId, version) => {
      const found = store.rules.versions(siteId, ruleId).find((each) => each.version === version);
      if (!found?.rule)
        return permanent('rules.unknown-version', 'There is no such version.', 'Choose another version of the rule.');
      const fine = await checked(siteId, found.rule, true);
      return fine.ok ? ok({ version: keep(siteId, who, found.rule) }) : fine;
    },
    exported: (siteId) => {
      const rules = store.rules.list(siteId).map((each) => each.rule);
      const used = new Set(rules.flatMap((rule) => channelsNamed(rule).map(channelKey)));
      return writeRuleFile({
        home: store.sites.get(siteId)?.name ?? '',
        channels: presetChannels(siteId)
          .filter(({ channel }) => used.has(channelKey(channel)))
          .map(({ channel, name }) => ({ channel, name })),
        rules,
      });
    },
    imported: (siteId, who, json) => {
      const file = readRuleFile(json);
      if (!file.ok) return file;
      const names = new Map(file.value.channels.map(({ channel, name }) => [channelKey(channel), name]));
      const here = new Set(presetChannels(siteId).map(({ channel }) => channelKey(channel)));
      const rules = placed(siteId, file.value.rules);
      const problems = rules.flatMap(({ rule }, index) => {
        const where = placeOf(index, rule);
        if (RESERVED_NAMES.has(rule.name)) return [`${where}, name: the built-in rule has this name.`];
        const missing = channelsNamed(rule).filter((channel) => !here.has(channelKey(channel)));
        if (missing.length > 0)
          return [...new Set(missing.map(channelKey))].map(
            (key) => `${where}: this home has no channel “${names.get(key) ?? key}”.`,
          );
        return errorsOf(deps.problemsOf(siteId, rule)).map(
          ({ lines, sentence }) => `${where}, ${lines.join(', ')}: ${sentence}`,
        );
      });
      if (problems.length > 0)
        return permanent(
          'rules.file',
          problems.slice(0, 10).join(' '),
          'Correct the file and bring it in again. Nothing was changed.',
        );
      store.transaction(() => {
        for (const { rule } of rules) store.rules.save(siteId, rule, who, clock.now());
      });
      deps.reload(siteId);
      const replaced = rules.filter(({ replaces }) => replaces).length;
      return ok({ added: rules.length - replaced, replaced });
    },
    presets: (siteId) => {
      const now = clock.now();
      const channels = presetChannels(siteId);
      const { minimumSocPct, minersPauseBelowSocPct, minersResumeAboveSocPct } = store.settings.get(siteId);
      return presetsOf({
        channels,
        hasPv: channels.some(({ role }) => role === 'pv'),
        hasBattery: channels.some(({ role }) => role === 'battery'),
        // One price for the whole day has no dearest hours.
        hasPrices:
          new Set(store.prices.range(siteId, now - DAY_MS, now + DAY_MS).map((row) => row.importPerKwh)).size > 1,
        hasWeather: deps.feeds.weatherFor(siteId, now, now + DAY_MS).some(({ windMs }) => windMs !== null),
        minimumSocPct,
        pauseBelowPct: minersPauseBelowSocPct,
        resumeAbovePct: minersResumeAboveSocPct,
        newId: () => newId('rule'),
      });
    },
    isTestMode: (siteId) => isTestMode(store.state, siteId),
    setTestMode: (siteId, on, who) => {
      const before = isTestMode(store.state, siteId);
      if (before === on) return;
      const words = (tests: boolean): string => (tests ? 'test' : 'act');
      setTestMode(store.state, siteId, on);
      store.settings.note(siteId, {
        name: 'rules.testMode',
        before: words(before),
        after: words(on),
        who,
        at: clock.now(),
      });
      deps.reload(siteId);
    },
  };
};
