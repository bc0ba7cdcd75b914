import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateDatasetImportJobCommand } from '@aws-sdk/client-personalize';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createDatasets,
  type Deployment,
  datasetArn,
  receive,
  receiveNotification,
  roleArn,
  stackName,
  type TemplateChange,
} from '../../deployment.ts';
import { deployments, withoutPermission } from './permissions.ts';

// An import's event, while a permission on its way to an execution is missing.

const stacks = deployments();
afterAll(() => stacks.close());

describe.concurrent('an import that cannot start an export', () => {
  // Into a dataset of its own: the import of the test before may still be running.
  const startImport = async (deployment: Deployment) => {
    const { personalize, aws } = deployment;
    const group = `shop-${randomUUID()}`;
    await createDatasets(deployment, group, ['Users']);
    await personalize.send(
      new CreateDatasetImportJobCommand({
        jobName: `import-${randomUUID()}`,
        datasetArn: datasetArn(group, 'USERS'),
        dataSource: { dataLocation: 's3://nowhere/users.csv' },
        roleArn: roleArn('import'),
      }),
    );
    return aws.environment.DEAD_LETTER_QUEUE_URL;
  };

  it("an import's event becomes a dead letter if the rule may not invoke the function", async () => {
    const change: TemplateChange = ({ Resources }) => {
      delete Resources.ImportStartedPermission;
    };
    const letter = await stacks.with(change, async (deployment) => receive(deployment, await startImport(deployment)));
    expect(letter?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      RULE_ARN: { StringValue: expect.stringMatching(/-import-started$/) },
      ERROR_MESSAGE: { StringValue: expect.stringContaining('lambda:InvokeFunction') },
    });
  });

  it("an import's event becomes a dead letter if the function may not start the state machine", async () => {
    const change = withoutPermission('StartExportRole', 'states:StartExecution');
    const letter = await stacks.with(change, async (deployment) => receive(deployment, await startImport(deployment)));
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      responsePayload: {
        errorType: 'AccessDeniedException',
        errorMessage: expect.stringContaining('is not authorized to perform: states:StartExecution'),
      },
    });
  });

  it("an import's event becomes a dead letter if its execution exists and the function may not describe it", async () => {
    const change = withoutPermission('StartExportRole', 'states:DescribeExecution');
    const letter = await stacks.with(change, async (deployment, datasetArn) => {
      const detail = { schedule: 'nightly', scheduledTime: '2026-03-14T09:00:00Z', request: { datasetArn } };
      const event = { id: '1', source: 'aws.scheduler', detail };
      const deliver = async (InvocationType: 'Event' | 'RequestResponse') => {
        const Payload = JSON.stringify({ trigger: 'schedule', event });
        await deployment.lambda.send(
          new InvokeCommand({ FunctionName: `${stackName}-start-export`, Payload, InvocationType }),
        );
      };
      await deliver('RequestResponse');
      await receiveNotification(deployment);
      detail.request = { datasetArn: `${datasetArn}2` };
      await deliver('Event');
      return await receive(deployment, deployment.aws.environment.DEAD_LETTER_QUEUE_URL);
    });
    expect(JSON.parse(letter?.Body ?? '').responsePayload).toMatchObject({
      errorType: 'AccessDeniedException',
      errorMessage: expect.stringContaining('is not authorized to perform: states:DescribeExecution'),
    });
  });

  it.each<[string, TemplateChange]>([
    [
      'the rule',
      ({ Resources }) => {
        delete Resources.ImportStartedPermission;
        delete Resources.DeadLetterQueuePolicy;
      },
    ],
    [
      'the function',
      (template) => {
        withoutPermission('StartExportRole', 'states:StartExecution')(template);
        withoutPermission('StartExportRole', 'sqs:SendMessage')(template);
      },
    ],
  ])("an import's event is lost if %s may not send a dead letter either", async (_, change) => {
    await stacks.with(change, async (deployment) => {
      const queueUrl = await startImport(deployment);
      expect(await receive(deployment, queueUrl, 4)).toBeUndefined();
    });
  });
});
