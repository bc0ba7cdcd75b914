import type { ExecutionDetail } from './model.ts';
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
        <section key={explanation.messageId} class="explanation" aria-label="What failed">
          <h3>
            <StatusSign kind="bad" /> {[explanation.title, explanation.subject].filter(Boolean).join(': ')}
          </h3>
          {explanation.reason && <p class="reason">{explanation.reason}</p>}
          {explanation.remedy && (
            <p>
              <strong>What to do:</strong> {explanation.remedy}
            </p>
          )}
          <p>
            <a href={hrefOf('notifications', explanation.messageId)}>Read the notification</a>
          </p>
          {explanation.command && <Command label="To try again" text={explanation.command} />}
        </section>
      ))}
      {isUnexplained && (
        <section class="explanation" aria-label="What failed">
          <h3>
            <StatusSign kind="bad" /> {error ?? 'The execution was stopped'}
          </h3>
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
