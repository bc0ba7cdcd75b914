import type { ConsoleKnowledge } from 'local-aws';
import type { Notification } from '../../src/notify/notification.ts';
import type { NotifyEvent } from '../../src/state.ts';
import type { Manifest } from '../../src/verify/manifest.ts';
import { GROUP_ARN } from '../seed-data.ts';
import { faultsToChoose } from './faults.ts';
import { trials } from './trials.ts';

/** What the page of the local AWS shows of this pipeline: its requests, datasets, notifications and manifests in words. */
export const consoleKnowledge: ConsoleKnowledge = {
  title: 'Personalize dataset export',
  execution: requestFacts,
  lane(input) {
    const { export: planned } = Object(input) as Partial<NotifyEvent>;
    return planned && labelOf(planned);
  },
  message: notificationFacts,
  filterPolicies: [
    { name: 'Every failure', policy: { outcome: [{ 'anything-but': 'ACTIVE' }] } },
    { name: 'Exported', policy: { outcome: ['ACTIVE'] } },
    { name: 'Verification failed', policy: { verification: ['FAILED'] } },
  ],
  isManifest: (key, { jobName }) => key.startsWith('manifests/') && key.endsWith(`/${jobName}.json`),
  manifest: manifestFigures,
  exampleInput: { datasetGroupArn: GROUP_ARN },
  faults: faultsToChoose,
  trials,
};

interface Subject {
  datasetArn?: string;
  datasetGroupArn?: string;
  datasetImportJobArn?: string;
  origin?: { trigger?: string };
  exports?: Subject[];
}

/** An execution's input is a request, a batch of requests, or a rejection. */
function requestFacts(input: unknown): { trigger: string; subjects: string[] } {
  const request = Object(input) as Subject;
  const requests = Array.isArray(request.exports) ? request.exports : [request];
  const subjects = requests.flatMap(
    ({ datasetArn, datasetGroupArn, datasetImportJobArn }) =>
      datasetArn ?? datasetGroupArn ?? datasetImportJobArn ?? [],
  );
  const { trigger = 'a person' } = request.origin ?? requests[0]?.origin ?? {};
  return { trigger, subjects: subjects.map(shortName) };
}

/** `shop/ITEMS` of a dataset's ARN, `shop` of a group's. */
function shortName(arn: string): string {
  return arn.split(':').slice(5).join(':').split('/').slice(1).join('/') || arn;
}

function labelOf({ datasetGroup, datasetType }: { datasetGroup?: string; datasetType?: string }): string | undefined {
  return datasetGroup && datasetType && `${datasetGroup}/${datasetType}`;
}

function notificationFacts(document: unknown) {
  const notification = Object(document) as Partial<Notification>;
  const { outcome, executionArn, verification, rerunCommand: command } = notification;
  if (outcome === undefined || executionArn === undefined) return undefined;
  const isFailed = outcome !== 'ACTIVE' && outcome !== 'NOTHING TO EXPORT';
  const { reason = notification.verificationReason, remedy = notification.verificationRemedy } = notification;
  const subject = labelOf(notification);
  return {
    title: verification && verification !== 'PASSED' ? `${outcome}, ${verification}` : outcome,
    failed: isFailed || verification === 'FAILED',
    executionArn,
    ...(notification.datasetExportJobArn && { exportJobArn: notification.datasetExportJobArn }),
    ...(subject && { subject }),
    ...(reason && { reason }),
    ...(remedy && { remedy }),
    ...(command && { command }),
  };
}

const figure = new Intl.NumberFormat('en');

function manifestFigures(document: unknown): [label: string, value: string][] {
  const { meta, schema, export: exported } = document as Manifest;
  return [
    ['Rows', figure.format(meta.record_count)],
    ['Bytes', figure.format(meta.content_length)],
    ['Columns', figure.format(schema.elements.length)],
    ['Verification', String(exported.verification)],
  ];
}
