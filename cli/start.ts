import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

export interface StartedExecution {
  executionArn: string;
  startDate: Date;
}

/** Starts one execution. If the response is lost, the SDK retries with the same name, which Step Functions accepts once.
 * @throws what the SDK throws */
export async function start(sfn: SFNClient, stateMachineArn: string, input: string): Promise<StartedExecution> {
  const name = executionName();
  try {
    const { executionArn = '', startDate = new Date() } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name, input }),
    );
    return { executionArn, startDate };
  } catch (error) {
    // The name is unique: an attempt whose response was lost started this execution, and it has ended since.
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    return {
      executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
      startDate: new Date(),
    };
  }
}

/** A unique name with the user and the time, of at most 80 characters that Step Functions allows. */
export function executionName(user = userName(), now = new Date()): string {
  const readable = user.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 30);
  const time = now.toISOString().replace(/\.\d+|[-:]/g, '');
  return ['cli', readable, time, randomBytes(4).toString('hex')].filter(Boolean).join('-');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, the user may have no name.
    return '';
  }
}
