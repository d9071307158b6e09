import { moment } from '../format/time.ts';
import { notices, useSite } from '../state/house.ts';
import { useNow } from '../state/now.ts';
import { useUi } from '../state/ui.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { Empty } from './parts.tsx';

/** The newest notices of the house. */
export const NoticesPanel = () => {
  const list = notices.use((state) => state.value);
  const site = useSite();
  const now = useNow();
  return (
    <Dialog title="Notices" onClose={() => useUi.setState({ noticesOpen: false })}>
      {list && list.length > 0 ? (
        <ul className="notice-list">
          {list.map((notice) => (
            <li key={notice.id}>
              <Icon name={notice.level === 'info' ? 'info' : 'triangle-alert'} size={17} />
              <span>
                <b>{notice.title}</b>
                <span className="second">{notice.text}</span>
              </span>
              <time className="small quiet">{moment(notice.at, now, site?.timeZone ?? 'UTC')}</time>
            </li>
          ))}
        </ul>
      ) : (
        <Empty icon="bell" title="Nothing to tell">
          What happens in the house and needs no action is listed here.
        </Empty>
      )}
    </Dialog>
  );
};
