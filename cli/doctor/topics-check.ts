import {
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { about, type Check, fail, ok, warn } from './check.ts';
import { type Deployment, deployCommand, isBrought, type Output } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

/** Subscriptions that are read at most: a topic may have millions. */
const MOST_SUBSCRIPTIONS = 500;

const TOPICS: [label: string, output: Output, what: string][] = [
  ['notifications', 'ExportTopicArn', 'how its exports ended'],
  ['alarms', 'AlarmTopicArn', 'about its alarms'],
];

export const topicsCheck: Check = {
  name: 'topics',
  checks:
    'The topics for notifications and for alarms exist. Their subscriptions are confirmed, unconfirmed or none. An existing topic is encrypted with the key of the deployment, or not at all.',
  why: 'Without a topic and a confirmed subscription, nobody is notified.',
  actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
  needsStack: true,
  run: async ({ clients: { sns }, deployment }) => {
    const subscriptions = TOPICS.map(([label, output, what]) =>
      about(label, () => subscriptionsOf(sns, deployment.outputs[output], what, deployment)),
    );
    const encryption = about('encryption', () => encryptionOf(sns, deployment));
    return await Promise.all([...subscriptions, encryption]);
  },
};

async function subscriptionsOf(
  client: SNSClient,
  topicArn: string | undefined,
  what: string,
  deployment: Deployment,
): Promise<Observation> {
  const TopicArn = present(topicArn, 'cloudformation:DescribeStacks', 'output with the ARN of the topic');
  const subscriptions: Subscription[] = [];
  try {
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
      subscriptions.push(...present(page.Subscriptions, 'sns:ListSubscriptionsByTopic', 'Subscriptions'));
      if (subscriptions.length >= MOST_SUBSCRIPTIONS) break;
    }
  } catch (error) {
    if (!isMissing(error as Error)) throw error;
    return fail(
      `There is no topic ${TopicArn}.`,
      `Correct existingTopicArn, or remove the stack and deploy it again: ${deployCommand(deployment)}`,
    );
  }
  return judge(subscriptions, TopicArn, what);
}

const isMissing = ({ name }: Error) => /^(NotFound|NotFoundException|ResourceNotFoundException)$/.test(name);

/** SNS shows these words in the place of the ARN of a subscription that is not in effect. */
const PENDING = 'PendingConfirmation';
const DELETED = 'Deleted';

function judge(subscriptions: Subscription[], topicArn: string, what: string): Observation {
  const pending = subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === PENDING);
  const confirmed = subscriptions.filter(
    ({ SubscriptionArn = DELETED }) => ![PENDING, DELETED].includes(SubscriptionArn),
  );
  const subscribe = `aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint <address>`;
  const seen = `${countOf(confirmed)} confirmed, ${countOf(pending)} unconfirmed`;
  if (confirmed.length + pending.length === 0) {
    return warn(
      'The topic has no subscriptions.',
      `${subscribe}, or set notificationEmail.`,
      `Nobody is notified ${what}.`,
    );
  }
  if (pending.length === 0) return ok(seen);
  const fix = `Open the link in the e-mail "AWS Notification - Subscription Confirmation". If it is older than two days: ${subscribe}`;
  return warn(seen, fix, `${confirmed.length === 0 ? 'Nobody' : 'Not everybody'} is notified ${what}.`);
}

/** E-mail addresses are shown, to know which one has to confirm. An endpoint of another kind may hold a secret. */
function countOf(subscriptions: Subscription[]): string {
  const shown = subscriptions.map(({ Protocol = '?', Endpoint = '' }) =>
    Protocol === 'email' ? `email ${Endpoint}` : Protocol,
  );
  return shown.length === 0
    ? 'none'
    : `${shown.length} (${shown.slice(0, 5).join(', ')}${shown.length > 5 ? ', …' : ''})`;
}

async function encryptionOf(client: SNSClient, deployment: Deployment): Promise<Observation> {
  const { ExportTopicArn: TopicArn, ExportKeyArn = '' } = deployment.outputs;
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
  const { KmsMasterKeyId: keyId } = present(Attributes, 'sns:GetTopicAttributes', 'Attributes');
  const isOwn = deployment.reading.stack !== undefined && !isBrought(deployment, 'ExportTopic');
  const deploy = deployCommand(deployment);
  if (!keyId) {
    return isOwn
      ? warn('The topic is not encrypted.', deploy, 'Notifications are not encrypted in SNS.')
      : ok('Not encrypted.');
  }
  if (!ExportKeyArn || keyId === ExportKeyArn || ExportKeyArn.endsWith(`/${keyId}`))
    return ok(`With the key ${keyId}.`);
  const why = 'The function notify may use the key of the deployment only, so that notifications fail.';
  const fix = `Set existingKeyArn to the key of the topic, or encrypt the topic with ${ExportKeyArn}.`;
  return fail(`With the key ${keyId}, not with ${ExportKeyArn}.`, isOwn ? deploy : fix, why);
}
