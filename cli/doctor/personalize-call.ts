import { arnOf, type Deployment, functionVariable } from './deployment.ts';
import { type Decision, decide } from './policy-decision.ts';

/** The principal of Personalize. */
export const PERSONALIZE = 'personalize.amazonaws.com';

/** Whether a policy of a resource lets Personalize act for an export job of this deployment. */
export function personalizeMay(policy: string, action: string, deployment: Deployment, resource?: string): Decision {
  const context = {
    'aws:sourceaccount': deployment.account,
    'aws:sourcearn': arnOf(deployment, 'personalize', 'dataset-export-job/example'),
    'aws:securetransport': 'true',
  };
  return decide(policy, { service: PERSONALIZE, action, context, ...(resource && { resource }) });
}

/** The ARNs of the bucket, and of an object below the prefix of exports. */
export function bucketArns(deployment: Deployment, bucket: string) {
  const prefix = functionVariable(deployment, 'PlanExportsLambdaFunction', 'EXPORT_KEY_PREFIX') ?? 'exports';
  const bucketArn = `arn:${deployment.partition}:s3:::${bucket}`;
  return { bucketArn, objectArn: `${bucketArn}/${prefix}/shop/ITEMS/dt=2026-01-01/example/part-00000.csv` };
}
