import { lazy, Suspense, useEffect, useRef } from 'react';
import { Announcer } from './components/announcer.tsx';
import { DemoBar } from './components/demo-bar.tsx';
import { NameDialog } from './components/name-dialog.tsx';
import { Notes } from './components/notes.tsx';
import { NoticesPanel } from './components/notices-panel.tsx';
import { Palette } from './components/palette.tsx';
import { ReleaseDialog } from './components/release-dialog.tsx';
import { Shell } from './components/shell.tsx';
import { Waiting } from './components/waiting.tsx';
import { OverviewPage } from './pages/overview/overview-page.tsx';
import { usePerson } from './state/person.ts';
import { type Page, useUi } from './state/ui.ts';

const HistoryPage = lazy(async () => ({ default: (await import('./pages/history/history-page.tsx')).HistoryPage }));
const ForecastPage = lazy(async () => ({ default: (await import('./pages/forecast/forecast-page.tsx')).ForecastPage }));
const PlanPage = lazy(async () => ({ default: (await import('./pages/plan/plan-page.tsx')).PlanPage }));
const ControlPage = lazy(async () => ({ default: (await import('./pages/control/control-page.tsx')).ControlPage }));
const AutomationPage = lazy(async () => ({
  default: (await import('./pages/automation/automation-page.tsx')).AutomationPage,
}));
const ApprovalsPage = lazy(async () => ({
  default: (await import('./pages/approvals/approvals-page.tsx')).ApprovalsPage,
}));
const ModelsPage = lazy(async () => ({ default: (await import('./pages/models/models-page.tsx')).ModelsPage }));
const HealthPage = lazy(async () => ({ default: (await import('./pages/health/health-page.tsx')).HealthPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./pages/settings/settings-page.tsx')).SettingsPage }));

const PAGE_VIEWS: Readonly<Record<Page, React.ComponentType>> = {
  overview: OverviewPage,
  history: HistoryPage,
  forecast: ForecastPage,
  plan: PlanPage,
  control: ControlPage,
  automation: AutomationPage,
  approvals: ApprovalsPage,
  models: ModelsPage,
  health: HealthPage,
  settings: SettingsPage,
};

const nothing = (): void => undefined;

/** The whole window: the shell around one page, and what floats above it. */
export const App = () => {
  const page = useUi((state) => state.page);
  const part = useUi((state) => state.part);
  const paletteOpen = useUi((state) => state.paletteOpen);
  const noticesOpen = useUi((state) => state.noticesOpen);
  const releaseOpen = useUi((state) => state.releaseOpen);
  const asking = usePerson((state) => state.asking);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const View = PAGE_VIEWS[page];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part of a page begins at its top too
  useEffect(() => {
    document.title = `${page.charAt(0).toUpperCase()}${page.slice(1)} · CommandCenter`;
    if (first.current) first.current = false;
    else main.current?.focus();
    main.current?.scrollTo(0, 0);
  }, [page, part]);
  return (
    <>
      <nav aria-label="Skip">
        <a className="skip" href={`#/${page}`} onClick={() => main.current?.focus()}>
          Skip to the page
        </a>
      </nav>
      <Shell banner={<DemoBar />}>
        <main className="page" id="page" ref={main} tabIndex={-1}>
          <Suspense fallback={<Waiting problem={null} what="the page" height={400} onRetry={nothing} />}>
            <View />
          </Suspense>
        </main>
      </Shell>
      <Announcer />
      <Notes />
      {paletteOpen && <Palette />}
      {noticesOpen && <NoticesPanel />}
      {releaseOpen && <ReleaseDialog />}
      {asking && <NameDialog answer={asking} />}
    </>
  );
};
