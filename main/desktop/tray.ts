import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { Mode } from '../../preload/contract/base.ts';
import type { PendingProposal } from '../../preload/contract/control.ts';
import { sayTitle } from '../control/approvals/sentences.ts';
import type { Verdict } from './requests.ts';
import { MODE_WORDS, type TrayModel } from './tray-model.ts';

interface TrayActions {
  readonly open: () => void;
  readonly openApprovals: () => void;
  readonly stop: () => void;
  readonly setMode: (mode: Mode) => void;
  readonly setTestMode: (on: boolean) => void;
  readonly answer: (proposal: PendingProposal, verdict: Verdict) => void;
  readonly pauseMiners: (model: TrayModel) => void;
  readonly quit: () => void;
}

export interface HouseTray {
  show(model: TrayModel): void;
  destroy(): void;
}

/** Black shapes that macOS colours itself; elsewhere a drawing that reads on light and dark panels. */
const imagePath = (folder: string, { mark, level }: TrayModel): string =>
  join(folder, process.platform === 'darwin' ? `${mark}-${level}Template.png` : `${mark}-${level}.png`);

const MODES: readonly Mode[] = ['watch', 'suggest', 'automate'];

/** More would push STOP's neighbours off a small screen; the window lists all. */
const MOST_APPROVALS = 5;

const approvalItem =
  (actions: TrayActions) =>
  (proposal: PendingProposal): MenuItemConstructorOptions => ({
    label: sayTitle(proposal),
    submenu: [
      { label: proposal.reason, enabled: false },
      { label: `If ignored: ${proposal.ifIgnored}`, enabled: false },
      { id: `approve-${proposal.id}`, label: 'Approve', click: () => actions.answer(proposal, 'approve') },
      { id: `deny-${proposal.id}`, label: 'Deny', click: () => actions.answer(proposal, 'deny') },
    ],
  });

const approvalsLabel = (waiting: number): string => (waiting === 0 ? 'Open approvals' : `Open approvals (${waiting})`);

const menuOf = (model: TrayModel, actions: TrayActions): Menu => {
  const [state = '', ...details] = model.lines;
  const line = (label: string): MenuItemConstructorOptions => ({ label, enabled: false });
  const template: MenuItemConstructorOptions[] = [
    line(state),
    ...details.map(line),
    { type: 'separator' },
    { id: 'stop', label: model.stopped ? 'Stopped' : 'STOP everything', enabled: !model.stopped, click: actions.stop },
    {
      id: 'pause-miners',
      label: 'Pause miners for 1 hour',
      enabled: !model.stopped && model.runningMiners.length > 0,
      click: () => actions.pauseMiners(model),
    },
    ...model.proposals.slice(0, MOST_APPROVALS).map(approvalItem(actions)),
    { id: 'approvals', label: approvalsLabel(model.proposals.length), click: actions.openApprovals },
    { type: 'separator' },
    ...MODES.map(
      (mode): MenuItemConstructorOptions => ({
        id: `mode-${mode}`,
        label: MODE_WORDS[mode],
        type: 'radio',
        checked: model.mode === mode,
        // Only a person in the window ends a stop, with a deliberate hold and a name.
        enabled: !model.stopped,
        click: () => actions.setMode(mode),
      }),
    ),
    {
      id: 'test-mode',
      label: 'Test: rules only write down',
      type: 'checkbox',
      checked: model.testMode,
      enabled: !model.stopped,
      click: () => actions.setTestMode(!model.testMode),
    },
    { type: 'separator' },
    { id: 'open', label: 'Open CommandCenter', click: actions.open },
    { id: 'quit', label: 'Quit', click: actions.quit },
  ];
  return Menu.buildFromTemplate(template);
};

/** The caller keeps what this answers: a tray that nobody holds is collected, and disappears. */
export const createHouseTray = (folder: string, first: TrayModel, actions: TrayActions): HouseTray => {
  const tray = new Tray(imagePath(folder, first));
  let shown = '';
  const show = (model: TrayModel): void => {
    const key = JSON.stringify(model);
    if (key === shown) return;
    shown = key;
    tray.setImage(imagePath(folder, model));
    tray.setToolTip(model.toolTip);
    // Set again after every change: Linux shows nothing of a menu that is changed in place.
    tray.setContextMenu(menuOf(model, actions));
  };
  tray.on('click', actions.open);
  show(first);
  return { show, destroy: () => tray.destroy() };
};
