import type { ReactNode } from 'react';
import { IconButton } from '../../../ui/button';
import { Segmented } from '../../../ui/segmented';
import { type SidePanel, useResultGrids } from './result-grid-store';
import './side-panel.css';

interface SidePanelFrameProps {
  panel: SidePanel;
  onPanel(panel: SidePanel | null): void;
  children: ReactNode;
}

const MINIMUM = 220;
const MAXIMUM = 900;

/** The panel beside the rows, with its divider. The grid stays mounted whether it is open or not. */
export function SidePanelFrame({ panel, onPanel, children }: SidePanelFrameProps) {
  const width = useResultGrids((state) => state.panelWidth);
  const resize = (to: number) => useResultGrids.setState({ panelWidth: Math.min(Math.max(to, MINIMUM), MAXIMUM) });
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a divider that moves is no <hr> */}
      <div
        className="side-divider"
        role="separator"
        tabIndex={0}
        aria-label="Width of the side panel"
        aria-orientation="vertical"
        aria-valuenow={width}
        aria-valuemin={MINIMUM}
        aria-valuemax={MAXIMUM}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) resize(width - event.movementX);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') resize(width + 24);
          else if (event.key === 'ArrowRight') resize(width - 24);
        }}
      />
      <aside className="side-panel" style={{ width }} onKeyDown={(event) => event.key === 'Escape' && onPanel(null)}>
        <div className="side-panel-head">
          <Segmented<SidePanel>
            label="Side panel"
            value={panel}
            options={[
              { value: 'value', label: 'Value' },
              { value: 'record', label: 'Record' },
              { value: 'columns', label: 'Columns' },
            ]}
            onChange={onPanel}
          />
          <span className="panel-gap" />
          <IconButton icon="cross" label="Close the panel" onClick={() => onPanel(null)} />
        </div>
        {children}
      </aside>
    </>
  );
}
