import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { bytes, pretty } from './format.ts';

/** Copies a text. What it says after that is announced. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    setSaid(
      await navigator.clipboard.writeText(text).then(
        () => 'Copied',
        () => 'Select the text and copy it',
      ),
    );
    setTimeout(() => setSaid(''), 2000);
  };
  return (
    <button type="button" class="quiet" onClick={copy}>
      <span role="status">{said || label}</span>
    </button>
  );
}

/** A text that scrolls. The keyboard can reach it. */
function ScrollingText({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, the keyboard could not scroll
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div role="group" tabIndex={0} aria-label={label} class="text">
      <pre>{text}</pre>
    </div>
  );
}

/** A command for the AWS CLI or curl, to copy. */
export function Command({ text, label }: { text: string; label: string }) {
  return (
    <figure class="command">
      <figcaption>
        <span>{label}</span>
        <CopyButton text={text} />
      </figcaption>
      <ScrollingText label={label} text={text} />
    </figure>
  );
}

/** Commands that are shown when they are wanted. */
export function Commands({ commands }: { commands: [label: string, text: string][] }) {
  return (
    <details class="commands">
      <summary>Commands</summary>
      <p class="muted">
        For your shell, after <code>. .local/env</code>
      </p>
      {commands.map(([label, text]) => (
        <Command key={label} label={label} text={text} />
      ))}
    </details>
  );
}

const SHOWN_CHARACTERS = 20_000;

/** A payload: JSON is shown with line breaks, and of a long one the beginning. */
export function Payload({ label, text, none }: { label: string; text: string | undefined; none?: string }) {
  const [isWhole, setWhole] = useState(false);
  const shown = text === undefined ? '' : pretty(text);
  const isLong = shown.length > SHOWN_CHARACTERS && !isWhole;
  return (
    <figure class="payload">
      <figcaption>
        <span>{label}</span>
        {text !== undefined && <CopyButton text={shown} />}
      </figcaption>
      {text === undefined ? (
        <p class="muted">{none ?? 'None yet.'}</p>
      ) : (
        <ScrollingText label={label} text={isLong ? shown.slice(0, SHOWN_CHARACTERS) : shown} />
      )}
      {isLong && (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          Show all {bytes(shown.length)}
        </button>
      )}
    </figure>
  );
}

export function Problem({ text }: { text: string | undefined }) {
  return text === undefined || text === '' ? null : (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** A button that does something that takes a moment, and says what went wrong. */
export function ActionButton(props: {
  label: string;
  run: () => Promise<unknown>;
  isPrimary?: boolean;
  hint?: string;
}) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const act = async () => {
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    await props.run().catch((error: Error) => setProblem(error.message));
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class={props.isPrimary ? 'primary' : ''}
        aria-busy={isBusy}
        aria-label={props.hint}
        onClick={act}
      >
        {isBusy ? 'Working…' : props.label}
      </button>
      <Problem text={problem} />
    </>
  );
}
