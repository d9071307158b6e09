import { Checkbox } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { Preset, Rule } from '../../../preload/contract/rules.ts';
import type { QueryOutput } from '../../../preload/contract.ts';
import { exportRules, setTestMode } from '../../actions/rules.ts';
import { channelChoices } from '../../components/channel-choices.ts';
import { Button, Empty } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { currencySign } from '../../format/money.ts';
import * as automation from '../../state/automation.ts';
import * as house from '../../state/house.ts';
import { useNow } from '../../state/now.ts';
import { newRule } from './draft.ts';
import { FiringsCard } from './firings-card.tsx';
import { ReplayPanel } from './replay-panel.tsx';
import { ImportDialog, PresetsDialog, VersionsDialog } from './rule-dialogs.tsx';
import { RuleForm } from './rule-form.tsx';
import { RulesList } from './rules-list.tsx';
import { SchedulesPanel } from './schedules-panel.tsx';
import { SuggestionsCard } from './suggestions-card.tsx';
import type { BuilderWorld } from './test-fields.tsx';
import { WorkflowsPanel } from './workflows-panel.tsx';

const PARTS = [
  { value: 'rules', label: 'Rules' },
  { value: 'schedules', label: 'Schedules' },
  { value: 'workflows', label: 'Workflows' },
] as const;
type Part = (typeof PARTS)[number]['value'];

const NO_DRAFTS: readonly Rule[] = [];

const useAutomationData = (): void => {
  const siteId = house.useSite()?.id ?? null;
  useEffect(() => {
    if (!siteId) return;
    void automation.rules.load({ siteId });
    void automation.firings.load({ siteId });
    void automation.suggestions.load({ siteId });
    void automation.schedules.load({ siteId });
    void automation.workflows.load({ siteId });
    void automation.workflowRuns.load({ siteId });
    void house.devices.load({ siteId });
  }, [siteId]);
};

const useWorld = (): BuilderWorld => {
  const devices = house.devices.use((state) => state.value);
  const workflows = automation.workflows.use((state) => state.value);
  const currency = house.useSite()?.currency ?? 'EUR';
  return useMemo(
    () => ({
      channels: channelChoices(devices ?? []),
      devices: devices ?? [],
      workflows: workflows ?? [],
      money: currencySign(currency),
    }),
    [devices, workflows, currency],
  );
};

const summary = ({ rules, testMode }: QueryOutput<'rules.list'>): string => {
  const acting = rules.filter(({ rule }) => rule.mode === 'on').length;
  const holding = rules.filter(({ state }) => state === 'holding').length;
  if (rules.length === 0) return 'No rule of your own yet.';
  const on = `${acting} of ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'} on, ${holding} ${holding === 1 ? 'holds' : 'hold'} now.`;
  return testMode ? `${on} All run dry.` : on;
};

type Opened =
  | { readonly what: 'rule'; readonly rule: Rule }
  | { readonly what: 'versions'; readonly rule: Rule }
  | { readonly what: 'presets' }
  | { readonly what: 'import' };

const RulesPanel = ({ world, now, zone }: { world: BuilderWorld; now: number; zone: string }) => {
  const list = automation.rules.use((state) => state.value);
  const problem = automation.rules.use((state) => state.problem);
  const [opened, setOpened] = useState<Opened | null>(null);
  /** Of a preset with several rules: those that are still to be looked at. */
  const [waiting, setWaiting] = useState<readonly Rule[]>([]);
  const [replaying, setReplaying] = useState(false);
  const known = useMemo(() => new Map(list?.rules.map(({ rule }) => [rule.id, rule.name]) ?? []), [list]);
  const close = (): void => setOpened(null);
  const next = (): void => {
    const [first, ...rest] = waiting;
    setWaiting(rest);
    setOpened(first ? { what: 'rule', rule: first } : null);
  };
  const choose = (preset: Preset): void => {
    const [first, ...rest] = preset.rules;
    setWaiting(rest);
    if (first) setOpened({ what: 'rule', rule: first });
  };
  if (!list)
    return (
      <section className="card">
        <Waiting problem={problem} what="the rules" height={260} onRetry={() => void automation.rules.reload()} />
      </section>
    );
  if (opened?.what === 'rule')
    return <RuleForm key={opened.rule.id} start={opened.rule} world={world} known={known} onClose={next} />;
  const add = (
    <>
      <Button size="small" icon="plus" onClick={() => setOpened({ what: 'rule', rule: newRule(world.channels) })}>
        Rule
      </Button>
      <Button size="small" onClick={() => setOpened({ what: 'presets' })}>
        Common wishes
      </Button>
    </>
  );
  return (
    <>
      <section className="card" aria-label="Rules">
        {list.rules.length === 0 ? (
          <Empty icon="zap" title="No rule yet" action={<span className="row">{add}</span>}>
            A rule says when, if and what. It goes through the same safety checks as everything else.
          </Empty>
        ) : (
          <>
            <div className="row list-acts">
              {add}
              <span className="grow" />
              <Checkbox
                label="Run all dry"
                checked={list.testMode}
                onChange={(event) => void setTestMode.run({ on: event.currentTarget.checked }, 'window')}
              />
              <Button size="small" icon="flask-conical" onClick={() => setReplaying(!replaying)}>
                {replaying ? 'Close the trial' : 'Try on the last 7 days'}
              </Button>
            </div>
            {replaying && <ReplayPanel drafts={NO_DRAFTS} />}
            <RulesList
              views={list.rules}
              now={now}
              zone={zone}
              dry={list.testMode}
              onEdit={(rule) => setOpened({ what: 'rule', rule })}
              onVersions={(rule) => setOpened({ what: 'versions', rule })}
            />
          </>
        )}
        <div className="row list-acts">
          <Button size="small" look="ghost" onClick={() => setOpened({ what: 'import' })}>
            Import
          </Button>
          {list.rules.length > 0 && (
            <Button size="small" look="ghost" icon="download" onClick={() => void exportRules.run({}, 'window')}>
              Export
            </Button>
          )}
        </div>
      </section>
      <FiringsCard now={now} zone={zone} />
      {opened?.what === 'versions' && <VersionsDialog rule={opened.rule} now={now} onClose={close} />}
      {opened?.what === 'presets' && <PresetsDialog onChoose={choose} onClose={close} />}
      {opened?.what === 'import' && <ImportDialog onClose={close} />}
    </>
  );
};

/** What runs without a person: rules, schedules and workflows, and what the house has learnt to propose. */
export const AutomationPage = () => {
  useAutomationData();
  const now = useNow();
  const zone = house.useSite()?.timeZone ?? 'UTC';
  const list = automation.rules.use((state) => state.value);
  const suggestions = automation.suggestions.use((state) => state.value);
  const world = useWorld();
  const [part, setPart] = useState<Part>('rules');
  const open = suggestions?.filter(({ state }) => state === 'open') ?? [];
  return (
    <>
      <div className="page-head">
        <h1>Automation</h1>
        {list && <span className="quiet">{summary(list)}</span>}
        <span className="grow" />
        <Segment label="Show" value={part} options={PARTS} onChange={setPart} />
      </div>
      {open.length > 0 && <SuggestionsCard suggestions={open} now={now} zone={zone} />}
      {part === 'rules' && <RulesPanel world={world} now={now} zone={zone} />}
      {part === 'schedules' && <SchedulesPanel world={world} now={now} zone={zone} />}
      {part === 'workflows' && <WorkflowsPanel world={world} now={now} zone={zone} />}
    </>
  );
};
