import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';

export interface Viewport {
  x: number;
  y: number;
  scale: number;
}

const LEAST = 0.15;
/** The scale below which the text in the drawing cannot be read; it never opens smaller. */
const READABLE = 0.75;
const MOST = 2;
const MARGIN = 24;

/** Moves and scales a drawing in a box: drag, wheel (with Ctrl to zoom), and the keys + - 0 and the arrows. */
export function usePanZoom(content: { width: number; height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState<Viewport>({ x: MARGIN, y: MARGIN, scale: 1 });
  const dragged = useRef<{ x: number; y: number } | undefined>(undefined);

  const place = useCallback(
    (least: number) => {
      const element = box.current;
      if (!element || element.clientWidth === 0) return;
      const wide = (element.clientWidth - 2 * MARGIN) / content.width;
      const high = (element.clientHeight - 2 * MARGIN) / content.height;
      const scale = Math.max(least, Math.min(1, wide, high));
      // What does not fit is shown from its end, where the result stands.
      const x = Math.min(
        (element.clientWidth - content.width * scale) / 2,
        element.clientWidth - MARGIN - content.width * scale,
      );
      setViewport({ x, y: Math.max(MARGIN, (element.clientHeight - content.height * scale) / 2), scale });
    },
    [content.width, content.height],
  );
  const showAll = useCallback(() => place(LEAST), [place]);

  useEffect(() => place(READABLE), [place]);

  const zoom = useCallback((factor: number, at?: { x: number; y: number }) => {
    const element = box.current;
    if (!element) return;
    const centre = at ?? { x: element.clientWidth / 2, y: element.clientHeight / 2 };
    setViewport((before) => {
      const scale = Math.max(LEAST, Math.min(MOST, before.scale * factor));
      const real = scale / before.scale;
      return { scale, x: centre.x - (centre.x - before.x) * real, y: centre.y - (centre.y - before.y) * real };
    });
  }, []);

  // React's own wheel listener is passive, so that the page could not be kept from scrolling.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        const rectangle = element.getBoundingClientRect();
        zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - rectangle.left, y: event.clientY - rectangle.top });
        return;
      }
      setViewport((before) => ({ ...before, x: before.x - event.deltaX, y: before.y - event.deltaY }));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [zoom]);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || (event.target as Element).closest('button')) return;
    dragged.current = { x: event.clientX, y: event.clientY };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    const from = dragged.current;
    if (!from) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    dragged.current = { x: event.clientX, y: event.clientY };
    setViewport((before) => ({ ...before, x: before.x + dx, y: before.y + dy }));
  };
  const onPointerUp = () => {
    dragged.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') zoom(1.2);
    else if (event.key === '-') zoom(1 / 1.2);
    else if (event.key === '0') showAll();
    else return;
    event.preventDefault();
  };
  /** Brings a place of the drawing into sight. */
  const reveal = useCallback((x: number, y: number, width: number, height: number) => {
    const element = box.current;
    if (!element) return;
    setViewport((before) => {
      const [left, top] = [before.x + x * before.scale, before.y + y * before.scale];
      const [right, bottom] = [left + width * before.scale, top + height * before.scale];
      const dx = left < MARGIN ? MARGIN - left : Math.min(0, element.clientWidth - MARGIN - right);
      const dy = top < MARGIN ? MARGIN - top : Math.min(0, element.clientHeight - MARGIN - bottom);
      return { ...before, x: before.x + dx, y: before.y + dy };
    });
  }, []);
  return { box, viewport, showAll, zoom, reveal, handlers: { onPointerDown, onPointerMove, onPointerUp, onKeyDown } };
}
