import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig } from 'local-aws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  executionNames,
  setFaults,
  stackName,
  until,
} from '../deployment.ts';

// Lambda's API of the local AWS, with the packaged functions behind it.
const FunctionName = `${stackName}-start-export`;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy();
  await createDatasets(deployment, 'shop', ['Users']);
}, 60_000);
afterAll(() => deployment?.close());
beforeEach(async () => void (await setFaults(deployment)));

const invoke = (payload: unknown, more: object = {}) =>
  deployment.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload), ...more }));
const requested = (id: string) => ({
  trigger: 'export-requested',
  event: { id, source: 'shop.orders', detail: { datasetArn: datasetArn('shop', 'USERS') } },
});

describe('Invoke', () => {
  it('Invoke answers with what the function returns', async () => {
    const { StatusCode, FunctionError, ExecutedVersion, Payload } = await invoke(requested('answered'));
    expect({ StatusCode, FunctionError, ExecutedVersion }).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ executionName: expect.any(String) });
  });

  it.each([
    `000000000000:function:${FunctionName}:$LATEST`,
    `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`,
  ])('Invoke takes %s for the name of the function', async (name) => {
    expect((await invoke(requested('named'), { FunctionName: name })).FunctionError).toBeUndefined();
  });

  it('Invoke answers with the error that the function throws', async () => {
    const { StatusCode, FunctionError, Payload } = await invoke({ id: 1 });
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ errorType: expect.any(String) });
  });

  it('Invoke runs the function later with InvocationType Event', async () => {
    const before = (await executionNames(deployment)).length;
    expect((await invoke(requested('later'), { InvocationType: 'Event' })).StatusCode).toBe(202);
    await until(
      () => executionNames(deployment),
      (names) => names.length === before + 1,
    );
  });

  it('Invoke does not run the function with InvocationType DryRun', async () => {
    const before = await executionNames(deployment);
    expect((await invoke(requested('dry run'), { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect(await executionNames(deployment)).toHaveLength(before.length);
  });

  it.each([
    ['an unknown function', '{}', { FunctionName: 'nobody' }, 'ResourceNotFoundException', 404],
    ['an unknown qualifier', '{}', { Qualifier: 'live' }, 'ResourceNotFoundException', 404],
    ['a payload that is not JSON', '{"id"', {}, 'InvalidRequestContentException', 400],
    ['an unknown InvocationType', '{}', { InvocationType: 'Later' }, 'InvalidParameterValueException', 400],
    ['a payload above 6 MB', JSON.stringify('x'.repeat(6 * 1024 * 1024)), {}, 'RequestTooLargeException', 413],
  ])('Invoke refuses %s', async (_, Payload, more, name, httpStatusCode) => {
    await expect(invoke({}, { Payload, ...more })).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('Invoke throws TooManyRequestsException while a fault throttles the function', async () => {
    const error = 'Lambda.TooManyRequestsException';
    await setFaults(deployment, { service: 'lambda', operation: 'start-export', error, times: 1 });
    const impatient = new LambdaClient({ ...clientConfig(deployment.aws.environment), maxAttempts: 1 });
    const Payload = JSON.stringify(requested('throttled'));
    await expect(impatient.send(new InvokeCommand({ FunctionName, Payload }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    expect((await invoke(requested('throttled'))).StatusCode).toBe(200);
  });
});
