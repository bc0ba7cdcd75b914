import { ListTopicsCommand } from '@aws-sdk/client-sns';
import type { Fault } from 'local-aws';
import { clientConfig } from 'local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsOf, type Deployment, deploy, setFaults } from '../../deployment.ts';

// The list of faults over HTTP, as a team sets it.
const initial: Fault = { service: 's3', operation: '*', status: 503, times: 1, probability: 0, seed: 1 };
const fault = { service: 'sns', operation: 'ListTopics', error: 'ThrottledException' };

let deployment: Deployment;
let url: string;
let firstList: unknown;
beforeAll(async () => {
  deployment = await deploy({ faults: [initial] });
  url = `${deployment.aws.environment.AWS_ENDPOINT_URL}/_local/faults`;
  firstList = await list();
}, 60_000);
afterAll(() => deployment?.close());

const list = async () => await (await fetch(url)).json();
const listTopics = () =>
  clientsOf({ ...clientConfig(deployment.aws.environment), maxAttempts: 1 }).sns.send(new ListTopicsCommand({}));

describe('/_local/faults', () => {
  it('/_local/faults starts with the faults that the local AWS was started with', () => {
    expect(firstList).toEqual([{ ...initial, hits: 0 }]);
  });

  it('PUT /_local/faults answers with the list, and GET shows how often each fault was hit', async () => {
    expect(await setFaults(deployment, fault)).toEqual([{ ...fault, hits: 0 }]);
    await expect(listTopics()).rejects.toThrow();
    expect(await list()).toEqual([{ ...fault, hits: 1 }]);
  });

  it('PUT /_local/faults replaces the whole list', async () => {
    await setFaults(deployment, fault);
    await expect(listTopics()).rejects.toThrow();
    expect(await setFaults(deployment, { ...fault, operation: '*' })).toEqual([{ ...fault, operation: '*', hits: 0 }]);
  });

  it('DELETE /_local/faults clears the list', async () => {
    await setFaults(deployment, fault);
    expect(await (await fetch(url, { method: 'DELETE' })).json()).toEqual([]);
    await expect(listTopics()).resolves.toBeDefined();
  });

  it.each([
    ['a fault without an effect', 'PUT', '[{"service":"sns","operation":"*"}]', 400, '[0]: nothing goes wrong'],
    [
      'an unknown operation',
      'PUT',
      '[{"service":"states","operation":"StartExecutions","status":500}]',
      400,
      'StartExecution, ',
    ],
    [
      'an unknown function',
      'PUT',
      '[{"service":"lambda","operation":"create","status":500}]',
      400,
      'create-export-job',
    ],
    ['half of a list', 'PUT', '[', 400, 'not JSON'],
    ['an empty body', 'PUT', '', 400, 'not JSON'],
    ['a text', 'PUT', '"x"', 400, 'a JSON list of faults'],
    ['POST', 'POST', '[]', 405, 'GET, PUT, DELETE'],
    ['PATCH', 'PATCH', '[]', 405, 'GET, PUT, DELETE'],
  ])('/_local/faults refuses %s, and keeps the list', async (_, method, body, status, said) => {
    await setFaults(deployment, fault);
    const response = await fetch(url, { method, body });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ __type: expect.any(String), message: expect.stringContaining(said) });
    expect(await list()).toEqual([{ ...fault, hits: 0 }]);
  });
});
