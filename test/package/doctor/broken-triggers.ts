import { type Broken, changed, only, refuses, STACK, selectors } from './broken.ts';
import { sdkError } from './examine.ts';

const TOPIC = `arn:aws:sns:us-east-1:123456789012:${STACK}`;

/** What can be broken of the trail, rules, schedules, topics and the dead-letter queue. */
export const BROKEN_TRIGGERS: Broken[] = [
  // The trail
  [
    'no trail',
    () => ({ DescribeTrails: () => ({ trailList: [] }) }),
    'trail',
    'fail',
    /There is no trail in us-east-1/,
    /createTrail=true/,
  ],
  [
    'a trail that does not log',
    changed('GetTrailStatus', { IsLogging: false }),
    'trail',
    'fail',
    /management does not log/,
    /createTrail=true/,
  ],
  [
    'a trail of read calls',
    () => ({
      GetEventSelectors: () => ({ EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }] }),
    }),
    'trail',
    'fail',
    /no write management events/,
    /createTrail=true/,
  ],
  [
    'a trail of data events',
    () => ({
      GetEventSelectors: () => ({ EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: false }] }),
    }),
    'trail',
    'fail',
    /no write management events/,
    /createTrail=true/,
  ],
  [
    'a trail of which all selectors were removed',
    () => ({
      DescribeTrails: () => ({ trailList: [{ Name: 'management', HasCustomEventSelectors: true }] }),
      GetEventSelectors: () => ({ EventSelectors: [] }),
    }),
    'trail',
    'fail',
    /no write management events/,
    /createTrail=true/,
  ],
  [
    'a trail of advanced read events',
    selectors({ Field: 'readOnly', Equals: ['true'] }),
    'trail',
    'fail',
    /no write management events/,
    /createTrail=true/,
  ],
  [
    'a trail without Personalize',
    selectors({ Field: 'eventSource', NotEquals: ['personalize.amazonaws.com'] }),
    'trail',
    'fail',
    /no write management events/,
    /createTrail=true/,
  ],
  [
    'a trail with a field that nobody knows',
    selectors({ Field: 'mood', Equals: ['good'] }),
    'trail',
    'fail',
    /no write management events/,
    /createTrail=true/,
  ],
  // Rules and schedules
  [
    'a rule that somebody disabled',
    only('DescribeRule', { Name: `${STACK}-export-requested` }, { State: 'DISABLED' }),
    'rules export-requested',
    'fail',
    /disabled, although/,
    /aws events enable-rule --name personalize-dataset-export-prod-export-requested/,
  ],
  [
    'a rule that was deleted',
    only('DescribeRule', { Name: `${STACK}-export-requested` }, sdkError('ResourceNotFoundException')),
    'rules export-requested',
    'fail',
    /no rule/,
    /npm run deploy/,
  ],
  [
    'a rule on the bus of the Solution that was deleted',
    only('DescribeRule', { EventBusName: 'solution-bus' }, sdkError('ResourceNotFoundException')),
    'rules solution-import-active',
    'fail',
    /no rule .* on the bus solution-bus/,
    /npm run deploy/,
  ],
  [
    'a rule without a target',
    only('ListTargetsByRule', { Rule: `${STACK}-import-started` }, { Targets: [] }),
    'rules import-started',
    'fail',
    /no target/,
    /npm run deploy/,
  ],
  [
    'a rule with another target',
    only(
      'ListTargetsByRule',
      { Rule: `${STACK}-import-started` },
      {
        Targets: [{ Arn: 'arn:aws:sns:us-east-1:1:x' }],
      },
    ),
    'rules import-started',
    'fail',
    /but arn:aws:sns/,
    /npm run deploy/,
  ],
  [
    'a rule without a dead-letter queue',
    only(
      'ListTargetsByRule',
      { Rule: `${STACK}-import-started` },
      {
        Targets: [{ Arn: `arn:aws:lambda:us-east-1:123456789012:function:${STACK}-start-export` }],
      },
    ),
    'rules import-started',
    'warn',
    /without a dead-letter queue/,
    /npm run deploy/,
  ],
  [
    'a schedule that was deleted',
    refuses('GetSchedule', sdkError('ResourceNotFoundException')),
    'schedules',
    'fail',
    /no schedule/,
    /npm run deploy/,
  ],
  [
    'a schedule that invokes nothing',
    changed('GetSchedule', { Target: undefined }),
    'schedules',
    'fail',
    /but nothing/,
    /npm run deploy/,
  ],
  // Notifications and dead letters
  [
    'a topic without subscriptions',
    only(
      'ListSubscriptionsByTopic',
      { TopicArn: TOPIC },
      {
        Subscriptions: [],
      },
    ),
    'topics notifications',
    'warn',
    /no subscriptions/,
    /aws sns subscribe --topic-arn arn:aws:sns:us-east-1:123456789012:personalize-dataset-export-prod .*notificationEmail/,
  ],
  [
    'an address that has not confirmed',
    only(
      'ListSubscriptionsByTopic',
      { TopicArn: `${TOPIC}-alarms` },
      {
        Subscriptions: [{ SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'data@example.com' }],
      },
    ),
    'topics alarms',
    'warn',
    /none confirmed, 1 \(email data@example\.com\) unconfirmed/,
    /Open the link/,
  ],
  [
    'a subscription that was deleted',
    only(
      'ListSubscriptionsByTopic',
      { TopicArn: `${TOPIC}-alarms` },
      {
        Subscriptions: [{ SubscriptionArn: 'Deleted', Protocol: 'https', Endpoint: 'https://x' }],
      },
    ),
    'topics alarms',
    'warn',
    /no subscriptions/,
    /sns subscribe/,
  ],
  [
    'a topic that was deleted',
    refuses('ListSubscriptionsByTopic', sdkError('NotFoundException')),
    'topics',
    'fail',
    /no topic/,
    /npm run deploy/,
  ],
  [
    'a topic with another key',
    () => ({ GetTopicAttributes: () => ({ Attributes: { KmsMasterKeyId: 'alias/aws/sns' } }) }),
    'topics encryption',
    'fail',
    /alias\/aws\/sns/,
    /npm run deploy/,
  ],
  [
    'a topic without a key',
    () => ({ GetTopicAttributes: () => ({ Attributes: {} }) }),
    'topics encryption',
    'warn',
    /not encrypted/,
    /npm run deploy/,
  ],
  [
    'dead letters',
    () => ({
      GetQueueAttributes: () => ({
        Attributes: {
          ApproximateNumberOfMessages: '2',
          ApproximateNumberOfMessagesNotVisible: '1',
          ApproximateNumberOfMessagesDelayed: '0',
        },
      }),
    }),
    'dead-letters',
    'warn',
    /^3 dead letters wait/,
    /npm run redrive -- --stage prod --region us-east-1 --dry-run/,
  ],
  [
    'a dead-letter queue that was deleted',
    refuses('GetQueueAttributes', sdkError('QueueDoesNotExist')),
    'dead-letters',
    'fail',
    /no queue/,
    /npm run deploy/,
  ],
];
