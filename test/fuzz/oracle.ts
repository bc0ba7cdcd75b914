import { isObject } from './hostile.ts';
import { groupOf, isDescribed, typeOfDataset } from './service.ts';

/**
 * What a request may say, written down a second time, by hand: from the README and the model of the API, and from no schema.
 * A fault is the path of its field, as a message names it.
 */
export interface Verdict {
  /** Faults of the first kind that there is any of; none: the request is planned. */
  faults: string[];
  /** What it may be refused for besides: what shows only when all of a batch is planned, and its imports. */
  perhaps: string[];
  /** Whether the faults are all told in one message, before the service is asked for anything. */
  byForm: boolean;
}

/** The place of the requests, in every form of a path. */
const REQUESTS =
  /^(s3:\/\/exports-bucket|https?:\/\/exports-bucket\.s3[^/]*|https?:\/\/s3[^/]*\/exports-bucket)\/+requests\//;
const SUBJECTS = { datasetArn: 'dataset', datasetGroupArn: 'dataset-group', datasetImportJobArn: 'dataset-import-job' };
const FIELDS = [
  ...Object.keys(SUBJECTS),
  'jobName',
  'roleArn',
  'jobOutput',
  'ingestionMode',
  'tags',
  'deadlineMinutes',
];

type Fields = Record<string, unknown>;

/** Of one request. */
export function verdictOf(request: unknown): Verdict {
  const byForm = faultsOfForm(request, true);
  if (byForm.length > 0) return { faults: byForm, perhaps: [], byForm: true };
  return { faults: faultsOfMeaning(request as Fields), perhaps: [], byForm: false };
}

/** Of a batch: all its requests' faults of form; otherwise what each request's meaning is at fault for. */
export function verdictOfBatch({ exports, ...others }: Fields): Verdict {
  const byForm = unknownKeys(others, ['origin']);
  if (others.origin !== undefined) byForm.push(...faultsOfOrigin(others.origin));
  if (!Array.isArray(exports) || exports.length === 0 || exports.length > 100) byForm.push('exports');
  const each = (faultsOf: (request: Fields) => string[]) =>
    (Array.isArray(exports) ? exports : []).flatMap((request, index) =>
      faultsOf(request).map((fault) => (fault === 'request' ? `exports[${index}]` : `exports[${index}].${fault}`)),
    );
  byForm.push(...each((request) => faultsOfForm(request, false)));
  if (byForm.length > 0) return { faults: byForm, perhaps: [], byForm: true };
  const imports = each((request) => (Object.hasOwn(request, 'datasetImportJobArn') ? ['datasetImportJobArn'] : []));
  return {
    faults: each(faultsOfMeaning),
    perhaps: [...faultsAsAWhole(exports as Fields[]), ...imports],
    byForm: false,
  };
}

/** Names that are given twice may be of one and the same export; a group stands for two exports, and tags for many bytes. */
function faultsAsAWhole(requests: Fields[]): string[] {
  const names = requests.flatMap(({ jobName }) => jobName ?? []);
  const isLarge = requests.length > 50 || JSON.stringify(requests).length > 30_000;
  return [...(isLarge ? ['exports'] : []), ...(new Set(names).size < names.length ? ['jobName'] : [])];
}

function faultsOfForm(request: unknown, mayHaveOrigin: boolean): string[] {
  if (!isObject(request)) return ['request'];
  const subjects = Object.keys(SUBJECTS).filter((name) => Object.hasOwn(request, name));
  const has = (name: string) => Object.hasOwn(request, name);
  return [
    ...unknownKeys(request, mayHaveOrigin ? [...FIELDS, 'onlyDatasetGroups', 'origin'] : FIELDS),
    ...(subjects.length === 1 ? [] : ['request']),
    ...(has('jobName') && has('datasetGroupArn') ? ['request'] : []),
    ...subjects.filter((name) => !isArn(request[name], SUBJECTS[name as keyof typeof SUBJECTS])),
    ...(has('jobName') && !isText(request.jobName, 63, /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/) ? ['jobName'] : []),
    ...(has('roleArn') && !isText(request.roleArn, 256, ROLE) ? ['roleArn'] : []),
    ...(has('jobOutput') ? faultsOfOutput(request.jobOutput) : []),
    ...(has('ingestionMode') && !['BULK', 'PUT', 'ALL'].includes(request.ingestionMode as string)
      ? ['ingestionMode']
      : []),
    ...(has('tags') ? faultsOfTags(request.tags) : []),
    ...(has('deadlineMinutes') && !isWhole(request.deadlineMinutes, 1, 2_880) ? ['deadlineMinutes'] : []),
    ...(mayHaveOrigin && has('onlyDatasetGroups') ? faultsOfGroups(request.onlyDatasetGroups) : []),
    ...(mayHaveOrigin && has('origin') ? faultsOfOrigin(request.origin) : []),
  ];
}

