import { parse, validate } from '@aws-sdk/util-arn-parser';
import { given } from '../lambda/validation-message.ts';

type Part = 'partition' | 'region' | 'account';

/** What each ARN of a request must share with the deployment. A role has no region. A key may be another account's. */
const SHARED: [field: string, parts: Part[]][] = [
  ['datasetArn', ['partition', 'region', 'account']],
  ['datasetGroupArn', ['partition', 'region', 'account']],
  ['datasetImportJobArn', ['partition', 'region', 'account']],
  ['roleArn', ['partition', 'account']],
  ['jobOutput.s3DataDestination.kmsKeyArn', ['partition', 'region']],
];

/** Names each ARN of a request or a batch that is in another partition, region or account than the deployment.
 * @param request any JSON: what is not an ARN is left to the request's schema
 * @returns a sentence per field, with both values */
export function misplacedArns(request: unknown, stateMachineArn: string): string[] {
  const { exports } = Object(request) as { exports?: unknown };
  if (!Array.isArray(exports)) return misplacedIn(request, stateMachineArn);
  return exports.flatMap((one, index) =>
    misplacedIn(one, stateMachineArn).map((fault) => `exports[${index}].${fault}`),
  );
}

function misplacedIn(request: unknown, stateMachineArn: string): string[] {
  const deployment = partsOf(stateMachineArn);
  return SHARED.flatMap(([field, shared]) => {
    const arn = valueAt(request, field);
    if (typeof arn !== 'string' || !validate(arn)) return [];
    const own = partsOf(arn);
    const differing = shared.filter((part) => own[part] !== deployment[part]);
    const named = (parts: typeof own) => differing.map((part) => `the ${part} ${given(parts[part])}`).join(' and ');
    if (differing.length === 0) return [];
    return [`${field}: has ${named(own)}, but this deployment needs ${named(deployment)}.`];
  });
}

function partsOf(arn: string): Record<Part, string> {
  const { partition, region, accountId: account } = parse(arn);
  return { partition, region, account };
}

function valueAt(request: unknown, field: string): unknown {
  return field.split('.').reduce((value, name) => (Object(value) as Record<string, unknown>)[name], request);
}
