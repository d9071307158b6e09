import type { Mode } from '../../preload/contract/base.ts';
import type { DeviceView } from '../../preload/contract/devices.ts';
import type { FlowView } from '../../preload/contract/house.ts';
import type { CenterStatus } from '../../preload/contract/site.ts';
import type { Workflow } from '../../preload/contract/workflows.ts';
import { NAVIGATION } from '../components/navigation.ts';
import { roleIcon } from '../components/roles.ts';
import { useUi } from '../state/ui.ts';
import type { PaletteEntry } from './action.ts';
import { backup } from './backup.ts';
import { chooseLook } from './choose-scheme.ts';
import { trainModels } from './models.ts';
import { openPage } from './open-page.ts';
import { replan } from './plan.ts';
import { releaseHold } from './release-hold.ts';
import { retry } from './retry.ts';
import { runWorkflow, setTestMode } from './rules.ts';
import { runFlow } from './run-flow.ts';
import { drill } from './safety.ts';
import { setChannel } from './set-channel.ts';
import { MODE_LABELS, MODE_MEANINGS, setMode } from './set-mode.ts';
import { stop } from './stop.ts';

export interface PaletteWorld {
  readonly status: CenterStatus | null;
  readonly devices: readonly DeviceView[];
  readonly flows: readonly FlowView[];
  readonly workflows: readonly Workflow[];
}

const MODES: readonly Mode[] = ['watch', 'suggest', 'automate'];

/** A miner is paused and started; anything else is switched. */
const switchWords = ({ name, role }: DeviceView['channels'][number], on: boolean): string =>
  role === 'miner' ? `${on ? 'Pause' : 'Start'} ${name}` : `Switch ${name} ${on ? 'off' : 'on'}`;

const deviceEntries = (devices: readonly DeviceView[], stopped: boolean): PaletteEntry[] =>
  devices.flatMap((device) =>
    device.channels.flatMap((channel): PaletteEntry[] => {
      if (!channel.controllable || channel.control === null) return [];
      const target = { deviceId: device.id, channelId: channel.channelId };
      const id = `${device.id}/${channel.channelId}`;
      const entries: PaletteEntry[] = [];
      if (channel.control.kind === 'switch' && channel.setpoint !== null && !channel.pending && !stopped) {
        const on = channel.setpoint === true;
        entries.push({
          id: `set-channel/${id}`,
          label: switchWords(channel, on),
          detail: device.name === channel.name ? `switch ${on ? 'off' : 'on'}` : device.name,
          icon: roleIcon(channel.role),
          run: () => setChannel.run({ ...target, value: !on }, 'palette'),
        });
      }
      // What the guard of the house holds ends by itself.
      if (channel.hold && channel.hold.origin !== 'safety')
        entries.push({
          id: `release-hold/${id}`,
          label: `Release ${channel.name}`,
          detail: `held by ${channel.hold.owner}`,
          icon: 'hand',
          run: () => releaseHold.run(target, 'palette'),
        });
      const { trouble } = channel;
      if (trouble && !stopped)
        entries.push({
          id: `retry/${trouble.actionId}`,
          label: `Retry ${channel.name}`,
          detail: trouble.sentence,
          icon: 'rotate-ccw',
          run: () => retry.run({ actionId: trouble.actionId }, 'palette'),
        });
      return entries;
    }),
  );

/** What concerns all rules and workflows at once. A stopped house runs none of them. */
const automationEntries = (testMode: boolean, workflows: readonly Workflow[]): PaletteEntry[] => [
  {
    id: 'set-test-mode',
    label: testMode ? 'Let rules act again' : 'Run all rules dry',
    detail: testMode ? 'end of test' : 'test: they only write down',
    icon: 'flask-conical',
    run: () => setTestMode.run({ on: !testMode }, 'palette'),
  },
  ...workflows
    .filter(({ enabled }) => enabled)
    .map(
      (workflow): PaletteEntry => ({
        id: `run-workflow/${workflow.id}`,
        label: `Run ${workflow.name}`,
        detail: 'workflow',
        icon: 'workflow',
        run: () => runWorkflow.run({ workflow }, 'palette'),
      }),
    ),
  {
    id: 'drill',
    label: 'Drill the emergency stop',
    detail: 'switches nothing',
    icon: 'shield-check',
    run: () => drill.run({}, 'palette'),
  },
];