const ROLE = /^arn:[a-z\d-]+:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;
const KEY = /^arn:aws[^:]*:kms:[^:]*:[0-9]{12}:key\/.+$/;

function isText(value: unknown, most: number, form: RegExp, least = 1): boolean {
  return typeof value === 'string' && [...value].length >= least && [...value].length <= most && form.test(value);
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isArn(value: unknown, kind: string): boolean {
  if (!isText(value, 256, /^arn:/)) return false;
  const [, partition = '', service, , , ...rest] = String(value).split(':');
  const [resource, ...parts] = rest.join(':').split('/');
  const wanted = kind === 'dataset' ? 2 : 1;
  const isKind = service === 'personalize' && resource === kind && /^[a-z\d-]+$/.test(partition);
  return isKind && parts.length === wanted && parts.every((part) => part !== '');
}

function faultsOfOutput(output: unknown): string[] {
  if (!isObject(output)) return ['jobOutput'];
  const faults = unknownKeys(output, ['s3DataDestination'], 'jobOutput.');
  const at = 'jobOutput.s3DataDestination';
  const to = output.s3DataDestination;
  if (!isObject(to)) return [...faults, at];
  const isPath = isText(to.path, 256, /^(s3|http|https):\/\/.+$/);
  const isKey = !Object.hasOwn(to, 'kmsKeyArn') || isText(to.kmsKeyArn, 2_048, KEY);
  return [
    ...faults,
    ...unknownKeys(to, ['path', 'kmsKeyArn'], `${at}.`),
    ...(Object.hasOwn(to, 'path') && isPath ? [] : [`${at}.path`]),
    ...(isKey ? [] : [`${at}.kmsKeyArn`]),
  ];
}

function faultsOfTags(tags: unknown): string[] {
  if (!Array.isArray(tags)) return ['tags'];
  const word = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const faults = tags.flatMap((tag, index) => {
    if (!isObject(tag)) return [`tags[${index}]`];
    return [
      ...unknownKeys(tag, ['tagKey', 'tagValue'], `tags[${index}].`),
      ...(isText(tag.tagKey, 128, word) ? [] : [`tags[${index}].tagKey`]),
      ...(isText(tag.tagValue, 256, word, 0) ? [] : [`tags[${index}].tagValue`]),
    ];
  });
  return tags.length > 50 ? ['tags', ...faults] : faults;
}

function faultsOfGroups(groups: unknown): string[] {
  if (!Array.isArray(groups) || groups.length === 0) return ['onlyDatasetGroups'];
  return groups.flatMap((group, index) => (isText(group, 63, /^/) ? [] : [`onlyDatasetGroups[${index}]`]));
}

function faultsOfOrigin(origin: unknown): string[] {
  if (!isObject(origin)) return ['origin'];
  const isRight = Object.values(origin).every((value) => isText(value, 1_024, /^/, 0));
  return isRight && Object.keys(origin).length <= 10 ? [] : ['origin'];
}

function unknownKeys(value: Fields, known: string[], prefix = ''): string[] {
  return Object.keys(value).flatMap((name) => (known.includes(name) ? [] : [`${prefix}${name || '""'}`]));
}

/** In the order in which they are found: the first that there is any of is told. */
function faultsOfMeaning(request: Fields): string[] {
  const keys = ((request.tags ?? []) as { tagKey: string }[]).map(({ tagKey }) => tagKey);
  if (new Set(keys).size < keys.length) return ['tags'];
  const [subject = ''] = Object.keys(SUBJECTS).filter((name) => Object.hasOwn(request, name));
  const subjectArn = String(request[subject]);
  const type = typeOfDataset(subjectArn);
  const groups = request.onlyDatasetGroups as string[] | undefined;
  const isSkipped = groups !== undefined && !groups.includes(groupOf(subjectArn));
  if (!isDescribed(subjectArn) || (subject === 'datasetArn' && (isSkipped || !isExportable(type)))) return [subject];
  if (isSkipped) return [];
  const path = (request.jobOutput as { s3DataDestination: { path: string } } | undefined)?.s3DataDestination.path;
  const folders = subject === 'datasetGroupArn' ? ['INTERACTIONS/', 'ITEMS/'] : [''];
  return path !== undefined && folders.some((folder) => !isFolder(path, folder))
    ? ['jobOutput.s3DataDestination.path']
    : [];
}

function isExportable(type: string): boolean {
  return ['INTERACTIONS', 'ITEMS', 'USERS'].includes(type);
}

/** A path is a folder of its own: not the place of the requests, and with its slash, and a dataset's name, not too long. */
function isFolder(path: string, subfolder: string): boolean {
  const trimmed = path.replace(/\/+$/, '');
  const folder = `${trimmed}/${subfolder}`;
  return !REQUESTS.test(`${trimmed}/`) && folder.length <= 256 && /^(s3|https?):\/\/[^/]/.test(folder);
}
