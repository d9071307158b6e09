import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/Combobox.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/NumberInput.css';
import '@mantine/core/styles/PasswordInput.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import '@mantine/core/styles/Checkbox.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/mantine.css';
import './theme/parts.css';
import './theme/values.css';
import './theme/floating.css';
import './theme/shell.css';
import './theme/top-bar.css';
import './theme/palette.css';
import './theme/flow.css';
import './theme/charts.css';
import './theme/overview.css';
import './theme/control.css';
import './theme/device.css';
import './theme/forecast.css';
import './theme/history-health.css';
import './theme/bars.css';
import './theme/models.css';
import './theme/automation.css';
import './theme/settings.css';
import './theme/timeline.css';
import './theme/plan.css';
import './theme/advice.css';
import './theme/backtest.css';
import './theme/phone.css';
import { listenToKeyboard } from './actions/listen.ts';
import { App } from './app.tsx';
import { followScheme, useScheme } from './state/color-scheme.ts';
import { connect } from './state/connect.ts';
import { followHash } from './state/ui.ts';
import { mantineTheme } from './theme/mantine-theme.ts';

followScheme();
followHash();
connect();
listenToKeyboard();

/** Mantine writes no style element: its variables and classes come from files, since the page forbids inline styles. */
const Root = () => {
  const scheme = useScheme((state) => state.scheme);
  return (
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
      deduplicateCssVariables={false}
    >
      <App />
    </MantineProvider>
  );
};

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id root.');
createRoot(root).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
