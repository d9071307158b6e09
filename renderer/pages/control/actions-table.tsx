import { useState } from 'react';
import type { Action } from '../../../preload/contract/control.ts';
import type { ControlKind, DeviceView } from '../../../preload/contract/devices.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';
import { roleIcon } from '../../components/roles.ts';
import { TableWrap } from '../../components/table-wrap.tsx';
import { clockSeconds, day, sameDay, took } from '../../format/time.ts';
import { byWords, outcomeWords, SURFACE_WORDS, setpointWords, verdictWords } from './wording.ts';

const takenMs = (action: Action): string => {
  if (action.outcome === 'refused' || action.finishedAt === null || action.sentAt === null) return '';
  return took(action.finishedAt - action.createdAt);
};

const Detail = ({
  action,
  zone,
  control,
  onClose,
}: {
  action: Action;
  zone: string;
  control: ControlKind | null;
  onClose: () => void;
}) => (
  <Dialog title={`${action.deviceName}, ${setpointWords(action.asked, control)}`} onClose={onClose}>
    <dl className="facts">
      <dt>When</dt>
      <dd>
        {day(action.createdAt, zone)}, {clockSeconds(action.createdAt, zone)}
      </dd>
      <dt>By</dt>
      <dd>
        {byWords(action)}
        {action.surface !== 'system' && ` ${SURFACE_WORDS[action.surface]}`}
      </dd>
      <dt>Why</dt>
      <dd>{action.reason || 'No reason was given.'}</dd>
      {action.ifIgnored !== undefined && (
        <>
          <dt>Otherwise</dt>
          <dd>{action.ifIgnored}</dd>
        </>
      )}
      <dt>Before</dt>
      <dd>{action.before === null ? 'not known' : setpointWords(action.before, control)}</dd>
      <dt>Allowed</dt>
      <dd>{action.allowed === null ? 'nothing' : setpointWords(action.allowed, control)}</dd>
      <dt>Outcome</dt>
      <dd>
        <b>{outcomeWords(action.outcome).text}.</b> {action.sentence}
        {action.attempts > 1 && ` ${action.attempts} attempts.`}
      </dd>
    </dl>
    {action.stages.length > 0 && (
      <ul className="stage-list">
        {action.stages.map((stage) => (
          <li key={stage.stage}>
            <Icon
              name={
                stage.outcome === 'passed' ? 'shield-check' : stage.outcome === 'narrowed' ? 'shield-alert' : 'shield-x'
              }
              size={16}
            />
            <span>
              {stage.sentence} <span className="quiet small">{stage.code}</span>
            </span>
          </li>
        ))}
      </ul>
    )}
  </Dialog>
);

/** The action log: who asked for what, what the safety layer said, and what came of it. A row opens its reason. */
export const ActionsTable = ({
  actions,
  devices,
  now,
  zone,
}: {
  actions: readonly Action[];
  devices: readonly DeviceView[];
  now: number;
  zone: string;
}) => {
  const [open, setOpen] = useState<Action | null>(null);
  const channelOf = (action: Action) =>
    devices
      .find((device) => device.id === action.deviceId)
      ?.channels.find((one) => one.channelId === action.channelId) ?? null;
  return (
    <TableWrap label="Action log">
      <table className="table actions-table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Device</th>
            <th scope="col">Asked</th>
            <th scope="col">By</th>
            <th scope="col">Verdict</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="right">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {actions.map((action) => {
            const channel = channelOf(action);
            const verdict = verdictWords(action);
            const outcome = outcomeWords(action.outcome);
            return (
              <tr key={action.id}>
                <td className="num second">
                  {!sameDay(action.createdAt, now, zone) && `${day(action.createdAt, zone)}, `}
                  {clockSeconds(action.createdAt, zone)}
                </td>
                <td>
                  <Button
                    look="ghost"
                    size="small"
                    className="cell"
                    onClick={() => setOpen(action)}
                    aria-label={`${action.deviceName}, details`}
                  >
                    <Icon name={roleIcon(channel?.role ?? 'none')} size={15} />
                    {action.deviceName}
                  </Button>
                </td>
                <td className="num">{setpointWords(action.asked, channel?.control ?? null)}</td>
                <td>{byWords(action)}</td>
                <td>
                  <span className="row second">
                    <Icon name={verdict.icon} size={15} />
                    {verdict.text}
                  </span>
                </td>
                <td>
                  <span className="row">
                    <Icon name={outcome.icon} size={15} />
                    {outcome.text}
                  </span>
                </td>
                <td className="right">{takenMs(action)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {open && (
        <Detail action={open} zone={zone} control={channelOf(open)?.control ?? null} onClose={() => setOpen(null)} />
      )}
    </TableWrap>
  );
};
