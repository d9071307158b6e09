import type { Origin } from '../../../preload/contract/base.ts';
import type { Hold } from '../../../preload/contract/devices.ts';
import type { StopState } from '../../../preload/contract/site.ts';
import { dismiss } from '../../actions/dismiss.ts';
import { releaseHold } from '../../actions/release-hold.ts';
import { retry } from '../../actions/retry.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Button } from '../../components/parts.tsx';
import { moment, span } from '../../format/time.ts';
import type { CardState, ChannelCard } from './device-state.ts';
import { byWords, ORIGIN_WORDS } from './wording.ts';

const HEADS = {
  'not-confirmed': 'Not confirmed, put back.',
  'foreign-change': 'Changed by someone else.',
  unreachable: 'No answer.',
  limited: 'Limited by the device.',
  settling: 'Still settling.',
  confirmed: 'Confirmed.',
} as const;

const HOLD_ICONS: Readonly<Record<Origin, IconName>> = {
  stop: 'octagon-x',
  safety: 'shield-alert',
  manual: 'hand',
  rule: 'workflow',
  plan: 'calendar-range',
  advisor: 'user',
};

/** Who holds it, until when, and the way to give it back; what the guard of the house holds ends by itself. */
const Held = ({ hold, card, now, zone }: { hold: Hold; card: ChannelCard; now: number; zone: string }) => {
  const left = (hold.until - now) / Math.max(1, hold.until - hold.since);
  const byGuard = hold.origin === 'safety';
  const target = { deviceId: card.device.id, channelId: card.channel.channelId };
  return (
    <div className="device-foot held">
      <div className="hold-bar" aria-hidden="true">
        <i style={{ transform: `scaleX(${Math.max(0, Math.min(1, left))})` }} />
      </div>
      <Icon name={HOLD_ICONS[hold.origin]} size={16} />
      <span title={hold.reason || undefined}>
        <b>{byWords({ origin: hold.origin, who: hold.owner })}</b> holds it
        <span className="small quiet">
          until <span className="num">{moment(hold.until, now, zone)}</span>
          {byGuard ? `. ${hold.reason}` : `, ${span(hold.until - now)} left`}
        </span>
      </span>
      {!byGuard && (
        <Button size="small" onClick={() => void releaseHold.run(target, 'window')}>
          Release
        </Button>
      )}
    </div>
  );
};

/** The lower edge of a device card: who holds it, or what went wrong with the button that mends it. */
export const ChannelFoot = ({
  card,
  state,
  now,
  zone,
  stop,
  asked,
}: {
  card: ChannelCard;
  state: CardState;
  now: number;
  zone: string;
  stop: StopState | null;
  asked: string | null;
}) => {
  const { channel, device } = card;
  const { trouble, hold, pending } = channel;
  if (state === 'stopped')
    return (
      <div className="device-foot locked">
        <Icon name="lock" size={16} />
        <span>{stop?.why ? <b>“{stop.why}”</b> : 'Locked until a person re-enables'}</span>
      </div>
    );
  if (state === 'gone')
    return (
      <div className="device-foot">
        <Icon name="wifi-off" size={16} />
        <span>{device.problem?.message ?? 'Nothing is sent meanwhile.'}</span>
      </div>
    );
  if (pending)
    return (
      <div className="device-foot">
        <Icon name="loader-circle" size={16} className="turning" />
        <span>
          Sending <b>{asked}</b>, {span(now - pending.since)}
        </span>
      </div>
    );
  if (trouble)
    return (
      <div className="device-foot inverse">
        <span>
          <b>{HEADS[trouble.verdict]}</b> {trouble.sentence}
        </span>
        <Button
          size="small"
          look="ghost"
          icon="x"
          aria-label={`Put the notice of ${channel.name} away`}
          onClick={() => void dismiss.run({ actionId: trouble.actionId }, 'window')}
        />
        <Button size="small" icon="rotate-ccw" onClick={() => void retry.run({ actionId: trouble.actionId }, 'window')}>
          Retry
        </Button>
      </div>
    );
  if (hold && hold.until > now) return <Held hold={hold} card={card} now={now} zone={zone} />;
  return (
    <div className="device-foot">
      <Icon name="circle-check" size={16} />
      <span>{hold ? `Last moved by ${ORIGIN_WORDS[hold.origin].toLowerCase()}` : 'Nobody holds it'}</span>
    </div>
  );
};
