import * as validators from '#validators';
import { describeFaults } from '../lambda/validation-message.ts';

/** What is wrong with the form of a request or a batch: a sentence for each fault, as the notification of a rejected request
 * has them; empty if nothing is. `scripts/build.ts` bundles this for resources/read-schedules.cjs. */
export function requestFaults(request: unknown): string {
  const isBatch = request !== null && typeof request === 'object' && Object.hasOwn(request, 'exports');
  const validate = isBatch ? validators.batch : validators.request;
  return validate(request) ? '' : describeFaults(validate.errors ?? []);
}
