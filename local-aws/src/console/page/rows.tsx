import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Panel, show } from './route.ts';

interface RowProps {
  panel: Panel;
  id: string;
  isOpen: boolean;
  isFailed?: boolean;
  summary: ComponentChildren;
  children: () => ComponentChildren;
}

/** An item of a list that opens in place. Items out of view are not laid out (`content-visibility`). */
export function Row({ panel, id, isOpen, isFailed = false, summary, children }: RowProps) {
  return (
    <li class={`row${isOpen ? ' open' : ''}${isFailed ? ' failed' : ''}`} data-id={id}>
      <button
        type="button"
        class="summary"
        aria-expanded={isOpen}
        onClick={() => show(panel, isOpen ? '' : id)}
        onKeyDown={moveFocus}
      >
        {summary}
      </button>
      {isOpen && <div class="details">{children()}</div>}
    </li>
  );
}

/** The arrow keys go from row to row. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  if (step === undefined) return;
  const row = (event.currentTarget as HTMLElement).parentElement;
  const next = row?.[step as 'nextElementSibling']?.querySelector<HTMLElement>('.summary');
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Brings the opened item of an address that was followed into view. */
export function useScrollTo(open: string | undefined, isLoaded: boolean): void {
  const scrolled = useRef<string>(undefined);
  useEffect(() => {
    if (!open || !isLoaded || scrolled.current === open) return;
    scrolled.current = open;
    const row = document.querySelector(`[data-id="${CSS.escape(open)}"]`);
    const { top = 0, bottom = 0 } = row?.querySelector('.summary')?.getBoundingClientRect() ?? {};
    if (top < 0 || bottom > innerHeight) row?.scrollIntoView({ block: 'start' });
  }, [open, isLoaded]);
}