/** Everything that the palette offers in this state of the house; what cannot be done now is not offered. */
export const paletteEntries = ({ status, devices, flows, workflows }: PaletteWorld): PaletteEntry[] => {
  const stopped = (status?.stop ?? null) !== null;
  const first: PaletteEntry = stopped
    ? {
        id: 'release-stop',
        label: 'Re-enable',
        detail: 'name and a hold of 3 s',
        icon: 'lock',
        run: () => useUi.setState({ releaseOpen: true }),
      }
    : {
        id: 'stop',
        label: 'STOP everything',
        detail: 'at once',
        icon: 'octagon',
        keys: 'Ctrl .',
        run: () => stop.run({}, 'palette'),
      };
  return [
    first,
    ...NAVIGATION.map(
      (item): PaletteEntry => ({
        id: `open-page/${item.page}`,
        label: item.label,
        detail: 'page',
        icon: item.icon,
        ...(item.key === null ? {} : { keys: item.key }),
        run: () => openPage.run({ page: item.page }, 'palette'),
      }),
    ),
    ...(stopped ? [] : MODES.filter((mode) => mode !== status?.mode)).map(
      (mode): PaletteEntry => ({
        id: `set-mode/${mode}`,
        label: `Mode ${MODE_LABELS[mode]}`,
        detail: MODE_MEANINGS[mode],
        icon: 'shield-check',
        run: () => setMode.run({ mode }, 'palette'),
      }),
    ),
    ...deviceEntries(devices, stopped),
    ...(stopped ? [] : automationEntries(status?.testMode ?? false, workflows)),
    ...flows.map(
      (flow): PaletteEntry => ({
        id: `run-flow/${flow.name}`,
        label: `Run ${flow.label}`,
        detail: 'flow',
        icon: 'play',
        run: () => runFlow.run({ flow: flow.name, label: flow.label }, 'palette'),
      }),
    ),
    {
      id: 'train-models',
      label: 'Train all models now',
      detail: 'forecasts',
      icon: 'brain-circuit',
      run: () => trainModels.run({ kind: 'all' }, 'palette'),
    },
    { id: 'backup', label: 'Back up now', detail: 'database', icon: 'archive', run: () => backup.run({}, 'palette') },
    {
      id: 'open-page/plan/backtest',
      label: 'Backtest',
      detail: 'policies on your own past',
      icon: 'chart-line',
      run: () => openPage.run({ page: 'plan', part: 'backtest' }, 'palette'),
    },
    {
      id: 'replan',
      label: 'Plan anew now',
      detail: 'plan',
      icon: 'calendar-range',
      run: () => replan.run({}, 'palette'),
    },
    ...(['light', 'dark', 'system'] as const).map(
      (choice): PaletteEntry => ({
        id: `choose-scheme/${choice}`,
        label: choice === 'system' ? 'Look like the system' : choice === 'dark' ? 'Dark look' : 'Light look',
        detail: 'appearance',
        icon: choice === 'dark' ? 'moon' : choice === 'light' ? 'sun' : 'monitor',
        run: () => chooseLook.run({ choice }, 'palette'),
      }),
    ),
  ];
};

/** Entries that hold every typed word, best first: a label that starts with the text before one that only holds it. */
export const matching = (entries: readonly PaletteEntry[], text: string): PaletteEntry[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...entries];
  const rank = (entry: PaletteEntry): number => {
    const label = entry.label.toLowerCase();
    if (label.startsWith(words.join(' '))) return 0;
    return words.every((word) => label.includes(word)) ? 1 : 2;
  };
  return entries
    .filter((entry) => {
      const all = `${entry.label} ${entry.detail}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => rank(a.entry) - rank(b.entry) || a.index - b.index)
    .map(({ entry }) => entry);
};
