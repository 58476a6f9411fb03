import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import './popup.css';

interface PopupProps {
  /** A point of the window; the popup opens below and right of it, or where there is room. */
  x: number;
  y: number;
  label: string;
  onClose(): void;
  children: ReactNode;
}

const MARGIN = 6;

/** A surface over the page that closes on Escape or a press outside, and gives the focus back. */
export function Popup({ x, y, label, onClose, children }: PopupProps) {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = document.activeElement;
    (element.querySelector<HTMLElement>('[data-first]') ?? element).focus({ preventScroll: true });
    return () => {
      // Only a focus that would be lost goes back; one that the user moved stays.
      const lost = document.activeElement === document.body || element.contains(document.activeElement);
      if (lost && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const left = Math.max(MARGIN, Math.min(x, window.innerWidth - width - MARGIN));
    const below = y + height + MARGIN <= window.innerHeight;
    element.style.left = `${left}px`;
    element.style.top = `${below ? y : Math.max(MARGIN, window.innerHeight - height - MARGIN)}px`;
  });

  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && box.current?.contains(event.target)) return;
      close.current();
    };
    const onBlur = () => close.current();
    document.addEventListener('pointerdown', onPress, true);
    window.addEventListener('resize', onBlur);
    return () => {
      document.removeEventListener('pointerdown', onPress, true);
      window.removeEventListener('resize', onBlur);
    };
  }, []);

  return createPortal(
    <div
      ref={box}
      className="popup"
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </div>,
    document.body,
  );
}
