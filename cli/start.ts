import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

export interface StartedExecution {
  executionArn: string;
  startDate: Date;
}

/** Starts one execution. The SDK sends the call again where its answer is lost: under the same name, which Step Functions
 * takes once. @throws what the SDK throws */
export async function start(sfn: SFNClient, stateMachineArn: string, input: string): Promise<StartedExecution> {
  const name = executionName();
  try {
    const { executionArn = '', startDate = new Date() } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name, input }),
    );
    return { executionArn, startDate };
  } catch (error) {
    // The name is ours alone: a try whose answer was lost has started it, and it has ended since.
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    return {
      executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
      startDate: new Date(),
    };
  }
}

/** Who and when, for people, and what makes it unique; at most 80 characters of those that are allowed. */
export function executionName(user = userName(), now = new Date()): string {
  const readable = user.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 30);
  const time = now.toISOString().replace(/\.\d+|[-:]/g, '');
  return ['cli', readable, time, randomBytes(4).toString('hex')].filter(Boolean).join('-');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return '';
  }
}
