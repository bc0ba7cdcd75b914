import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const template = {
  Resources: { News: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } } },
  Outputs: { NewsTopicArn: { Value: { Ref: 'News' } } },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  await writeFile(join(folder, 'cloudformation-template-update-stack.json'), JSON.stringify(template));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command `local-aws`. */
function run(...args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { out: '', error: '' };
  child.stdout.on('data', (data) => {
    output.out += data;
  });
  child.stderr.on('data', (data) => {
    output.error += data;
  });
  const closed = once(child, 'close').then(([status]) => status as number);
  return { child, output, closed };
}

describe('the command local-aws', () => {
  it('the command local-aws deploys a package, writes the environment of its clients, and ends with status 0 on SIGTERM', async () => {
    const stateDir = join(folder, 'state');
    const { child, output, closed } = run(folder, '--stack-name', 'news', '--port', '0', '--state-dir', stateDir);
    await expect.poll(() => output.out).toMatch(/\nready\n$/);
    const [endpoint = ''] = /http:\S+?:\d+/.exec(output.out) ?? [];
    const env = await readFile(join(stateDir, 'env'), 'utf8');
    const [TopicArn = ''] = /arn:aws:sns:\S+?:news/.exec(env) ?? [];
    expect(env).toContain(endpoint);
    expect(env).toContain('NEWS_TOPIC_ARN');
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const sns = new SNSClient({ endpoint, region: 'us-east-1', credentials });
    expect((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes).toMatchObject({ TopicArn });
    child.kill('SIGTERM');
    expect(await closed).toBe(0);
    expect(output.error).toBe('');
  });

  it.each([
    [
      'a folder without a template',
      () => ['/nowhere', '--stack-name', 'news'],
      /serverless package --package \/nowhere/,
    ],
    ['no stack name', () => [folder], /--stack-name <name>/],
    [
      'a port above 65,535',
      () => [folder, '--stack-name', 'news', '--port', '65536'],
      /a whole number from 0 to 65535/,
    ],
    ['a fraction of a port', () => [folder, '--stack-name', 'news', '--port', '80.5'], /a whole number from 0 to/],
    ['jobs that take no time', () => [folder, '--stack-name', 'news', '--job-seconds', '0'], /a number from 0\.01 to/],
    ['a port that is not a number', () => [folder, '--stack-name', 'news', '--port', 'x'], /a whole number from 0 to/],
  ])('the command local-aws ends with status 1 and says what to do if it is given %s', async (_, args, advice) => {
    const { output, closed } = run(...args());
    expect(await closed).toBe(1);
    expect(output.error).toMatch(advice);
  });
});
