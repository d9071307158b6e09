import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import type { StopState } from '../../../preload/contract/site.ts';
import { setChannel } from '../../actions/set-channel.ts';
import { Icon } from '../../components/icon.tsx';
import { Chip } from '../../components/parts.tsx';
import { roleHue, roleIcon, shortKind } from '../../components/roles.ts';
import { quantity, spoken } from '../../format/numbers.ts';
import { moment, span } from '../../format/time.ts';
import { ChannelFigure } from './channel-figure.tsx';
import { ChannelFoot } from './channel-foot.tsx';
import { ChoiceControl } from './choice-control.tsx';
import { type CardState, type ChannelCard, stateOf } from './device-state.ts';
import { TimeTableControl } from './time-table-control.tsx';
import { policyWords, setpointWords } from './wording.ts';

const STEPS = ['checked', 'sent', 'read', 'moved'] as const;
const STEP_NAMES = { checked: 'Checked', sent: 'Sent', read: 'Read', moved: 'Moved' } as const;

const SWITCH_STATES: Readonly<Record<CardState, string>> = {
  stopped: 'locked',
  gone: 'unknown',
  unknown: 'unknown',
  busy: 'busy',
  on: 'on',
  off: 'off',
};

const Toggle = ({ card, state }: { card: ChannelCard; state: CardState }) => {
  const { channel, device } = card;
  const blocked = state === 'stopped' || state === 'gone' || state === 'busy';
  return (
    <button
      type="button"
      className="switch"
      role="switch"
      data-state={SWITCH_STATES[state]}
      aria-checked={state === 'on' ? true : state === 'busy' || state === 'unknown' ? 'mixed' : false}
      aria-label={`${channel.name}${state === 'stopped' ? ', stopped' : state === 'gone' ? ', offline' : ''}`}
      aria-disabled={blocked}
      onClick={() => {
        if (blocked) return;
        void setChannel.run({ deviceId: device.id, channelId: channel.channelId, value: state !== 'on' }, 'window');
      }}
    >
      <i>
        {state === 'busy' && <Icon name="loader-circle" size={12} className="turning" />}
        {state === 'stopped' && <Icon name="lock" size={11} />}
      </i>
    </button>
  );
};

const SETTLE_MS = 900;

/** A number in steps; the last of several quick presses is what is asked. */
const Stepper = ({ card, blocked }: { card: ChannelCard; blocked: boolean }) => {
  const { channel, device } = card;
  const { control, setpoint } = channel;
  const [wanted, setWanted] = useState<number | null>(null);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  if (control?.kind !== 'number') return null;
  const shown = wanted ?? (typeof setpoint === 'number' ? setpoint : null);
  const move = (direction: 1 | -1): void => {
    const from = shown ?? control.minimum;
    const value = Math.min(control.maximum, Math.max(control.minimum, from + direction * control.step));
    setWanted(value);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      setWanted(null);
      void setChannel.run({ deviceId: device.id, channelId: channel.channelId, value }, 'window');
    }, SETTLE_MS);
  };
  return (
    <span className="stepper">
      <button
        type="button"
        aria-label={`Less for ${channel.name}`}
        disabled={blocked || shown === control.minimum}
        onClick={() => move(-1)}
      >
        <Icon name="minus" size={14} />
      </button>
      <b className="num" aria-live="polite">
        {shown === null ? 'No value' : spoken(quantity(shown, control.unit))}
      </b>
      <button
        type="button"
        aria-label={`More for ${channel.name}`}
        disabled={blocked || shown === control.maximum}
        onClick={() => move(1)}
      >
        <Icon name="plus" size={14} />
      </button>
    </span>
  );
};

const Progress = ({ card }: { card: ChannelCard }) => {
  const { pending } = card.channel;
  if (!pending) return null;
  const reached = STEPS.indexOf(pending.step);
  return (
    <ol className="steps" aria-label="Progress">
      {STEPS.map((step, index) => (
        <li
          key={step}
          className={index <= reached ? 'done' : index === reached + 1 ? 'current' : undefined}
          aria-current={index === reached + 1 ? 'step' : undefined}
        >
          <i>{index <= reached && <Icon name="check" size={10} />}</i>
          {STEP_NAMES[step]}
        </li>
      ))}
    </ol>
  );
};

const Middle = ({ card, state, now, zone, stop, policy }: ChannelCardProps & { state: CardState }): ReactNode => {
  const { channel, device } = card;
  if (state === 'gone')
    return (
      <div className="device-middle">
        <Chip look="outline" icon="clock">
          Offline{device.lastSeenAt === null ? '' : ` ${span(now - device.lastSeenAt)}`}
        </Chip>
        {device.nextPollAt !== null && device.nextPollAt > now && `asked again in ${span(device.nextPollAt - now)}`}
      </div>
    );
  if (state === 'stopped')
    return (
      <div className="device-middle">
        <Chip look="stopped" icon="octagon-x">
          Stopped
        </Chip>
        {stop && `${moment(stop.stoppedAt, now, zone)} by ${stop.who}`}
      </div>
    );
  if (state === 'busy') return <Progress card={card} />;
  return (
    <div className="device-middle">
      {channel.control?.kind === 'switch' && state !== 'unknown' && (
        <Chip icon="power">{state === 'on' ? 'On' : 'Off'}</Chip>
      )}
      {state === 'unknown' && <Chip look="outline">Not read yet</Chip>}
      {channel.setpointSince !== null &&
        channel.control?.kind === 'switch' &&
        `since ${moment(channel.setpointSince, now, zone)}`}
      {channel.control?.kind === 'choice' && <ChoiceControl card={card} />}
      {channel.control?.kind === 'time-table' && <TimeTableControl card={card} />}
      {channel.control?.kind === 'number' && (
        <>
          <span>Setpoint</span>
          <Stepper card={card} blocked={false} />
        </>
      )}
      {policy && (
        <span className="asked" title="In Automate">
          <Icon name="clipboard-check" size={14} />
          <span>{policyWords(policy)}</span>
        </span>
      )}
    </div>
  );
};

export interface ChannelCardProps {
  readonly card: ChannelCard;
  readonly now: number;
  readonly zone: string;
  readonly stop: StopState | null;
  readonly spark: readonly (number | null)[] | null;
  /** When a person is asked about it in Automate; null where nothing was chosen. */
  readonly policy: ApprovalPolicy | null;
}

/** A controllable channel in all its states: on, off, sending, not confirmed, held, offline, stopped. */
export const ChannelCardView = (props: ChannelCardProps) => {
  const { card, now, zone, stop, spark } = props;
  const { channel, device } = card;
  const state = stateOf(card, stop !== null);
  const look = { stopped: ' is-stopped', gone: ' is-gone', off: ' is-off', unknown: '', busy: '', on: '' }[state];
  return (
    <section className={`card device${look}`} data-hue={roleHue(channel.role)} aria-label={channel.name}>
      <div className="device-head">
        <span className="icon-tile">
          <Icon name={roleIcon(channel.role)} />
        </span>
        <span className="device-name">
          <b>{channel.name}</b>
          <em>{device.name === channel.name ? shortKind(device.driverLabel) : device.name}</em>
        </span>
        {channel.control?.kind === 'switch' && <Toggle card={card} state={state} />}
      </div>
      <ChannelFigure card={card} state={state} now={now} spark={spark} />
      <Middle {...props} state={state} />
      <ChannelFoot
        card={card}
        state={state}
        now={now}
        zone={zone}
        stop={stop}
        asked={channel.pending ? setpointWords(channel.pending.value, channel.control) : null}
      />
    </section>
  );
};
