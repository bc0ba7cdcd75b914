import { useState } from 'preact/hooks';
import type { MessageList } from './model.ts';
import { Command, Problem } from './parts.tsx';

interface FilterPoliciesProps {
  list: MessageList | undefined;
  /** The policy that the person tries, as JSON text. */
  policy: string;
  setPolicy: (policy: string) => void;
  error: string | undefined;
}

/** The filter policies that the messages are compared with, and one to try. */
export function FilterPolicies({ list, policy, setPolicy, error }: FilterPoliciesProps) {
  const [draft, setDraft] = useState('{ "outcome": ["ACTIVE"] }');
  const policies = list?.filterPolicies ?? [];
  return (
    <details class="tools">
      <summary>Filter policies</summary>
      <div class="form">
        <p class="muted">A message shows the names of the policies that match its attributes.</p>
        {policies.map(({ name, policy: known }) => (
          <Command key={name} label={name} text={JSON.stringify(known)} />
        ))}
        <label>
          A policy to try
          <textarea
            rows={3}
            spellcheck={false}
            value={draft}
            onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="button" class="primary" onClick={() => setPolicy(draft)}>
            Compare
          </button>
          {policy !== '' && (
            <button type="button" onClick={() => setPolicy('')}>
              Remove
            </button>
          )}
        </div>
        <Problem text={error} />
        <Command
          label="Subscribe a queue with this policy"
          text={`aws sns subscribe --topic-arn "$EXPORT_TOPIC_ARN" --protocol sqs --notification-endpoint <queue ARN> --attributes '${JSON.stringify({ FilterPolicy: draft })}'`}
        />
      </div>
    </details>
  );
}
