import type { ReactNode } from 'react';
import { openPage } from '../actions/open-page.ts';
import { openPalette } from '../actions/open-palette.ts';
import { stop } from '../actions/stop.ts';
import { status } from '../state/house.ts';
import { type Page, useUi } from '../state/ui.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { NAVIGATION } from './navigation.ts';
import { TopBar } from './top-bar.tsx';

const NavLink = ({ item, current, badge }: { item: (typeof NAVIGATION)[number]; current: Page; badge: number }) => (
  <a
    className="nav-item"
    href={`#/${item.page}`}
    aria-current={item.page === current ? 'page' : undefined}
    title={item.label}
    aria-label={badge > 0 ? `${item.label}, ${badge} wait for you` : item.label}
    aria-keyshortcuts={item.key ?? undefined}
    onClick={() => void openPage.run({ page: item.page }, 'window')}
  >
    <Icon name={item.icon} size={17} />
    <span>{item.label}</span>
    {badge > 0 ? <b className="badge">{badge}</b> : item.key && <kbd>{item.key}</kbd>}
  </a>
);

const Mark = () => (
  <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
    <rect width="22" height="22" rx="6" fill="var(--inverse)" />
    <path d="M5 8.2h12M5 13.8h7" stroke="var(--ink-inverse)" strokeWidth="2" strokeLinecap="round" />
    <circle cx="15.6" cy="13.8" r="1.7" fill="var(--ink-inverse)" />
  </svg>
);

const PHONE_PAGES: readonly Page[] = ['overview', 'control', 'forecast'];

/** Navigation, top bar and, on a phone, the bar at the lower edge with STOP under the thumb. */
export const Shell = ({ banner, children }: { banner: ReactNode; children: ReactNode }) => {
  const page = useUi((state) => state.page);
  const menuOpen = useUi((state) => state.menuOpen);
  const pending = status.use((state) => state.value?.pendingProposals ?? 0);
  const version = status.use((state) => state.value?.version ?? null);
  const stopped = status.use((state) => (state.value?.stop ?? null) !== null);
  const badgeOf = (name: Page): number => (name === 'approvals' ? pending : 0);
  return (
    <div className="shell">
      <aside className="side">
        <div className="brand">
          <Mark />
          <span>CommandCenter</span>
        </div>
        <button
          type="button"
          className="find"
          aria-label="Search or run"
          onClick={() => void openPalette.run({}, 'window')}
        >
          <Icon name="search" size={15} />
          <span>Search or run</span>
          <kbd>Ctrl K</kbd>
        </button>
        <nav aria-label="Pages">
          {NAVIGATION.map((item) => (
            <NavLink key={item.page} item={item} current={page} badge={badgeOf(item.page)} />
          ))}
        </nav>
        <div className="side-foot small quiet">{version && <div className="num">Version {version}</div>}</div>
      </aside>
      <div className="column">
        <TopBar />
        {banner}
        {children}
      </div>
      <nav className="tabs" aria-label="Pages and STOP">
        {NAVIGATION.filter((item) => PHONE_PAGES.includes(item.page)).map((item) => (
          <a key={item.page} href={`#/${item.page}`} aria-current={item.page === page ? 'page' : undefined}>
            <Icon name={item.icon} size={21} />
            {item.label}
            {item.page === 'control' && pending > 0 && <b className="badge">{pending}</b>}
          </a>
        ))}
        <button type="button" onClick={() => useUi.setState({ menuOpen: true })}>
          <Icon name="menu" size={21} />
          More
        </button>
        {stopped ? (
          <button type="button" className="re-enable" onClick={() => useUi.setState({ releaseOpen: true })}>
            <Icon name="lock" size={16} />
            Re-enable
          </button>
        ) : (
          <button type="button" className="stop" onClick={() => void stop.run({}, 'window')}>
            <Icon name="octagon" size={18} />
            STOP
          </button>
        )}
      </nav>
      {menuOpen && (
        <Dialog title="Pages" onClose={() => useUi.setState({ menuOpen: false })}>
          <nav className="menu-list" aria-label="All pages">
            {NAVIGATION.map((item) => (
              <NavLink key={item.page} item={item} current={page} badge={badgeOf(item.page)} />
            ))}
          </nav>
        </Dialog>
      )}
    </div>
  );
};
