import type { ExecutionDetail, MessageExplanation } from './model.ts';
import { Command } from './parts.tsx';
import { hrefOf } from './route.ts';
import { StatusSign } from './status.tsx';

/** What failed and what to do: from the notifications, else from the error of the execution. */
export function Explanations({ execution }: { execution: ExecutionDetail }) {
  const { explanations, status, error, cause } = execution;
  const failed = explanations.filter((explanation) => explanation.failed);
  const isUnexplained = failed.length === 0 && status !== 'RUNNING' && status !== 'SUCCEEDED';
  return (
    <>
      {failed.map((explanation) => (
        <FailureNotice key={explanation.messageId} explanation={explanation} />
      ))}
      {isUnexplained && (
        <section class="explanation" aria-label="What failed">
          <h2 class="minor">
            <StatusSign kind="bad" /> {error ?? 'The execution was stopped'}
          </h2>
          {cause && <p class="reason">{cause}</p>}
          <p>
            <strong>What to do:</strong> select the failed state below. Its error, its input and the log of its function
            say more.
          </p>
        </section>
      )}
    </>
  );
}

/** A failure as its notification explains it. */
export function FailureNotice({ explanation }: { explanation: MessageExplanation }) {
  const { title, subject, reason, remedy, messageId, command } = explanation;
  return (
    <section class="explanation" aria-label="What failed">
      <h2 class="minor">
        <StatusSign kind="bad" /> {[title, subject].filter(Boolean).join(': ')}
      </h2>
      {reason && <p class="reason">{reason}</p>}
      {remedy && (
        <p>
          <strong>What to do:</strong> {remedy}
        </p>
      )}
      <p>
        <a href={hrefOf('notifications', messageId)}>Read the notification</a>
      </p>
      {command && <Command label="To try again" text={command} />}
    </section>
  );
}
