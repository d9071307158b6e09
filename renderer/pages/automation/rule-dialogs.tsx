import { Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Preset, Rule } from '../../../preload/contract/rules.ts';
import { importRules, removeRule, restoreRule } from '../../actions/rules.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button, Chip } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { moment } from '../../format/time.ts';
import { presets, ruleVersions } from '../../state/automation.ts';
import { useSite } from '../../state/house.ts';
import { FormProblem } from '../settings/form-problem.tsx';

/** Every version of a rule, who made it, and the ways back; removing is here too, since it can be taken back here. */
export const VersionsDialog = ({ rule, now, onClose }: { rule: Rule; now: number; onClose: () => void }) => {
  const site = useSite();
  const siteId = site?.id ?? null;
  const zone = site?.timeZone ?? 'UTC';
  const list = ruleVersions.use((state) => state.value);
  const problem = ruleVersions.use((state) => state.problem);
  useEffect(() => {
    ruleVersions.clear();
    if (siteId) void ruleVersions.load({ siteId, ruleId: rule.id });
  }, [siteId, rule.id]);
  const newest = list?.[0]?.version;
  return (
    <Dialog title={`Versions of ${rule.name}`} onClose={onClose}>
      {!list ? (
        <Waiting problem={problem} what="the versions" height={140} onRetry={() => void ruleVersions.reload()} />
      ) : (
        <ul className="version-list">
          {list.map((one) => (
            <li key={one.version}>
              <span>
                <b className="num">Version {one.version}</b>{' '}
                <span className="quiet">
                  {moment(one.at, now, zone)} by {one.who}
                  {one.rule === null ? ', removed' : ''}
                </span>
              </span>
              {one.version === newest ? (
                <Chip>in use</Chip>
              ) : (
                one.rule !== null && (
                  <Button
                    size="small"
                    icon="undo-2"
                    onClick={() =>
                      void restoreRule.run({ ruleId: rule.id, version: one.version, onDone: onClose }, 'window')
                    }
                  >
                    Take it up again
                  </Button>
                )
              )}
            </li>
          ))}
        </ul>
      )}
      <div className="form-acts">
        <Button icon="trash" look="ghost" onClick={() => void removeRule.run({ rule, onDone: onClose }, 'window')}>
          Remove the rule
        </Button>
      </div>
    </Dialog>
  );
};

/** Ready wishes, filled in with what this home has. Each opens in the builder; nothing is saved by choosing. */
export const PresetsDialog = ({ onChoose, onClose }: { onChoose: (preset: Preset) => void; onClose: () => void }) => {
  const siteId = useSite()?.id ?? null;
  const list = presets.use((state) => state.value);
  const problem = presets.use((state) => state.problem);
  useEffect(() => {
    if (siteId) void presets.load({ siteId });
  }, [siteId]);
  return (
    <Dialog title="Common wishes" wide onClose={onClose}>
      {!list ? (
        <Waiting problem={problem} what="the common wishes" height={220} onRetry={() => void presets.reload()} />
      ) : (
        <ul className="preset-list">
          {list.map((preset) => (
            <li key={preset.id}>
              <div>
                <b>{preset.name}</b>
                <p className="second">{preset.sentence}</p>
                {preset.missing && <p className="small">{preset.missing}</p>}
              </div>
              <Button disabled={preset.rules.length === 0} onClick={() => onChoose(preset)}>
                {preset.rules.length > 1 ? `Use these ${preset.rules.length}` : 'Use it'}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
};

/** Rules as text, all or nothing. */
export const ImportDialog = ({ onClose }: { onClose: () => void }) => {
  const [json, setJson] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <Dialog title="Import rules" wide onClose={onClose}>
      <p className="second">
        Paste what was exported, or choose the file. Either all rules come in or none; they are off until you switch
        them on.
      </p>
      <input
        type="file"
        accept="application/json,.json"
        aria-label="A file of rules"
        onChange={(event) => {
          void event.currentTarget.files?.[0]?.text().then(setJson);
        }}
      />
      <Textarea
        aria-label="Rules as JSON"
        className="rule-json"
        rows={10}
        value={json}
        onChange={(event) => {
          setJson(event.currentTarget.value);
          setProblem(null);
        }}
      />
      {problem && <FormProblem problem={problem} />}
      <div className="form-acts">
        <Button
          look="primary"
          disabled={json.trim() === ''}
          onClick={() => void importRules.run({ json, onSaved: onClose, onProblem: setProblem }, 'window')}
        >
          Import
        </Button>
        <Button look="ghost" onClick={onClose}>
          Leave it
        </Button>
      </div>
    </Dialog>
  );
};
