import { type LocalRoute, methodNotAllowed, notFound } from '../protocols/local-api.ts';
import { parseJson, readBody } from '../protocols/read-body.ts';
import { checkFaults, type KnownOperations } from './check-faults.ts';
import type { Faults } from './faults.ts';

/** Large enough for a failure reason of 1 MB. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Answers `GET`, `PUT` and `DELETE` of `/_local/faults` with the faults that are set afterwards. */
export function faultsApi(faults: Faults, knownOperations: KnownOperations): LocalRoute {
  return async (request, response, path) => {
    if (path !== '') throw notFound(request);
    if (request.method === 'PUT') {
      faults.replace(checkFaults(parseJson(await readBody(request, MAX_BODY_BYTES)), knownOperations));
    } else if (request.method === 'DELETE') {
      faults.replace([]);
    } else if (request.method !== 'GET') {
      throw methodNotAllowed(request, response, 'GET, PUT, DELETE');
    }
    return faults.list();
  };
}
