import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { PaletteEntry } from '../actions/action.ts';
import { matching, paletteEntries } from '../actions/palette-entries.ts';
import { workflows } from '../state/automation.ts';
import { currentSiteId, devices, flows, status } from '../state/house.ts';
import { useUi } from '../state/ui.ts';
import { Icon } from './icon.tsx';
import { usePanel } from './use-panel.ts';

const close = (): void => useUi.setState({ paletteOpen: false });

/** Search or run: everything that can be done now, found by typing. */
export const Palette = () => {
  const trap = usePanel(close);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const statusValue = status.use((state) => state.value);
  const deviceList = devices.use((state) => state.value);
  const flowList = flows.use((state) => state.value);
  const workflowList = workflows.use((state) => state.value);
  const entries = useMemo(
    () =>
      paletteEntries({
        status: statusValue,
        devices: deviceList ?? [],
        flows: flowList ?? [],
        workflows: workflowList ?? [],
      }),
    [statusValue, deviceList, flowList, workflowList],
  );
  const shown = useMemo(() => matching(entries, text), [entries, text]);
  const index = Math.min(chosen, Math.max(0, shown.length - 1));
  useEffect(() => {
    const siteId = currentSiteId();
    if (!siteId) return;
    if (flows.use.getState().value === null) void flows.load({ siteId });
    if (workflows.use.getState().value === null) void workflows.load({ siteId });
  }, []);
  useEffect(() => {
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' });
  }, [index]);
  const run = (entry: PaletteEntry | undefined): void => {
    if (!entry) return;
    close();
    void entry.run();
  };
  const steer = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen(Math.min(shown.length - 1, index + 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, index - 1));
    else if (event.key === 'Enter') run(shown[index]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="veil" onPointerDown={close} />
      <dialog open ref={trap} className="panel palette" aria-label="Search or run" tabIndex={-1}>
        <div className="palette-input">
          <Icon name="search" size={17} />
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant={shown[index] ? `palette-${index}` : undefined}
            aria-label="Search or run"
            placeholder="Search or run"
            value={text}
            data-autofocus
            onChange={(event) => {
              setText(event.target.value);
              setChosen(0);
            }}
            onKeyDown={steer}
          />
          <kbd>Esc</kbd>
        </div>
        <div className="palette-list" id="palette-list" role="listbox" aria-label="Actions" ref={list}>
          {shown.map((entry, position) => (
            // The keys are heard by the field above, which names the chosen line.
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above
            <div
              key={entry.id}
              id={`palette-${position}`}
              role="option"
              tabIndex={-1}
              aria-selected={position === index}
              data-danger={entry.id === 'stop'}
              onClick={() => run(entry)}
              onPointerMove={() => setChosen(position)}
            >
              <Icon name={entry.icon} size={17} />
              {entry.label}
              <span className="quiet small">{entry.detail}</span>
              {entry.keys && <kbd>{entry.keys}</kbd>}
            </div>
          ))}
          {shown.length === 0 && <div className="quiet">Nothing matches.</div>}
        </div>
      </dialog>
    </>
  );
};
