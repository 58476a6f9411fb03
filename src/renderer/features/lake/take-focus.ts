/** As a `ref`: the field has the keys as soon as it is there. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
