const { FUNCTIONS } = require('./summed-alarms.cjs');

/** A dashboard of the alarms and of what they watch. */
module.exports = async ({ resolveVariable }) => {
  const name = await resolveVariable('self:custom.name');
  const { existingTopicArn, ...settings } = await resolveVariable('self:custom.settings');
  const alarms = [
    ...ALARMS,
    ...(settings.verifyExports ? ['failed-verifications'] : []),
    ...(settings.alarmAfterHoursWithoutSuccess > 0 ? ['without-success'] : []),
  ];
  const rows = [
    [alarmWidget(alarms.map((alarm) => `${name}-${alarm}`))],
    [
      metricWidget('Exports by outcome', [
        // Every outcome that there was.
        [
          {
            expression: `SEARCH('{PersonalizeDatasetExport,outcome,service,stateMachine} MetricName="Exports" stateMachine="${name}"', 'Sum', 300)`,
            id: 'exports',
          },
        ],
      ]),
      metricWidget('Executions', [
        ['AWS/States', 'ExecutionsStarted', 'StateMachineArn', '${ExportStateMachine}'],
        ...['ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].map(likeFirst),
      ]),
    ],
    [
      metricWidget('Execution time', [
        ['AWS/States', 'ExecutionTime', 'StateMachineArn', '${ExportStateMachine}', { stat: 'p50' }],
        ['...', { stat: 'p99' }],
      ]),
      metricWidget('Failed notifications', [
        ['AWS/Lambda', 'Errors', 'FunctionName', `${name}-notify`],
        ['AWS/SNS', 'NumberOfNotificationsFailed', 'TopicName', existingTopicArn.split(':').pop() || name],
      ]),
    ],
    [
      metricWidget('Dead letters and lost events', [
        ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', `${name}-dead-letters`, { stat: 'Maximum' }],
        ['AWS/Lambda', 'Errors', 'FunctionName', `${name}-start-export`],
        ['AWS/Lambda', 'DestinationDeliveryFailures', 'FunctionName', `${name}-start-export`],
        [
          'PersonalizeDatasetExport',
          'ExecutionNamesTaken',
          'service',
          'personalize-dataset-export',
          'stateMachine',
          name,
        ],
      ]),
      metricWidget('Throttling', [
        ['AWS/States', 'ExecutionThrottled', 'StateMachineArn', '${ExportStateMachine}'],
        ...FUNCTIONS.map((one) => ['AWS/Lambda', 'Throttles', 'FunctionName', `${name}-${one}`]),
      ]),
    ],
    [
      logWidget(
        'Exports that did not end as ACTIVE',
        `${name}-notify`,
        "filter message = 'notified' and outcome != 'ACTIVE' | fields @timestamp, outcome, datasetArn, datasetExportJobArn | sort @timestamp desc | limit 50",
      ),
    ],
    [
      logWidget(
        'Exports waiting for quota',
        `${name}-create-export-job`,
        "filter message = 'export job queued' | stats count() as attempts, latest(waitSeconds) as nextWaitSeconds by datasetArn, jobName | sort attempts desc",
      ),
    ],
  ];
  const DashboardBody = { 'Fn::Sub': JSON.stringify({ widgets: placed(rows) }, null, 2) };
  return {
    Resources: {
      Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardName: name, DashboardBody } },
    },
  };
};

const ALARMS = [
  'exports-failed',
  'requests-rejected',
  'notifications-failed',
  'executions-failed',
  'executions-timed-out',
  'executions-aborted',
  'throttled',
  'start-export-errors',
  'execution-names-taken',
  'dead-letters',
  'events-lost',
];
const COLUMNS = 24;
const HEIGHT = 6;

/** Gives each widget its place: the widgets of a row share its width. */
function placed(rows) {
  return rows.flatMap((widgets, row) => {
    const width = COLUMNS / widgets.length;
    return widgets.map((widget, index) => ({ ...widget, x: index * width, y: row * HEIGHT, width, height: HEIGHT }));
  });
}

function alarmWidget(names) {
  const arn = (name) => `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}`;
  return { type: 'alarm', properties: { title: 'Alarms', alarms: names.map(arn) } };
}

function metricWidget(title, metrics) {
  const properties = { title, region: '${AWS::Region}', stat: 'Sum', period: 300, view: 'timeSeries', metrics };
  return { type: 'metric', properties };
}

/** The metric with another name, and the dimensions of the one before. */
function likeFirst(metricName) {
  return ['.', metricName, '.', '.'];
}

function logWidget(title, functionName, query) {
  const properties = {
    title,
    region: '${AWS::Region}',
    view: 'table',
    query: `SOURCE '/aws/lambda/${functionName}' | ${query}`,
  };
  return { type: 'log', properties };
}
